/**
 * What placement and estimates need to know of a component: plain data that survives JSON, made up from its arguments
 * before anything exists. Sizes are in GiB, money in dollars, shares between 0 and 1.
 */
import type { AcceleratorName } from "./accelerators";

/** Where something may be. Everything that is absent allows everything. */
export interface PlacementConstraints {
    /** Countries (ISO 3166-1 alpha-2) or named sets (`EU`, `EEA`, `GDPR`) that it, and its replicas, must stay in. */
    readonly residency?: readonly string[];
    /** Clouds, regions (`aws/eu-west-1`) that it may use. */
    readonly allow?: readonly string[];
    /** Clouds, regions that it may not use. */
    readonly deny?: readonly string[];
    /** Round trip to users, in ms at most. */
    readonly latency?: { readonly to: string; readonly ms: number };
}

interface ComponentDemand {
    /** Type and name with those of the parents, such as `ModelStore/weights`. Pins are kept under it. */
    readonly id: string;
    /** Where it is for good: what the program says, or where it exists already. */
    readonly at?: string;
    /** What says `at`; absent where nothing does. */
    readonly saidBy?: "program" | "pin" | "default";
    /** Accelerators that its pin chose from lists of acceptable ones, by pool or by the component's name. */
    readonly chosen?: Readonly<Record<string, string>>;
    readonly constraints: PlacementConstraints;
}

/** A store of models and data. */
export interface StoreDemand extends ComponentDemand {
    readonly kind: "store";
    readonly sizeGiB: number;
    /** GiB that it grows by in a month. */
    readonly growthGiB: number;
    /** Regions of its cloud that hold a copy. */
    readonly replicas: readonly string[];
    /** It is there already, and stays unless its owner lets it go. */
    readonly existing: boolean;
    /** Its owner lets placement propose another place for the data that it holds. */
    readonly move: boolean;
    /** Its owner lets placement propose a copy of the data in another place. */
    readonly replicate: boolean;
    /** The store that it is kept a copy of. */
    readonly copyOf?: string;
}

export interface PoolDemand {
    readonly name: string;
    /** In order of preference; empty for a CPU pool. */
    readonly accelerators: readonly AcceleratorName[];
    readonly acceleratorsPerNode: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    readonly min: number;
    readonly max: number;
    /** Nodes that are paid on demand, out of all; the rest is spot. Absent: no spot. */
    readonly onDemandBase?: number;
    readonly diskGiB: number;
}

export interface ClusterDemand extends ComponentDemand {
    readonly kind: "cluster";
    readonly pools: readonly PoolDemand[];
    /** Nodes of the add-ons. Absent on a cluster that exists. */
    readonly system?: {
        readonly vcpu: number;
        readonly memoryGiB: number;
        readonly min: number;
        readonly max: number;
    };
    /** It is there already: its control plane is paid for elsewhere. */
    readonly existing: boolean;
    /** Its nodes reach other networks through a NAT gateway of its own. */
    readonly nat: boolean;
    /** NAT gateways where the cloud's are zonal, as on AWS. @default 1 */
    readonly zonalNats?: number;
    /** Its control plane has no service level, which is free on Azure. */
    readonly freeControlPlane?: boolean;
}

/** A number for every accelerator, or one for each. */
export type PerAccelerator = number | Readonly<Partial<Record<AcceleratorName, number>>>;

/** What one replica of a service or one pod of a job takes of a node. */
export interface Share {
    /** In order of preference; empty for CPU. */
    readonly accelerators: readonly AcceleratorName[];
    readonly count: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
}

export interface Traffic {
    readonly requestsPerMonth: number;
    /** Seconds that a replica is busy with one request. */
    readonly secondsPerRequest?: PerAccelerator;
    readonly responseKiB?: number;
    /** Loads of the weights, all replicas together. Absent: assumed from the replicas. */
    readonly weightLoadsPerMonth?: number;
    /** Where users are: a country or a site. Their responses leave the cloud. */
    readonly users?: string;
}

export interface ServiceDemand extends ComponentDemand {
    readonly kind: "service";
    /** The cluster's id, or `managed` for the cloud's own endpoint. */
    readonly runOn: string;
    readonly share: Share;
    readonly replicas: { readonly min: number; readonly max: number };
    /** Requests that a replica handles at a time. */
    readonly concurrency: number;
    readonly model?: { readonly store: string; readonly sizeGiB: number };
    readonly traffic?: Traffic;
    /** Has a load balancer of its own. */
    readonly exposed: boolean;
    /** The internet reaches it, so that its answers leave the cloud wherever its users are. */
    readonly internet?: boolean;
}

export interface JobDemand extends ComponentDemand {
    readonly kind: "job";
    readonly runOn: string;
    readonly share: Share;
    /** Pods of a run, all told. */
    readonly completions: number;
    /** Pods that run at a time. @default all of them */
    readonly parallelism?: number;
    readonly runsPerMonth: number;
    /** Hours that one pod takes. */
    readonly hoursPerRun?: PerAccelerator;
    readonly spot: boolean;
    readonly reads: readonly StoreFlow[];
    readonly writes: readonly StoreFlow[];
}

export interface StoreFlow {
    readonly store: string;
    /** GiB of one run. Absent: assumed from the size of what is named. */
    readonly gibPerRun?: number;
    /** Size of what is named. */
    readonly sizeGiB: number;
    /** What is named is a part of the store that the program gave a size of its own. */
    readonly sized: boolean;
}

export type Demand = StoreDemand | ClusterDemand | ServiceDemand | JobDemand;

/** A demand that takes a site of its own; the others live where the cluster is that they run on. */
export type Placeable = StoreDemand | ClusterDemand | (ServiceDemand & { readonly runOn: "managed" });

export function isPlaceable(demand: Demand): demand is Placeable {
    return (
        demand.kind === "store" ||
        demand.kind === "cluster" ||
        (demand.kind === "service" && demand.runOn === "managed")
    );
}

/** The id of the component whose site a demand shares: its own, or that of the cluster that it runs on. */
export function placeOf(demand: Demand): string {
    return isPlaceable(demand) ? demand.id : (demand as ServiceDemand | JobDemand).runOn;
}
