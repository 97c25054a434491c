import type { Failure } from "../../check";
import { isObject, stringAt, valueAt, type Value, type Values } from "../../values";
import type { Context, Rule, Rules } from "../types";
import { arn } from "./shared";

const bucketId = (context: Context) => stringAt(context.inputs, "bucket") ?? context.physical;

/** A part of a bucket's configuration that is a resource of its own: there is one for each bucket. */
function side(source: string, extra: Partial<Rule> = {}): Rule {
    return {
        source,
        replaces: ["bucket", "region", "expectedBucketOwner"],
        id: bucketId,
        singleton: true,
        ...extra,
    };
}

const objects: Rule = {
    source: "hashicorp/aws aws_s3_object: bucket and key force a new one",
    replaces: ["bucket", "key", "region"],
    required: ["key"],
    id: (context) => stringAt(context.inputs, "key") ?? context.name,
    outputs: (context) => ({
        key: context.name,
        arn: `arn:aws:s3:::${bucketId(context)}/${context.id}`,
        etag: context.hex("etag", 32),
        versionId: context.hex("version", 32),
        storageClass: "STANDARD",
        serverSideEncryption: "AES256",
        contentType: "application/octet-stream",
    }),
};

const regionZones: Readonly<Record<string, string>> = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
};

/** Whether a property holds a JSON document; IAM and S3 refuse anything else. */
export function jsonDocument(inputs: Values, property: string, error: string): Failure[] {
    const text = stringAt(inputs, property);
    if (text === undefined) {
        return [];
    }
    try {
        const document = JSON.parse(text) as Value;
        return isObject(document) && document.Statement !== undefined ? [] : [{ property, reason: error }];
    } catch {
        return [{ property, reason: `${error} (it is not JSON)` }];
    }
}

