import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import type { SpecProblem } from "../cloud";
import type { ObjectStoreHandle, ObjectStoreSpec } from "../concepts/objectStore";
import type { Scope } from "../scope";
import type { Site } from "../site";
import { projectOf } from "./context";
import { keyGrant, keyProblem } from "./encryption";
import { NAMES, withoutReservedWords } from "./names";
import { replicate } from "./replication";
import { storageAgent } from "./serviceAgents";
import { storeHandle } from "./storeHandle";

const DAY_SECONDS = 86_400;

/** The shortest time that Cloud Storage keeps soft-deleted data, where it keeps it at all. */
const SOFT_DELETE_DAYS = 7;

/** What Cloud Storage refuses of a store, told before anything is registered. */
export function objectStoreProblems(spec: ObjectStoreSpec, { region }: Site): readonly SpecProblem[] {
    const misplaced = keyProblem(spec.encryptionKey, region);
    return [
        ...(misplaced === undefined ? [] : [{ path: "encryptionKey", message: misplaced }]),
        ...(spec.encryptionKey !== undefined && spec.replicas.length > 0
            ? [
                  {
                      path: "replicas",
                      message:
                          "can't go with a key of one's own, this store's or its site's: Cloud Storage encrypts a " +
                          "bucket only with a key of the bucket's own region. Leave out one of the two",
                  },
              ]
            : []),
    ];
}

/** A bucket, private and versioned, with a copy in every other region that is asked for. */
export function objectStore(spec: ObjectStoreSpec, scope: Scope): ObjectStoreHandle {
    const project = projectOf(scope);
    const key = spec.encryptionKey;
    const grants = key === undefined ? [] : [keyGrant(storageAgent(project, scope), key, scope)];
    const bucket = makeBucket("bucket", scope.site.region, spec, { project, key, dependsOn: grants }, scope);
    const copies = spec.replicas.map((region) => ({
        region,
        bucket: makeBucket(`replica-${region}`, region, spec, { project, dependsOn: [] }, scope),
    }));
    const replication =
        copies.length === 0 ? { nodes: {}, jobs: [] } : replicate(bucket, copies, project, scope);
    return storeHandle(
        {
            bucket: bucket.name,
            nodes: {
                bucket,
                ...(grants[0] ? { "key-grant": grants[0] } : {}),
                ...Object.fromEntries(copies.map((copy) => [`replica-${copy.region}`, copy.bucket])),
                ...replication.nodes,
            },
            // A replication job copies what is written after it exists, so nothing may be written before.
            ready: [bucket, ...replication.jobs],
            retainOnDelete: spec.retainOnDelete,
        },
        scope,
    );
}

function makeBucket(
    suffix: string,
    region: string,
    spec: ObjectStoreSpec,
    settings: {
        readonly project: pulumi.Output<string>;
        readonly key?: pulumi.Input<string>;
        readonly dependsOn: readonly pulumi.Resource[];
    },
    scope: Scope,
): storage.Bucket {
    const { project, key } = settings;
    return scope.child(
        suffix,
        storage.Bucket,
        {
            name: project.apply((account) =>
                withoutReservedWords(
                    scope.physicalName(NAMES.bucket, suffix === "bucket" ? "" : suffix, { account, region }),
                ),
            ),
            project,
            location: region,
            uniformBucketLevelAccess: true,
            publicAccessPrevention: "enforced",
            versioning: { enabled: spec.keepVersionsDays > 0 },
            softDeletePolicy: { retentionDurationSeconds: softDeleteSeconds(scope.protect) },
            lifecycleRules: lifecycleRules(spec),
            ...(key === undefined ? {} : { encryption: { defaultKmsKeyName: key } }),
            forceDestroy: spec.forceDestroy && !scope.protect,
            deletionPolicy: scope.protect ? "PREVENT" : "DELETE",
            labels: scope.tags(),
        },
        {
            protect: scope.protect,
            retainOnDelete: spec.retainOnDelete,
            dependsOn: [...settings.dependsOn],
        },
    );
}

/**
 * Seconds that deleted data can be brought back. Versions already keep overwritten and deleted objects, and
 * soft-deleted bytes are billed too, so it is off except as the last resort of protected data: it outlives even the
 * deletion of the bucket.
 */
function softDeleteSeconds(protect: boolean): number {
    return protect ? SOFT_DELETE_DAYS * DAY_SECONDS : 0;
}

function lifecycleRules(spec: ObjectStoreSpec): storage.BucketArgs["lifecycleRules"] {
    return [
        {
            action: { type: "Delete" },
            condition: {
                daysSinceNoncurrentTime: spec.keepVersionsDays,
                withState: "ARCHIVED",
                // The provider drops a zero unless told to send it.
                ...(spec.keepVersionsDays === 0 ? { sendDaysSinceNoncurrentTimeIfZero: true } : {}),
            },
        },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: spec.abortUploadDays } },
    ];
}
