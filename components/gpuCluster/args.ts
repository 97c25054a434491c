import type { Input } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import type { AddOnMode, AddOnName, ClusterReference, ExistingNetwork, Taint } from "../../providers/cloud";
import type { ComponentArgs } from "../settings";

/** A pool of equal nodes. */
export interface PoolArgs {
    /**
     * Accelerator by standard name, or a list in order of preference of which the first that the cloud sells is
     * taken.
     * @default none: a CPU pool
     */
    readonly accelerator?: AcceleratorName | readonly AcceleratorName[];
    /**
     * Accelerators that one node has at least: the smallest machine that carries them is taken.
     * @default 1
     */
    readonly acceleratorsPerNode?: number;
    /**
     * What a node has at least; needed on a CPU pool.
     * @default the smallest machine that carries the accelerators
     */
    readonly cpu?: { readonly vcpu: number; readonly memoryGiB: number };
    /**
     * Nodes at least; 0 scales from zero.
     * @default 0
     */
    readonly min?: number;
    /**
     * Nodes at most.
     * @default 4
     */
    readonly max?: number;
    /**
     * Use spot capacity: `true`, or with the number of nodes that stay on-demand.
     * @default false; `true` means an on-demand base of 0 in dev and staging, 1 in production
     */
    readonly spot?: boolean | { readonly onDemandBase: number };
    /** Root disk in GiB: images and weights must fit. @default 200 with accelerators, 100 without */
    readonly diskGiB?: number;
    /** Zones to use. @default the cloud's choice */
    readonly zones?: readonly string[];
    /**
     * Kubernetes labels of the nodes. On a cluster of your own: the labels that select this pool.
     * @default none besides `barycenter/pool`, `barycenter/accelerator` and `barycenter/capacity`
     */
    readonly labels?: Readonly<Record<string, string>>;
    /** Taints besides the accelerator's own. @default none */
    readonly taints?: readonly Taint[];
}

/** What both a created and an adopted cluster take. */
export interface GpuClusterArgs extends ComponentArgs {
    /** Pools by name. On a cluster of your own (`kubernetes/<context>`) they describe the nodes that exist. */
    readonly pools: Readonly<Record<string, PoolArgs>>;
    /**
     * Kubernetes minor version, such as `1.34`.
     * @default the cloud's own default
     */
    readonly version?: string;
    /**
     * A network that exists.
     * @default the landing zone's network, else one is created
     */
    readonly network?: ExistingNetwork;
    /**
     * Address range of a created network, /16 to /20.
     * @default 10.0.0.0/16
     */
    readonly networkCidr?: string;
    /**
     * Who reaches the control plane: only the network (`pulumi up` must then run inside it), or also these CIDR
     * blocks.
     * @default private
     */
    readonly controlPlane?: "private" | { readonly allow: readonly string[] };
    /** Nodes for the add-ons. @default 4 vCPU, 16 GiB; 1 to 3 nodes in dev, 2 to 4 elsewhere */
    readonly system?: {
        readonly vcpu?: number;
        readonly memoryGiB?: number;
        readonly min?: number;
        readonly max?: number;
    };
    /**
     * Add-ons that serving needs: `install`, `present` (the cluster has it), or `off`.
     * `kedaHttp` holds requests for services with `scaling.min` 0.
     * @default install what the cloud doesn't build in, without kedaHttp; on a cluster of your own, present
     */
    readonly addOns?: Readonly<Partial<Record<AddOnName, AddOnMode>>>;
    /** Principals that administer the cluster besides its creator. @default none */
    readonly admins?: readonly Input<string>[];
    /** Key that encrypts secrets in the control plane. @default the landing zone's key, else the cloud's own */
    readonly encryptionKey?: Input<string>;
    /** Kubeconfig of a cluster of your own. @default the ambient one, with the site's context */
    readonly kubeconfig?: Input<string>;
    /**
     * Issuer of service account tokens of a cluster of your own, where other clouds must trust it.
     * @default none: workloads reach only stores on that cluster
     */
    readonly issuer?: Input<string>;
}

/** A cluster that exists already. Give `reference`, or `clusterName`, or `kubeconfig`. */
export interface AdoptedGpuClusterArgs extends ComponentArgs {
    /** Output `reference` of a `GpuCluster` in another stack. */
    readonly reference?: Input<ClusterReference>;
    /** Name of an EKS, GKE or AKS cluster in the site's region. */
    readonly clusterName?: string;
    /** Azure resource group of the cluster. */
    readonly resourceGroup?: string;
    /** Kubeconfig of any cluster. */
    readonly kubeconfig?: Input<string>;
    /** Issuer of service account tokens, where only a kubeconfig is given. @default none */
    readonly issuer?: Input<string>;
    /** Pools that the cluster has, with the labels that select them. @default those of the reference */
    readonly existingPools?: Readonly<Record<string, PoolArgs>>;
    /** Pools to add to an EKS, GKE or AKS cluster. @default none */
    readonly pools?: Readonly<Record<string, PoolArgs>>;
    /** Subnets of added pools (AWS). @default those of the reference or the landing zone */
    readonly subnets?: readonly Input<string>[];
    /** Role ARN of added pools' nodes (AWS). @default that of the reference, else created */
    readonly nodeRole?: Input<string>;
    /** Add-ons: `present`, `install` or `off`. @default those of the reference; without one, present */
    readonly addOns?: Readonly<Partial<Record<AddOnName, AddOnMode>>>;
}
