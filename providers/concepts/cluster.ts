import type { Input, Output, ProviderResource, Resource } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import type { CloudName } from "../../placement/site";

/** A pool of equal nodes, with its machine already chosen. */
export interface PoolSpec {
    readonly name: string;
    /** Absent on a CPU pool. */
    readonly accelerator?: AcceleratorName;
    readonly machineType: string;
    /** Accelerators in one node; 0 on a CPU pool. */
    readonly acceleratorsPerNode: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** TPU slice shape of one node. */
    readonly topology?: string;
    /** Nodes, spot and on-demand together. `min` 0 scales from zero. */
    readonly min: number;
    readonly max: number;
    /** Absent: on-demand only. */
    readonly spot?: {
        /** Nodes that stay on-demand, out of `max`; 0 is all spot. */
        readonly onDemandBase: number;
    };
    readonly diskGiB: number;
    /** Zones to use; the cloud's own choice where empty. */
    readonly zones: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly taints: readonly Taint[];
}

export interface Taint {
    readonly key: string;
    readonly value?: string;
    readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** A network that exists already. Ids in the cloud's own form. */
export interface ExistingNetwork {
    /** VPC id (AWS), network self link or name (Google Cloud), virtual network id (Azure). */
    readonly network: Input<string>;
    /** Private subnets that nodes run in. AWS wants two zones at least; Google Cloud and Azure use the first. */
    readonly subnets: readonly Input<string>[];
    /** Google Cloud: names of the secondary ranges of the subnet. */
    readonly podRange?: Input<string>;
    readonly serviceRange?: Input<string>;
}

/** A cluster to be created. */
export interface ClusterSpec {
    /** Kubernetes minor version such as `1.34`; the cloud's default channel where absent. */
    readonly version?: string;
    readonly network?: ExistingNetwork;
    /** Address range of a created network. @default 10.0.0.0/16 */
    readonly networkCidr: string;
    /** Zones that a created network spans. */
    readonly zoneCount: number;
    /** `private`: reachable from the network alone. Otherwise the CIDR blocks that may reach the control plane. */
    readonly controlPlane: "private" | { readonly allow: readonly string[] };
    /** Nodes for the add-ons themselves. */
    readonly system: { readonly machineType: string; readonly min: number; readonly max: number };
    readonly pools: readonly PoolSpec[];
    /** Key that encrypts secrets in the control plane's database. */
    readonly encryptionKey?: Input<string>;
    /** Principals that administer the cluster besides its creator: role ARNs (AWS), members (Google Cloud), group object ids (Azure). */
    readonly admins: readonly Input<string>[];
    readonly retainOnDelete: boolean;
    /** Names of the add-ons that will be installed, so that the cloud can give those their own permissions. */
    readonly addOns: readonly string[];
}

/** A cluster that exists already, with what its name alone doesn't tell. */
export interface AdoptedClusterSpec {
    /** Name of an EKS, GKE or AKS cluster in the site's region. */
    readonly clusterName?: string;
    /** Azure resource group of the cluster. */
    readonly resourceGroup?: string;
    /** Another stack's `cluster.reference`. */
    readonly reference?: Input<ClusterReference>;
    /** Kubeconfig of any cluster. */
    readonly kubeconfig?: Input<string>;
    /** Context of the kubeconfig, for a user's own cluster. */
    readonly context?: string;
    /** Issuer of service account tokens, where other clouds must trust this cluster. */
    readonly issuer?: Input<string>;
    /** Pools that exist in the cluster already. */
    readonly existingPools: readonly PoolInfo[];
    /** Pools to add. */
    readonly pools: readonly PoolSpec[];
    /** Subnets for added pools (AWS). */
    readonly subnets?: readonly Input<string>[];
    /** Role of nodes for added pools (AWS); created where absent. */
    readonly nodeRole?: Input<string>;
    /** Add-ons present. */
    readonly addOns: readonly string[];
}

/** What a workload must know of a pool in order to run on it. Plain data: part of a cluster's reference. */
export interface PoolInfo {
    readonly name: string;
    readonly accelerator?: AcceleratorName;
    readonly acceleratorsPerNode: number;
    readonly machineType?: string;
    readonly vcpu: number;
    readonly memoryGiB: number;
    readonly min: number;
    readonly max: number;
    readonly spot: boolean;
    readonly onDemandBase: number;
    /** Labels that a pod selects to land on this pool, whichever capacity type. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Taints of the nodes, including those that the cloud adds by itself. */
    readonly taints: readonly Taint[];
    /** Extended resource of the accelerator: `nvidia.com/gpu`, `google.com/tpu`, `aws.amazon.com/neuron`. */
    readonly resourceName?: string;
    /** The network past the kernel that joins the nodes: its extended resource, and how many of it a node has. */
    readonly fabric?: { readonly resourceName: string; readonly perNode: number };
}

/**
 * Everything another stack needs to run workloads on a cluster. Output of a `GpuCluster`, input of
 * `GpuCluster.from`. `version` grows when a field changes its meaning.
 */
export interface ClusterReference {
    readonly version: 1;
    readonly cloud: CloudName;
    readonly region: string;
    readonly name: string;
    /** ARN, self link or ARM id; for a user's own cluster, its context. Identifies the cluster for the Kubernetes provider. */
    readonly id: string;
    readonly endpoint: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
    /** Issuer of service account tokens; empty where unknown. */
    readonly issuer: string;
    /** Account, project or subscription. */
    readonly account: string;
    /** Azure resource group. */
    readonly resourceGroup?: string;
    readonly pools: readonly PoolInfo[];
    readonly addOns: readonly string[];
    /** Kubeconfig without secrets: it calls the cloud's own credential helper. */
    readonly kubeconfig: string;
    /** For pools added by another stack. */
    readonly nodeRole?: string;
    readonly subnets?: readonly string[];
}

/** A cluster, whichever cloud it is on. */
export interface ClusterHandle {
    readonly cloud: CloudName;
    readonly region: string;
    readonly clusterName: Output<string>;
    readonly endpoint: Output<string>;
    /** Issuer of service account tokens; undefined where this cluster's is not known. */
    readonly issuer?: Output<string>;
    readonly kubeconfig: Output<string>;
    /** Kubernetes provider. Its kubeconfig calls the cloud's credential helper when the cluster is contacted, never at construction. */
    readonly provider: ProviderResource;
    /** Plain where this program declares the pools; an output where they come by reference. */
    readonly pools: Input<readonly PoolInfo[]>;
    /** Add-ons present or to be installed; an output where they come by reference. */
    readonly addOns: Input<readonly string[]>;
    readonly reference: Output<ClusterReference>;
    /** The raw resources, by child suffix. */
    readonly nodes: Readonly<Record<string, Resource>>;
    /** What must exist before a workload starts, and be deleted after it: node pools, network, access. */
    readonly ready: readonly Resource[];
    /** The cluster existed before this program, with things in it that belong to others. */
    readonly adopted?: boolean;
}
