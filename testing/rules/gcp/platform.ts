import { stringAt, valueAt } from "../../values";
import type { Rule, Rules } from "../types";
import { at, compute, iamMember, label, PROJECT_NUMBER } from "./shared";

const serviceAccount = "gcp:serviceaccount/account:Account";

/** Projects of Google's own in which agents live whose service does not name them. */
const AGENT_PROJECTS: Readonly<Record<string, string>> = {
    "container.googleapis.com": "container-engine-robot",
    "compute.googleapis.com": "compute-system",
};

const inUse = (kind: string, type: string, through: string, by?: string) => ({
    type,
    through,
    by,
    say: (held: { id: string }, holder: { id: string }) =>
        `googleapi: Error 400: The ${kind} resource '${held.id}' is already being used by '${holder.id}', resourceInUseByAnotherResource`,
});

const object: Rule = {
    source: "hashicorp/google google_storage_bucket_object schema",
    name: { property: "name", max: 1024, taken: undefined },
    replaces: ["bucket", "name", "storageClass", "kmsKeyName"],
    id: (context) => `${stringAt(context.inputs, "bucket") ?? ""}-${context.physical}`,
    outputs: (context) => ({
        outputName: context.physical,
        crc32c: context.hex("crc", 8),
        md5hash: context.hex("md5", 24),
        generation: Number(context.digits("generation", 12)),
        storageClass: "STANDARD",
        contentType: "application/octet-stream",
        mediaLink: `https://storage.googleapis.com/download/storage/v1/b/${String(context.inputs.bucket)}/o/${context.physical}?alt=media`,
        selfLink: `https://www.googleapis.com/storage/v1/b/${String(context.inputs.bucket)}/o/${context.physical}`,
    }),
};

