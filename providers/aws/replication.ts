import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import * as s3 from "@pulumi/aws/s3";
import type { ObjectStoreSpec } from "../cloud";
import type { HardenedBucket } from "./bucket";
import type { Children } from "./children";
import { keyUse, replicaKeyArn, type KeyPlace } from "./encryption";
import { NAMES } from "./names";
import { partition } from "./partition";
import { policyDocument, serviceTrust } from "./policies";

/** A copy of a store in another region. */
export interface Replica extends HardenedBucket {
    readonly region: string;
}

/** Copies every new object of a bucket to its replicas, with a role that can do nothing else. */
export function replicate(
    spec: ObjectStoreSpec,
    source: HardenedBucket,
    replicas: readonly Replica[],
    place: KeyPlace,
    children: Children,
): readonly pulumi.Resource[] {
    const { scope } = children;
    const arnOf = ({ bucket }: s3.Bucket) =>
        pulumi.interpolate`arn:${partition(place.region)}:s3:::${bucket}`;
    const sourceArn = arnOf(source.bucket);
    const keep = { retainOnDelete: spec.retainOnDelete };
    const role = children.make(
        "replication-role",
        iam.Role,
        {
            name: scope.physicalName(NAMES.role, "replication"),
            description: `Copies objects of ${scope.name} to its replicas`,
            // Without a condition on the source: S3 documents none for this role, and a role that it can't assume
            // fails without a word. No other account can name it either, since a role is passed within its account.
            assumeRolePolicy: serviceTrust("s3.amazonaws.com"),
            tags: scope.tags(),
        },
        keep,
    );
    const key = spec.encryptionKey;
    const policy = children.make(
        "replication-policy",
        iam.RolePolicy,
        {
            name: scope.physicalName(NAMES.rolePolicy, "replication"),
            role: role.name,
            policy: policyDocument(
                {
                    Sid: "ReadSource",
                    Effect: "Allow",
                    Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
                    Resource: sourceArn,
                },
                {
                    Sid: "ReadVersions",
                    Effect: "Allow",
                    Action: [
                        "s3:GetObjectVersionForReplication",
                        "s3:GetObjectVersionAcl",
                        "s3:GetObjectVersionTagging",
                    ],
                    Resource: pulumi.interpolate`${sourceArn}/*`,
                },
                {
                    Sid: "WriteReplicas",
                    Effect: "Allow",
                    Action: ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                    Resource: replicas.map(({ bucket }) => pulumi.interpolate`${arnOf(bucket)}/*`),
                },
                ...(key === undefined ? [] : keyStatements(key, replicas, place)),
            ),
        },
        keep,
    );
    const configuration = children.make(
        "replication",
        s3.BucketReplicationConfig,
        {
            bucket: source.bucket.bucket,
            region: place.region,
            role: role.arn,
            rules: replicas.map((replica, index) => ({
                id: replica.region,
                priority: index + 1,
                status: "Enabled",
                filter: { prefix: "" },
                deleteMarkerReplication: { status: "Enabled" },
                ...(key === undefined
                    ? {}
                    : { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } } }),
                destination: {
                    bucket: arnOf(replica.bucket),
                    ...(key === undefined
                        ? {}
                        : {
                              encryptionConfiguration: {
                                  replicaKmsKeyId: replicaKeyArn(key, place, replica.region),
                              },
                          }),
                },
            })),
        },
        // S3 refuses replication between buckets that are not versioned yet.
        { ...keep, dependsOn: [policy, source.versioning, ...replicas.map(({ versioning }) => versioning)] },
    );
    return [configuration];
}

function keyStatements(key: pulumi.Input<string>, replicas: readonly Replica[], place: KeyPlace) {
    return [
        keyUse(key, ["kms:Decrypt"], place).apply((statement) => ({ ...statement, Sid: "DecryptSource" })),
        ...replicas.map(({ region }, index) =>
            keyUse(replicaKeyArn(key, place, region), ["kms:Encrypt", "kms:GenerateDataKey"], {
                ...place,
                region,
            }).apply((statement) => ({ ...statement, Sid: `EncryptReplica${index + 1}` })),
        ),
    ];
}
