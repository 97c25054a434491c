import type { PoolSpec } from "../../../providers/cloud";

/** A pool of single GPUs that scales from zero. */
export const POOL: PoolSpec = {
    name: "chat",
    accelerator: "L4",
    machineType: "g6.xlarge",
    acceleratorsPerNode: 1,
    vcpu: 4,
    memoryGiB: 16,
    min: 0,
    max: 8,
    diskGiB: 200,
    zones: [],
    labels: {},
    taints: [],
};
