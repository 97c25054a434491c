import { accelerator, type Accelerator } from "../../placement/accelerators";
import type { PoolInfo, PoolSpec } from "../cloud";

/** Extended resource that pods ask for, by kind of accelerator. It is also the key of the taint on such nodes. */
export const RESOURCE_NAME: Record<Accelerator["kind"], string> = {
    nvidia: "nvidia.com/gpu",
    tpu: "google.com/tpu",
    neuron: "aws.amazon.com/neuron",
};

/** Label with an accelerator's standard name, on every node of every pool that this package makes. */
export const ACCELERATOR_LABEL = "barycenter/accelerator";
/** Label with `spot` or `on-demand`, likewise. */
export const CAPACITY_LABEL = "barycenter/capacity";

/** A pool of a cluster that the user brings: the labels and taints are what its nodes have, none is added. */
export function poolInfo(pool: PoolSpec): PoolInfo {
    return {
        name: pool.name,
        ...(pool.accelerator ? { accelerator: pool.accelerator } : {}),
        acceleratorsPerNode: pool.acceleratorsPerNode,
        ...(pool.machineType ? { machineType: pool.machineType } : {}),
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
        min: pool.min,
        max: pool.max,
        spot: pool.spot !== undefined,
        onDemandBase: pool.spot?.onDemandBase ?? 0,
        nodeSelector: pool.labels,
        taints: pool.taints,
        ...(pool.accelerator ? { resourceName: RESOURCE_NAME[accelerator(pool.accelerator).kind] } : {}),
    };
}
