import { accelerator } from "../../placement/accelerators";
import type { PoolInfo, PoolSpec, Taint } from "../concepts/cluster";

/** Extended resource of each kind of accelerator. */
const RESOURCE_NAME = { nvidia: "nvidia.com/gpu", tpu: "google.com/tpu", neuron: "aws.amazon.com/neuron" };

/** Nodes of a pool that are on demand and that are spot. */
export interface CapacitySplit {
    readonly onDemand?: { readonly min: number; readonly max: number };
    readonly spot?: { readonly min: number; readonly max: number };
}

/**
 * Divides a pool's nodes between on-demand and spot. GKE has no pool that mixes both, so a pool with an on-demand base
 * becomes two. The base comes first when the pool shrinks to `min`, and scales to zero with it.
 */
export function splitCapacity(pool: PoolSpec): CapacitySplit {
    const base = pool.spot === undefined ? pool.max : Math.min(pool.spot.onDemandBase, pool.max);
    const onDemandMin = Math.min(base, pool.min);
    return {
        ...(base > 0 ? { onDemand: { min: onDemandMin, max: base } } : {}),
        ...(pool.max > base ? { spot: { min: pool.min - onDemandMin, max: pool.max - base } } : {}),
    };
}

/** How pods select a pool, and what they must tolerate on it. */
export function poolInfo(pool: PoolSpec): PoolInfo {
    const kind = pool.accelerator === undefined ? undefined : accelerator(pool.accelerator).kind;
    return {
        name: pool.name,
        ...(pool.accelerator === undefined ? {} : { accelerator: pool.accelerator }),
        acceleratorsPerNode: pool.acceleratorsPerNode,
        machineType: pool.machineType,
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
        min: pool.min,
        max: pool.max,
        spot: pool.spot !== undefined,
        onDemandBase: pool.spot?.onDemandBase ?? 0,
        nodeSelector: { "barycenter/pool": pool.name, ...tpuSelector(pool) },
        taints: [...declaredTaints(pool), ...automaticTaints(pool)],
        ...(kind === undefined ? {} : { resourceName: RESOURCE_NAME[kind] }),
    };
}

/**
 * Taints that a node pool declares: the user's, without the ones that GKE adds by itself, since declaring the same key
 * is refused (hashicorp/terraform-provider-google#7928).
 */
export function declaredTaints(pool: PoolSpec): Taint[] {
    const automatic = new Set(automaticTaints(pool).map((taint) => taint.key));
    return pool.taints.filter((taint) => !automatic.has(taint.key));
}

/** Taints that GKE puts on nodes with accelerators. */
function automaticTaints(pool: PoolSpec): Taint[] {
    if (pool.accelerator === undefined) {
        return [];
    }
    const key = RESOURCE_NAME[accelerator(pool.accelerator).kind];
    return [{ key, value: "present", effect: "NoSchedule" }];
}

/** GKE refuses a pod that asks for TPU without naming the accelerator and its topology. */
function tpuSelector(pool: PoolSpec): Record<string, string> {
    if (pool.accelerator === undefined || accelerator(pool.accelerator).kind !== "tpu") {
        return {};
    }
    const { gkeName } = accelerator(pool.accelerator);
    return {
        ...(gkeName === undefined ? {} : { "cloud.google.com/gke-tpu-accelerator": gkeName }),
        ...(pool.topology === undefined ? {} : { "cloud.google.com/gke-tpu-topology": pool.topology }),
    };
}
