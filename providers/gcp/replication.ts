import * as projects from "@pulumi/gcp/projects";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { invokeOptions } from "./context";
import { storageAgent } from "./serviceAgents";
import { enableServices } from "./services";

/** A bucket that gets a copy of every object. */
export interface Copy {
    readonly region: string;
    readonly bucket: storage.Bucket;
}

/** Replication into some regions. */
export interface Replication {
    /** The raw resources, by child suffix. */
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    readonly jobs: readonly storage.TransferJob[];
}

/**
 * Cross-bucket replication: Storage Transfer Service copies each object within minutes after it is written, told by
 * Pub/Sub notifications of the source. Deletions are not copied, so a replica keeps what the source loses.
 *
 * Roles as in cloud.google.com/storage-transfer/docs/cross-bucket-replication; on the buckets those that the console
 * grants, with the right to read where those roles lack it.
 */
export function replicate(
    source: storage.Bucket,
    copies: readonly Copy[],
    project: pulumi.Output<string>,
    scope: Scope,
): Replication {
    const services = enableServices(["cloudresourcemanager", "pubsub", "storagetransfer"], project, scope);
    // Asking for the agent makes it, which the service does where it is enabled.
    const transfer = storage.getTransferProjectServiceAccountOutput(
        { project },
        { ...invokeOptions(scope), dependsOn: [...services.ready] },
    );
    const agent = pulumi.interpolate`serviceAccount:${transfer.email}`;
    const shared = [
        ...projectGrants(agent, project, scope, services.ready),
        ...bucketGrants("replication-source", source, agent, SOURCE_ROLES, scope),
    ];
    const jobs = copies.map(({ region, bucket }) => {
        const sink = bucketGrants(`replication-sink-${region}`, bucket, agent, SINK_ROLES, scope);
        const suffix = `replication-to-${region}`;
        const job = scope.child(
            suffix,
            storage.TransferJob,
            {
                // No name: the service refuses one on replication jobs.
                project,
                description: `Copies ${scope.name} to ${region}`,
                replicationSpec: {
                    gcsDataSource: { bucketName: source.name },
                    gcsDataSink: { bucketName: bucket.name },
                    transferOptions: { overwriteWhen: "DIFFERENT" },
                },
            },
            { dependsOn: [...shared, ...sink] },
        );
        return [suffix, job] as const;
    });
    return { nodes: { ...services.nodes, ...Object.fromEntries(jobs) }, jobs: jobs.map(([, job]) => job) };
}

/** `legacyBucketOwner` makes the notification on the bucket; `objectViewer` reads the objects. */
const SOURCE_ROLES = { owner: "roles/storage.legacyBucketOwner", reader: "roles/storage.objectViewer" };

/** `legacyBucketWriter` writes; `objectViewer` compares, which `overwriteWhen: DIFFERENT` needs. */
const SINK_ROLES = { writer: "roles/storage.legacyBucketWriter", reader: "roles/storage.objectViewer" };

function bucketGrants(
    suffix: string,
    bucket: storage.Bucket,
    member: pulumi.Input<string>,
    roles: Readonly<Record<string, string>>,
    scope: Scope,
): pulumi.Resource[] {
    return Object.entries(roles).map(([name, role]) =>
        scope.child(`${suffix}-${name}`, storage.BucketIAMMember, { bucket: bucket.name, role, member }),
    );
}

/**
 * Rights of the two service agents to notify and to listen. They are kept when a store leaves the program, since
 * other stores of the project replicate through the same two agents.
 */
function projectGrants(
    transferAgent: pulumi.Input<string>,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): pulumi.Resource[] {
    const grants = {
        "replication-listener": { role: "roles/pubsub.editor", member: transferAgent },
        "replication-notifier": {
            role: "roles/pubsub.publisher",
            member: storageAgent(project, scope).member,
        },
    };
    return Object.entries(grants).map(([suffix, grant]) =>
        scope.child(
            suffix,
            projects.IAMMember,
            { project, ...grant },
            { retainOnDelete: true, dependsOn: [...dependsOn] },
        ),
    );
}
