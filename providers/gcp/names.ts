import type { NameRule } from "../names";

/**
 * Name rules of the services that this folder uses. Each row says whether the name is fixed or carries a hash:
 * everything here is unique in a project, a region or the world, so every name does. `immutable` marks names whose
 * hash also takes the inputs that force a replacement, since a replacement is made before its predecessor goes.
 */
export const NAMES = {
    /** Hash of project and region. */
    bucket: {
        maxLength: 63,
        minLength: 3,
        characters: "dns",
        shared: true,
        source: "cloud.google.com/storage/docs/buckets#naming",
    },
    /** Hash. Deleted accounts free their name at once, with a new unique id. */
    serviceAccount: {
        maxLength: 30,
        minLength: 6,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "@pulumi/gcp serviceaccount.AccountArgs.accountId",
    },
    /** Hash of project and region. */
    network: {
        maxLength: 63,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "@pulumi/gcp compute.NetworkArgs.name (RFC 1035)",
    },
    /** Hash of project, region and the inputs that cannot change in place. */
    cluster: {
        maxLength: 40,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters#Cluster.name",
    },
    /** `immutable`: a new accelerator, capacity type or taint makes a new pool beside the old one. */
    nodePool: {
        maxLength: 40,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters.nodePools",
    },
    /** Hash of the service account's unique id: a deleted pool keeps its id for 30 days. */
    workloadIdentityPool: {
        maxLength: 32,
        minLength: 4,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "@pulumi/gcp iam.WorkloadIdentityPoolArgs.workloadIdentityPoolId",
    },
    /** `immutable`. Numeric, without a leading zero: hashicorp/terraform-provider-google#12963. */
    vertexEndpoint: {
        maxLength: 10,
        characters: "digits",
        source: "@pulumi/gcp vertex.AiEndpointArgs.name",
    },
    /** `immutable`: what is served. */
    vertexModel: {
        maxLength: 63,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/upload (modelId)",
    },
    /** `immutable`: what is served and on which machines. */
    vertexDeployedModel: {
        maxLength: 10,
        characters: "digits",
        source: "cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints#DeployedModel.id",
    },
} as const satisfies Record<string, NameRule>;

/** A bucket name without `goog` at its start and `google` (or a look-alike) inside, both of which are refused. */
export function withoutReservedWords(bucketName: string): string {
    return bucketName.replace(/g(?=[o0]{2}g)/g, "x");
}

/** A workload identity pool id without the prefix that Google keeps for itself. */
export function withoutReservedPrefix(poolId: string): string {
    return poolId
        .replace(/^gcp-/, "gcloud-")
        .slice(0, NAMES.workloadIdentityPool.maxLength)
        .replace(/-$/, "");
}
