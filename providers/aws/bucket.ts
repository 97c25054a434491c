import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import type { ObjectStoreSpec } from "../cloud";
import type { Children } from "./children";
import { NAMES } from "./names";
import { partition } from "./partition";
import { policyDocument } from "./policies";

/** A bucket with everything that makes it private, encrypted, versioned and tidy. */
export interface HardenedBucket {
    readonly bucket: s3.Bucket;
    readonly versioning: s3.BucketVersioning;
    /** What must exist before the bucket holds data. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * A private, encrypted, versioned bucket.
 *
 * The settings are resources of their own because the bucket's inline ones are deprecated. All of them stay when
 * the bucket stays (`retainOnDelete`), so that data kept is never left without its protection.
 *
 * @param key ARN of the key; S3's own key where absent
 */
export function hardenedBucket(
    spec: ObjectStoreSpec,
    region: string,
    account: pulumi.Input<string>,
    key: pulumi.Input<string> | undefined,
    children: Children,
): HardenedBucket {
    const { scope } = children;
    const keep = { retainOnDelete: spec.retainOnDelete };
    const bucket = children.make(
        "bucket",
        s3.Bucket,
        {
            bucket: scope.globalName(NAMES.bucket, "", pulumi.interpolate`${account}/${region}`),
            region,
            forceDestroy: spec.forceDestroy,
            tags: scope.tags(),
        },
        // Where it is replaced its name is another one, and data never goes first.
        { protect: scope.protect, deleteBeforeReplace: false, ...keep },
    );
    const of = { bucket: bucket.bucket, region };
    const publicAccess = children.make(
        "public-access",
        s3.BucketPublicAccessBlock,
        {
            ...of,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        },
        keep,
    );
    // S3 refuses two changes of a bucket's access at once, hence the chain.
    const ownership = children.make(
        "ownership",
        s3.BucketOwnershipControls,
        { ...of, rule: { objectOwnership: "BucketOwnerEnforced" } },
        { ...keep, dependsOn: publicAccess },
    );
    const policy = children.make(
        "policy",
        s3.BucketPolicy,
        { ...of, policy: tlsOnly(bucket.bucket, region) },
        { ...keep, dependsOn: [publicAccess, ownership] },
    );
    const encryption = children.make(
        "encryption",
        s3.BucketServerSideEncryptionConfiguration,
        {
            ...of,
            rules: [
                {
                    applyServerSideEncryptionByDefault:
                        key === undefined
                            ? { sseAlgorithm: "AES256" }
                            : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
                    ...(key === undefined ? {} : { bucketKeyEnabled: true }),
                    blockedEncryptionTypes: ["SSE-C"],
                },
            ],
        },
        keep,
    );
    const versioning = children.make(
        "versioning",
        s3.BucketVersioning,
        { ...of, versioningConfiguration: { status: "Enabled" } },
        keep,
    );
    children.make(
        "lifecycle",
        s3.BucketLifecycleConfiguration,
        { ...of, rules: lifecycle(spec) },
        { ...keep, dependsOn: versioning },
    );
    return { bucket, versioning, ready: [bucket, policy, encryption, versioning] };
}

/** Refuses requests without TLS, and with TLS older than 1.2. */
function tlsOnly(bucket: pulumi.Input<string>, region: string): pulumi.Output<string> {
    const arn = pulumi.interpolate`arn:${partition(region)}:s3:::${bucket}`;
    const deny = {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, pulumi.interpolate`${arn}/*`],
    } as const;
    return policyDocument(
        { Sid: "DenyPlaintext", ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } },
        { Sid: "DenyOldTls", ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    );
}

function lifecycle(spec: ObjectStoreSpec): s3.BucketLifecycleConfigurationArgs["rules"] {
    return [
        {
            id: "abort-failed-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: spec.abortUploadDays },
        },
        {
            id: "expire-old-versions",
            status: "Enabled",
            filter: { prefix: "" },
            noncurrentVersionExpiration: { noncurrentDays: spec.keepVersionsDays },
            // A delete marker without versions behind it only slows listings.
            expiration: { expiredObjectDeleteMarker: true },
        },
    ];
}