export const storage: Rules = {
    "aws:s3/bucket:Bucket": {
        source: "SDK s3/bucket.d.ts (bucketPrefix <= 37, names); S3 user guide, bucket naming rules",
        name: {
            property: "bucket",
            min: 3,
            max: 63,
            pattern:
                /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]*[a-z0-9]$/,
            say: "lower-case letters, digits, dots and hyphens, beginning and ending with a letter or digit",
            lower: true,
            global: true,
            taken: () =>
                "BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by " +
                "all users of the system. Please select a different name and try again.",
        },
        replaces: ["bucket", "bucketPrefix", "bucketNamespace", "objectLockEnabled", "region"],
        length: { bucketPrefix: [0, 37] },
        allowed: { bucketNamespace: ["account-regional", "global"] },
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: `arn:aws:s3:::${context.id}`,
            bucketDomainName: `${context.id}.s3.amazonaws.com`,
            bucketRegionalDomainName: `${context.id}.s3.${context.region}.amazonaws.com`,
            bucketRegion: context.region,
            hostedZoneId: regionZones[context.region] ?? "Z3AQBSTGFYJSTF",
            requestPayer: "BucketOwner",
            forceDestroy: false,
            objectLockEnabled: false,
            grants: [
                {
                    id: context.hex("owner", 64),
                    permissions: ["FULL_CONTROL"],
                    type: "CanonicalUser",
                    uri: "",
                },
            ],
        }),
        heldBy: ["aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2"].map((type) => ({
            type,
            through: "bucket",
            say: (held) =>
                valueAt(held.inputs, "forceDestroy") === true
                    ? ""
                    : "BucketNotEmpty: The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        })),
    },
    "aws:s3/bucketObject:BucketObject": objects,
    "aws:s3/bucketObjectv2:BucketObjectv2": objects,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": side("hashicorp/aws: bucket forces a new one", {
        outputs: () => ({
            blockPublicAcls: false,
            blockPublicPolicy: false,
            ignorePublicAcls: false,
            restrictPublicBuckets: false,
        }),
    }),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": side("S3 API ObjectOwnership", {
        allowed: { "rule.objectOwnership": ["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"] },
    }),
    "aws:s3/bucketVersioning:BucketVersioning": side("S3 API VersioningConfiguration", {
        allowed: {
            "versioningConfiguration.status": ["Enabled", "Suspended", "Disabled"],
            "versioningConfiguration.mfaDelete": ["Enabled", "Disabled"],
        },
    }),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": side(
        "S3 API ServerSideEncryptionByDefault; SDK (blockedEncryptionTypes)",
        {
            allowed: {
                "rules[*].applyServerSideEncryptionByDefault.sseAlgorithm": [
                    "AES256",
                    "aws:kms",
                    "aws:kms:dsse",
                ],
                "rules[*].blockedEncryptionTypes[*]": ["SSE-C", "NONE"],
            },
        },
    ),
    "aws:s3/bucketPolicy:BucketPolicy": side("S3 API PutBucketPolicy", {
        length: { policy: [1, 20480] },
        verify: (inputs) =>
            jsonDocument(inputs, "policy", "MalformedPolicy: Policies must be valid JSON with a Statement"),
    }),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": side("S3 API LifecycleRule", {
        length: { rules: [1, 1000], "rules[*].id": [1, 255] },
        allowed: { "rules[*].status": ["Enabled", "Disabled"] },
        range: {
            "rules[*].abortIncompleteMultipartUpload.daysAfterInitiation": [1, 2147483647],
            "rules[*].noncurrentVersionExpiration.noncurrentDays": [1, 2147483647],
            "rules[*].noncurrentVersionExpiration.newerNoncurrentVersions": [1, 100],
        },
    }),
    "aws:s3/bucketLogging:BucketLogging": side("hashicorp/aws: bucket forces a new one"),
    "aws:s3/bucketNotification:BucketNotification": side("hashicorp/aws: bucket forces a new one"),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": side("hashicorp/aws: bucket forces a new one"),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": side(
        "S3 API ReplicationRule; needs versioning on",
        {
            length: { rules: [1, 1000] },
            allowed: { "rules[*].status": ["Enabled", "Disabled"] },
            refuse: (context) => {
                const all = context.existing("aws:s3/bucketVersioning:BucketVersioning");
                const versioning = all.find((each) => each.id === bucketId(context));
                const known = context
                    .existing("aws:s3/bucket:Bucket")
                    .some((each) => each.id === bucketId(context));
                return known && stringAt(versioning?.inputs, "versioningConfiguration.status") !== "Enabled"
                    ? "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration"
                    : undefined;
            },
        },
    ),
    "aws:kms/key:Key": {
        source: "SDK kms/key.d.ts; KMS API CreateKey",
        range: { deletionWindowInDays: [7, 30], rotationPeriodInDays: [90, 2560] },
        length: { description: [0, 8192] },
        allowed: { keyUsage: ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"] },
        replaces: [
            "keyUsage",
            "customerMasterKeySpec",
            "customKeyStoreId",
            "multiRegion",
            "region",
            "xksKeyId",
        ],
        id: (context) => context.uuid("id"),
        outputs: (context) => ({
            arn: arn(context, "kms", `key/${context.id}`),
            keyId: context.id,
            customerMasterKeySpec: "SYMMETRIC_DEFAULT",
            keyUsage: "ENCRYPT_DECRYPT",
            isEnabled: true,
            multiRegion: false,
            policy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                    {
                        Effect: "Allow",
                        Principal: { AWS: `arn:aws:iam::${context.config.account}:root` },
                        Action: "kms:*",
                        Resource: "*",
                    },
                ],
            }),
        }),
        verify: (inputs) =>
            jsonDocument(inputs, "policy", "MalformedPolicyDocumentException: a policy needs a Statement"),
    },
    "aws:kms/alias:Alias": {
        source: "SDK kms/alias.d.ts; KMS API CreateAlias",
        name: {
            property: "name",
            max: 256,
            pattern: /^alias\/(?!aws\/)[\w/-]+$/,
            say: "alias/ and then letters, digits, /, _ and -",
            auto: "none",
            taken: (name) => `AlreadyExistsException: An alias with the name ${name} already exists`,
        },
        replaces: ["name", "namePrefix", "region"],
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: arn(context, "kms", context.id),
            targetKeyArn: arn(context, "kms", `key/${stringAt(context.inputs, "targetKeyId") ?? ""}`),
        }),
    },
    "aws:ecr/repository:Repository": {
        source: "ECR API CreateRepository",
        name: {
            property: "name",
            min: 2,
            max: 256,
            pattern: /^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/,
            say: "lower-case letters, digits and single . _ / -",
            lower: true,
            taken: (name, context) =>
                `RepositoryAlreadyExistsException: The repository with name '${name}' already exists in the ` +
                `registry with id '${context.config.account}'`,
        },
        replaces: ["name", "encryptionConfigurations", "region"],
        allowed: {
            imageTagMutability: [
                "MUTABLE",
                "IMMUTABLE",
                "MUTABLE_WITH_EXCLUSION",
                "IMMUTABLE_WITH_EXCLUSION",
            ],
        },
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: arn(context, "ecr", `repository/${context.id}`),
            registryId: context.config.account,
            repositoryUrl: `${context.config.account}.dkr.ecr.${context.region}.amazonaws.com/${context.id}`,
        }),
    },
};
