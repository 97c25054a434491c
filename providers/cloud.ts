import type { ProviderResource } from "@pulumi/pulumi";
import type { CloudName } from "../placement/site";
import type { BatchJobHandle, BatchJobSpec, WorkloadAccess } from "./concepts/batchJob";
import type { AdoptedClusterSpec, ClusterHandle, ClusterSpec, PoolInfo, PoolSpec } from "./concepts/cluster";
import type { ServiceAccountSpec, WorkloadIdentity } from "./concepts/identity";
import type { ClusterInferenceSpec, InferenceHandle, ManagedInferenceSpec } from "./concepts/inference";
import type { AdoptedStoreSpec, ObjectStoreHandle, ObjectStoreSpec } from "./concepts/objectStore";
import type { AddOnsHandle, AddOnsSpec } from "./concepts/addOns";
import type { Scope } from "./scope";
import type { LandingZone, Site } from "./site";

export * from "./concepts/addOns";
export * from "./concepts/batchJob";
export * from "./concepts/cluster";
export * from "./concepts/identity";
export * from "./concepts/inference";
export * from "./concepts/objectStore";

/** Something in a specification that can't be, with the path of the component's argument that says it. */
export interface SpecProblem {
    readonly path: string;
    readonly message: string;
    /** Told, but no reason to refuse. */
    readonly warning?: true;
}

/**
 * What every cloud implements: one method a concept. Each method registers the children of one component through
 * its scope and returns a handle; none reads a price, opens a socket or starts a process.
 */
export interface Cloud {
    readonly name: CloudName;

    /** A provider for an account that a landing zone names; undefined when the default provider serves. */
    siteProvider(region: string, zone: LandingZone): ProviderResource | undefined;

    /** What this cloud alone refuses of a store, told before anything is registered. Pure; absent where nothing is. */
    objectStoreProblems?(spec: ObjectStoreSpec, site: Site): readonly SpecProblem[];
    objectStore(spec: ObjectStoreSpec, scope: Scope): ObjectStoreHandle;
    adoptObjectStore(spec: AdoptedStoreSpec, scope: Scope): ObjectStoreHandle;

    /**
     * An identity of this cloud for a Kubernetes service account: the cluster's native way where the cluster is
     * this cloud's, federation through the cluster's token issuer where it is another's.
     */
    workloadIdentity(spec: ServiceAccountSpec, scope: Scope): WorkloadIdentity;

    /** How pods select a pool of this cloud: what `cluster` will say of it, known before anything exists. */
    poolInfo(pool: PoolSpec): PoolInfo;
    /** What this cloud alone refuses of a cluster, or of pools that are added to one. Pure; absent where nothing is. */
    clusterProblems?(spec: Pick<ClusterSpec, "pools" | "encryptionKey">, site: Site): readonly SpecProblem[];
    cluster(spec: ClusterSpec, scope: Scope): ClusterHandle;
    adoptCluster(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle;

    /** What this cloud refuses in a managed service, told before anything is registered. Pure. */
    managedInferenceProblems(spec: ManagedInferenceSpec, site: Site): readonly SpecProblem[];
    managedInference(spec: ManagedInferenceSpec, scope: Scope): InferenceHandle;
}

/** What runs on a cluster, whichever cloud that cluster is on. Implemented by `providers/kubernetes`. */
export interface Orchestrator {
    /** What can't run on a cluster, told before anything is registered. Pure. */
    inferenceProblems(spec: ClusterInferenceSpec): readonly SpecProblem[];
    addOns(spec: AddOnsSpec, cluster: ClusterHandle, scope: Scope): AddOnsHandle;
    inference(
        spec: ClusterInferenceSpec,
        workload: WorkloadAccess,
        cluster: ClusterHandle,
        scope: Scope,
    ): InferenceHandle;
    batchJob(
        spec: BatchJobSpec,
        workload: WorkloadAccess,
        cluster: ClusterHandle,
        scope: Scope,
    ): BatchJobHandle;
}
