import type * as compute from "@pulumi/gcp/compute";
import type * as container from "@pulumi/gcp/container";
import type * as iam from "@pulumi/gcp/iam";
import type * as kms from "@pulumi/gcp/kms";
import type * as projects from "@pulumi/gcp/projects";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import type * as storage from "@pulumi/gcp/storage";
import type * as vertex from "@pulumi/gcp/vertex";
import type { ProviderArgs } from "@pulumi/kubernetes/provider";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Customizers } from "../scope";
import type { VertexDeploymentArgs } from "./vertexDeployment/resource";

/** Children of a ModelStore on Google Cloud. */
export interface GcpModelStoreChildren {
    bucket: storage.BucketArgs;
    "key-grant": kms.CryptoKeyIAMMemberArgs;
    "replication-listener": projects.IAMMemberArgs;
    "replication-notifier": projects.IAMMemberArgs;
    "replication-source-owner": storage.BucketIAMMemberArgs;
    "replication-source-reader": storage.BucketIAMMemberArgs;
    [sink: `replication-sink-${string}`]: storage.BucketIAMMemberArgs;
    /** The copying into a region. */
    [job: `replication-to-${string}`]: storage.TransferJobArgs;
    /** The copy in a region. */
    [replica: `replica-${string}`]: storage.BucketArgs;
    /** An uploaded file. */
    [object: `upload-object-${string}`]: storage.BucketObjectArgs;
}

/** Children of a GpuCluster on Google Cloud. */
export interface GcpGpuClusterChildren {
    network: compute.NetworkArgs;
    subnet: compute.SubnetworkArgs;
    router: compute.RouterArgs;
    nat: compute.RouterNatArgs;
    "node-identity": serviceaccount.AccountArgs;
    "node-role": projects.IAMMemberArgs;
    "node-registry": projects.IAMMemberArgs;
    "node-streaming": projects.IAMMemberArgs;
    "key-grant": kms.CryptoKeyIAMMemberArgs;
    cluster: container.ClusterArgs;
    webhooks: compute.FirewallArgs;
    system: container.NodePoolArgs;
    /** A pool, and with `-base` the on-demand part of one with spot. */
    [pool: `pool-${string}`]: container.NodePoolArgs;
    [admin: `admin-${number}`]: projects.IAMMemberArgs;
    kubernetes: ProviderArgs;
}

/** Children of an InferenceService on a managed endpoint of Google Cloud. */
export interface GcpInferenceServiceChildren {
    identity: serviceaccount.AccountArgs;
    "key-grant": kms.CryptoKeyIAMMemberArgs;
    "model-objects": storage.BucketIAMMemberArgs;
    "model-bucket": storage.BucketIAMMemberArgs;
    "copy-objects": storage.BucketIAMMemberArgs;
    "copy-bucket": storage.BucketIAMMemberArgs;
    endpoint: vertex.AiEndpointArgs;
    deployment: VertexDeploymentArgs;
}

/** Children on Google Cloud of a workload in a cluster: its identity and its grants, whatever prefix they come under. */
export interface GcpWorkloadChildren {
    [account: `${string}identity`]: serviceaccount.AccountArgs;
    [binding: `${string}identity-binding`]: serviceaccount.IAMMemberArgs;
    [pool: `${string}identity-pool`]: iam.WorkloadIdentityPoolArgs;
    [provider: `${string}identity-provider`]: iam.WorkloadIdentityPoolProviderArgs;
    [grant: `${string}objects${string}`]: storage.BucketIAMMemberArgs;
    [grant: `${string}bucket`]: storage.BucketIAMMemberArgs;
}

/** Children on Google Cloud of a BatchJob. */
export type GcpBatchJobChildren = GcpWorkloadChildren;

type Customized<Children> = {
    readonly [Suffix in keyof Children]?: (args: Children[Suffix], opts: CustomResourceOptions) => void;
};

/**
 * Types `customize` for Google Cloud: each function gives back what it is given.
 *
 *     new ModelStore("weights", {
 *         customize: customize.modelStore({ bucket: (args) => { args.rpo = "ASYNC_TURBO"; } }),
 *     });
 */
export const customize = {
    modelStore: (children: Customized<GcpModelStoreChildren>): Customizers => children as Customizers,
    gpuCluster: (children: Customized<GcpGpuClusterChildren>): Customizers => children as Customizers,
    /** For `runOn: "managed"`; a service on a cluster has the children of a workload. */
    inferenceService: (children: Customized<GcpInferenceServiceChildren>): Customizers =>
        children as Customizers,
    workload: (children: Customized<GcpWorkloadChildren>): Customizers => children as Customizers,
    batchJob: (children: Customized<GcpBatchJobChildren>): Customizers => children as Customizers,
};