export const platform: Rules = {
    "gcp:storage/bucket:Bucket": {
        source: "Cloud Storage bucket naming; hashicorp/google google_storage_bucket schema; pulumi-gcp resources.go (autoname)",
        name: {
            property: "name",
            min: 3,
            max: 63,
            pattern: /^(?!goog)(?!.*(?:google|g00gle|\.\.))[a-z0-9][a-z0-9._-]*[a-z0-9]$/,
            say: "lower-case letters, digits and -_., beginning and ending with a letter or digit, without google",
            lower: true,
            global: true,
            taken: () =>
                "googleapi: Error 409: The requested bucket name is not available. The bucket namespace is shared by " +
                "all users of the system. Please select a different name and try again., conflict",
        },
        replaces: [
            "name",
            "location",
            "project",
            "customPlacementConfig",
            "enableObjectRetention",
            "hierarchicalNamespace",
        ],
        allowed: {
            publicAccessPrevention: ["inherited", "enforced"],
            storageClass: ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL"],
            rpo: ["DEFAULT", "ASYNC_TURBO"],
            "lifecycleRules[*].action.type": ["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"],
        },
        verify: (inputs) => {
            const retention = valueAt(inputs, "softDeletePolicy.retentionDurationSeconds");
            const hierarchical = valueAt(inputs, "hierarchicalNamespace.enabled") === true;
            return [
                ...(typeof retention === "number" &&
                retention !== 0 &&
                (retention < 604800 || retention > 7776000)
                    ? [
                          {
                              property: "softDeletePolicy.retentionDurationSeconds",
                              reason: `${retention} is out of range: 0, or from 604800 to 7776000`,
                          },
                      ]
                    : []),
                ...(hierarchical && inputs.uniformBucketLevelAccess !== true
                    ? [
                          {
                              property: "uniformBucketLevelAccess",
                              reason: "must be true with a hierarchical namespace",
                          },
                      ]
                    : []),
                ...(hierarchical && valueAt(inputs, "versioning.enabled") === true
                    ? [
                          {
                              property: "versioning.enabled",
                              reason: "is not supported with a hierarchical namespace",
                          },
                      ]
                    : []),
            ];
        },
        id: (context) => context.physical,
        outputs: (context) => ({
            selfLink: `https://www.googleapis.com/storage/v1/b/${context.id}`,
            url: `gs://${context.id}`,
            project: context.config.project,
            projectNumber: Number(context.digits("number", 12)),
            storageClass: "STANDARD",
            publicAccessPrevention: "inherited",
            timeCreated: context.now,
            softDeletePolicy: { retentionDurationSeconds: 604800, effectiveTime: context.now },
        }),
        heldBy: [
            {
                type: "gcp:storage/bucketObject:BucketObject",
                through: "bucket",
                say: (held) =>
                    valueAt(held.inputs, "forceDestroy") === true
                        ? ""
                        : `Error trying to delete bucket ${held.id} containing objects without \`force_destroy\` set to true`,
            },
        ],
    },
    "gcp:storage/bucketObject:BucketObject": object,
    "gcp:storage/transferJob:TransferJob": {
        source: "Storage Transfer API; hashicorp/google google_storage_transfer_job schema",
        name: { property: "name", auto: "none" },
        replaces: ["project", "replicationSpec.gcsDataSource", "replicationSpec.gcsDataSink"],
        id: (context) => stringAt(context.inputs, "name") ?? `transferJobs/${context.digits("id", 19)}`,
        outputs: (context) => ({
            name: context.id,
            project: context.config.project,
            creationTime: context.now,
            lastModificationTime: context.now,
            deletionTime: "",
            status: "ENABLED",
        }),
    },
    "gcp:storage/bucketIAMMember:BucketIAMMember": iamMember("bucket"),
    "gcp:storage/bucketIAMBinding:BucketIAMBinding": { ...iamMember("bucket"), updatable: ["members"] },
    "gcp:projects/iAMMember:IAMMember": { ...iamMember("project"), required: ["project"] },
    "gcp:projects/iAMBinding:IAMBinding": { ...iamMember("project"), updatable: ["members"] },
    "gcp:serviceaccount/iAMMember:IAMMember": iamMember("serviceAccountId"),
    "gcp:serviceaccount/iAMBinding:IAMBinding": { ...iamMember("serviceAccountId"), updatable: ["members"] },
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": iamMember("cryptoKeyId"),
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": iamMember("repository"),
    "gcp:kms/keyRing:KeyRing": at("projects/{project}/locations/{location}/keyRings/{name}", {
        source: "Cloud KMS resource names; key rings can't be deleted, only forgotten",
        name: {
            property: "name",
            max: 63,
            pattern: /^[\w-]{1,63}$/,
            say: "1 to 63 letters, digits, _ and -",
        },
    }),
    "gcp:kms/cryptoKey:CryptoKey": {
        source: "Cloud KMS; hashicorp/google google_kms_crypto_key schema",
        name: {
            property: "name",
            max: 63,
            pattern: /^[\w-]{1,63}$/,
            say: "1 to 63 letters, digits, _ and -",
        },
        replaces: [
            "name",
            "keyRing",
            "purpose",
            "importOnly",
            "destroyScheduledDuration",
            "cryptoKeyBackend",
        ],
        allowed: { purpose: ["ENCRYPT_DECRYPT", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "MAC"] },
        pattern: { rotationPeriod: [/^\d+(?:\.\d+)?s$/, "seconds, such as 7776000s"] },
        id: (context) => `${stringAt(context.inputs, "keyRing") ?? ""}/cryptoKeys/${context.physical}`,
        outputs: () => ({ purpose: "ENCRYPT_DECRYPT" }),
    },
    [serviceAccount]: {
        source: "SDK serviceaccount/account.d.ts (6 to 30); pulumi-gcp resources.go (autoname); IAM API (409)",
        name: {
            property: "accountId",
            min: 6,
            max: 30,
            pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])$/,
            say: "lower-case letters, digits and hyphens, beginning with a letter",
            lower: true,
            taken: (name) =>
                `googleapi: Error 409: Service account ${name} already exists within project, alreadyExists`,
        },
        replaces: ["accountId", "project"],
        length: { displayName: [0, 100], description: [0, 256] },
        id: (context) => `projects/${context.config.project}/serviceAccounts/${email(context)}`,
        outputs: (context) => ({
            email: email(context),
            member: `serviceAccount:${email(context)}`,
            name: context.id,
            project: context.config.project,
            uniqueId: context.digits("uniqueId", 21),
        }),
    },
    "gcp:serviceaccount/key:Key": {
        source: "hashicorp/google google_service_account_key schema: all forces a new one",
        replaces: ["*"],
        id: (context) =>
            `${stringAt(context.inputs, "serviceAccountId") ?? ""}/keys/${context.hex("key", 40)}`,
        outputs: (context) => ({
            name: context.id,
            privateKey: context.hex("private", 64),
            publicKey: context.hex("public", 64),
        }),
        secretOutputs: ["privateKey"],
    },
    "gcp:projects/service:Service": {
        source: "Service Usage API; hashicorp/google schema",
        replaces: ["service", "project"],
        singleton: true,
        pattern: {
            service: [
                /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cloud|goog)$/,
                "a service such as container.googleapis.com",
            ],
        },
        id: (context) => `${context.config.project}/${stringAt(context.inputs, "service") ?? context.name}`,
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
        source: "Service Usage API generateServiceIdentity; hashicorp/google-beta schema; cloud.google.com/iam/docs/service-agents",
        required: ["service"],
        replaces: ["service", "project"],
        singleton: true,
        id: (context) =>
            `projects/${context.config.project}/services/${stringAt(context.inputs, "service") ?? context.name}`,
        outputs: (context) => {
            const service = stringAt(context.inputs, "service") ?? "";
            const host = AGENT_PROJECTS[service] ?? `gcp-sa-${service.replace(/\..*$/, "")}`;
            const address = `service-${PROJECT_NUMBER}@${host}.iam.gserviceaccount.com`;
            return {
                email: address,
                member: `serviceAccount:${address}`,
                project: context.config.project,
            };
        },
    },
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": at(
        "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
        {
            source: "hashicorp/google google_iam_workload_identity_pool schema (4 to 32, no gcp- prefix)",
            name: {
                property: "workloadIdentityPoolId",
                min: 4,
                max: 32,
                pattern: /^(?!gcp-)[a-z0-9-]+$/,
                say: "lower-case letters, digits and hyphens, not beginning with gcp-",
                auto: "none",
            },
            outputs: (context) => ({
                name: `projects/${context.digits("number", 12)}/locations/global/workloadIdentityPools/${context.physical}`,
                state: "ACTIVE",
                project: context.config.project,
            }),
        },
    ),
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": at(
        "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/{workloadIdentityPoolProviderId}",
        {
            source: "hashicorp/google google_iam_workload_identity_pool_provider schema (4 to 32, no gcp- prefix)",
            name: {
                property: "workloadIdentityPoolProviderId",
                min: 4,
                max: 32,
                pattern: /^(?!gcp-)[a-z0-9-]+$/,
                say: "lower-case letters, digits and hyphens, not beginning with gcp-",
                auto: "none",
            },
            outputs: (context) => ({ name: context.id, state: "ACTIVE", project: context.config.project }),
        },
    ),
    "gcp:compute/network:Network": compute("projects/{project}/global/networks/{name}", {
        source: "hashicorp/google google_compute_network schema; Compute API resourceInUseByAnotherResource",
        name: label(63, "global/networks"),
        replaces: [
            "autoCreateSubnetworks",
            "description",
            "enableUlaInternalIpv6",
            "internalIpv6Range",
            "networkProfile",
        ],
        range: { mtu: [1300, 8896] },
        allowed: { routingMode: ["REGIONAL", "GLOBAL"] },
        outputs: (context) => ({
            numericId: context.digits("numeric", 19),
            networkId: context.digits("numeric", 19),
            gatewayIpv4: "",
        }),
        heldBy: [
            inUse("network", "gcp:compute/subnetwork:Subnetwork", "network"),
            inUse("network", "gcp:compute/subnetwork:Subnetwork", "network", "selfLink"),
            inUse("network", "gcp:compute/subnetwork:Subnetwork", "network", "name"),
            inUse("network", "gcp:compute/router:Router", "network"),
            inUse("network", "gcp:compute/firewall:Firewall", "network"),
        ],
    }),
    "gcp:compute/subnetwork:Subnetwork": compute("projects/{project}/regions/{region}/subnetworks/{name}", {
        source: "hashicorp/google google_compute_subnetwork schema (ipCidrRange can only grow)",
        name: label(63, "regions/subnetworks"),
        replaces: ["network", "purpose", "description", "ipCidrRange"],
        outputs: (context) => ({
            gatewayAddress: "10.0.0.1",
            subnetworkId: Number(context.digits("numeric", 12)),
            purpose: "PRIVATE",
            stackType: "IPV4_ONLY",
        }),
        heldBy: [
            inUse("subnetwork", "gcp:container/cluster:Cluster", "subnetwork"),
            inUse("subnetwork", "gcp:container/cluster:Cluster", "subnetwork", "selfLink"),
            inUse("subnetwork", "gcp:container/cluster:Cluster", "subnetwork", "name"),
        ],
    }),
    "gcp:compute/router:Router": compute("projects/{project}/regions/{region}/routers/{name}", {
        source: "hashicorp/google google_compute_router schema",
        name: label(63, "regions/routers"),
        replaces: ["network"],
    }),
    "gcp:compute/routerNat:RouterNat": {
        source: "hashicorp/google google_compute_router_nat schema",
        name: label(63, "routers/nats"),
        replaces: ["name", "router", "region", "project", "type"],
        allowed: {
            natIpAllocateOption: ["AUTO_ONLY", "MANUAL_ONLY"],
            sourceSubnetworkIpRangesToNat: [
                "ALL_SUBNETWORKS_ALL_IP_RANGES",
                "ALL_SUBNETWORKS_ALL_PRIMARY_IP_RANGES",
                "LIST_OF_SUBNETWORKS",
            ],
        },
        id: (context) =>
            `${context.config.project}/${context.region}/${String(context.inputs.router)}/${context.physical}`,
    },
    "gcp:compute/firewall:Firewall": compute("projects/{project}/global/firewalls/{name}", {
        source: "hashicorp/google google_compute_firewall schema",
        name: label(63, "global/firewalls"),
        replaces: ["network", "direction"],
        range: { priority: [0, 65535] },
        allowed: { direction: ["INGRESS", "EGRESS"] },
        outputs: () => ({ direction: "INGRESS", priority: 1000 }),
    }),
    "gcp:compute/address:Address": compute("projects/{project}/regions/{region}/addresses/{name}", {
        source: "hashicorp/google google_compute_address schema: all but labels forces a new one",
        name: label(63, "regions/addresses"),
        replaces: ["*"],
        outputs: (context) => ({
            address: `203.0.113.${parseInt(context.hex("ip", 2), 16)}`,
            addressType: "EXTERNAL",
        }),
    }),
    "gcp:compute/globalAddress:GlobalAddress": compute("projects/{project}/global/addresses/{name}", {
        source: "hashicorp/google google_compute_global_address schema: all but labels forces a new one",
        name: label(63, "global/addresses"),
        replaces: ["*"],
        outputs: (context) => ({ address: `203.0.113.${parseInt(context.hex("ip", 2), 16)}` }),
    }),
};

function email(context: { physical: string; config: { project: string } }): string {
    return `${context.physical}@${context.config.project}.iam.gserviceaccount.com`;
}
