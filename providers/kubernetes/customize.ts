import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { CustomResourceArgs } from "@pulumi/kubernetes/apiextensions";
import type { CronJobArgs, JobArgs } from "@pulumi/kubernetes/batch/v1";
import type {
    ConfigMapArgs,
    PersistentVolumeClaimArgs,
    SecretArgs,
    ServiceAccountArgs,
    ServiceArgs,
} from "@pulumi/kubernetes/core/v1";
import type { ReleaseArgs } from "@pulumi/kubernetes/helm/v3";
import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1";
import type { ProviderArgs } from "@pulumi/kubernetes/provider";
import type { Customizers } from "../scope";

/** Children of a ModelStore on plain Kubernetes, by suffix. */
export interface ModelStoreChildren {
    readonly volume: PersistentVolumeClaimArgs;
}

/** Children of a GpuCluster inside any cluster, by suffix, and the provider of one's own cluster. */
export interface GpuClusterChildren {
    readonly provider: ProviderArgs;
    readonly "addon-cert-manager": ReleaseArgs;
    readonly "addon-envoy-gateway": ReleaseArgs;
    readonly "addon-kserve-crd": ReleaseArgs;
    readonly "addon-kserve": ReleaseArgs;
    readonly "addon-keda": ReleaseArgs;
    readonly "addon-keda-add-ons-http": ReleaseArgs;
    readonly "addon-kube-prometheus-stack": ReleaseArgs;
    readonly "addon-nvidia-device-plugin": ReleaseArgs;
    readonly "addon-neuron": ReleaseArgs;
    readonly "addon-cluster-autoscaler": ReleaseArgs;
    readonly "addon-edge-proxy": CustomResourceArgs;
    readonly "addon-gateway-class": CustomResourceArgs;
    readonly "addon-gateway-proxy": CustomResourceArgs;
    readonly "addon-gateway": CustomResourceArgs;
}

/** Children of an InferenceService on a cluster, by suffix. */
export interface InferenceServiceChildren {
    readonly account: ServiceAccountArgs;
    readonly files: ConfigMapArgs;
    readonly environment: SecretArgs;
    readonly service: CustomResourceArgs;
    readonly interceptor: CustomResourceArgs;
    readonly entry: ServiceArgs;
    readonly scaler: CustomResourceArgs;
    readonly monitor: CustomResourceArgs;
    readonly budget: PodDisruptionBudgetArgs;
    readonly balancer: ServiceArgs;
    readonly gateway: CustomResourceArgs;
    readonly clients: CustomResourceArgs;
    readonly keys: CustomResourceArgs;
    readonly "proxy-grant": CustomResourceArgs;
    readonly route: CustomResourceArgs;
}

/** Children of a BatchJob, by suffix. `job` is a CronJob where there is a schedule: then use {@link ScheduledJobChildren}. */
export interface BatchJobChildren {
    readonly account: ServiceAccountArgs;
    readonly files: ConfigMapArgs;
    readonly environment: SecretArgs;
    readonly job: JobArgs;
}

/** Children of a BatchJob with a schedule, by suffix. */
export interface ScheduledJobChildren extends Omit<BatchJobChildren, "job"> {
    readonly job: CronJobArgs;
}

/** Changes to children by suffix. Arguments and options are changed in place, before the child is registered. */
export type Customize<Children> = {
    readonly [Suffix in keyof Children]?: (args: Children[Suffix], opts: CustomResourceOptions) => void;
};

const typed =
    <Children>() =>
    (children: Customize<Children>): Customizers =>
        children as Customizers;

/**
 * Types the `customize` argument of a component on a cluster of your own, or of what it makes inside a cluster.
 *
 * @example
 * ```ts
 * customize.modelStore({ volume: (args) => void (args.metadata = { ...args.metadata, annotations: {} }) });
 * ```
 */
export const customize = {
    modelStore: typed<ModelStoreChildren>(),
    gpuCluster: typed<GpuClusterChildren>(),
    inferenceService: typed<InferenceServiceChildren>(),
    batchJob: typed<BatchJobChildren>(),
    scheduledJob: typed<ScheduledJobChildren>(),
};
