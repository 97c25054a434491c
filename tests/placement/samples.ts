/**
 * Components of a program in the least form, for tests that change what they are about.
 */
import type {
    ClusterDemand,
    JobDemand,
    PoolDemand,
    ServiceDemand,
    StoreDemand,
} from "../../placement/demand";

const SHARE = { accelerators: ["L4"], count: 1, vcpu: 0, memoryGiB: 0 } as const;

export const store = (given: Partial<StoreDemand> = {}): StoreDemand => ({
    id: "ModelStore/s",
    kind: "store",
    constraints: {},
    sizeGiB: 100,
    growthGiB: 0,
    replicas: [],
    existing: false,
    move: false,
    replicate: false,
    ...given,
});

export const pool = (given: Partial<PoolDemand> = {}): PoolDemand => ({
    name: "gpu",
    accelerators: ["L4"],
    acceleratorsPerNode: 1,
    vcpu: 0,
    memoryGiB: 0,
    min: 0,
    max: 8,
    diskGiB: 200,
    ...given,
});

export const cluster = (given: Partial<ClusterDemand> = {}): ClusterDemand => ({
    id: "GpuCluster/c",
    kind: "cluster",
    constraints: {},
    pools: [pool()],
    existing: true,
    nat: false,
    ...given,
});

export const service = (given: Partial<ServiceDemand> = {}): ServiceDemand => ({
    id: "InferenceService/s",
    kind: "service",
    constraints: {},
    runOn: "GpuCluster/c",
    share: SHARE,
    replicas: { min: 1, max: 1 },
    concurrency: 8,
    exposed: false,
    ...given,
});

export const job = (given: Partial<JobDemand> = {}): JobDemand => ({
    id: "BatchJob/j",
    kind: "job",
    constraints: {},
    runOn: "GpuCluster/c",
    share: SHARE,
    completions: 1,
    runsPerMonth: 10,
    hoursPerRun: 2,
    spot: true,
    reads: [],
    writes: [],
    ...given,
});
