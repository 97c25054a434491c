import {
    ACCELERATOR_NAMES,
    accelerator as acceleratorNamed,
    type AcceleratorName,
} from "../placement/accelerators";
import type { PoolInfo, ReplicaResources } from "../providers/cloud";
import type { GpuCluster } from "./gpuCluster";
import { checkPoolHas } from "./gpuCluster/pools";
import type { ResourcesArgs } from "./resources";
import { show, type Problem } from "./validation/problem";
import * as is from "./validation/schema";

export const resourcesSchema = is.fields({
    cpu: is.optional(is.textLike(/^\d+(\.\d+)?m?$/, "an amount of vCPU such as '4' or '500m'")),
    memory: is.optional(is.textLike(/^\d+(\.\d+)?(Mi|Gi|Ti)$/, "an amount of memory such as '16Gi'")),
});

export const acceleratorSchema = is.oneOrMoreOf("an accelerator", ACCELERATOR_NAMES);

export const namespaceSchema = is.textLike(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a Kubernetes namespace");

/** The part of a node that pods may ask for: the rest is the system's. */
const ALLOCATABLE = 0.8;

/**
 * What one replica asks for.
 *
 * @param pools the cluster's pools where they are known
 * @param fallbackGiB memory without accelerators
 */
export function resourcesOf(
    given: ResourcesArgs | undefined,
    accelerators: readonly AcceleratorName[],
    count: number,
    pools: readonly PoolInfo[] | undefined,
    fallbackGiB: number,
): ReplicaResources {
    if (accelerators.length === 0) {
        return { cpu: given?.cpu ?? "2", memory: given?.memory ?? `${fallbackGiB}Gi`, accelerators: 0 };
    }
    const share = machineShare(accelerators, count, pools);
    return {
        cpu: given?.cpu ?? `${share.vcpu}`,
        memory: given?.memory ?? `${share.memoryGiB}Gi`,
        accelerators: count,
    };
}

function machineShare(
    accelerators: readonly AcceleratorName[],
    count: number,
    pools: readonly PoolInfo[] | undefined,
): { vcpu: number; memoryGiB: number } {
    const candidates = pools
        ? pools
              .filter((pool) => pool.accelerator && accelerators.includes(pool.accelerator))
              .map((pool) => ({
                  count: pool.acceleratorsPerNode,
                  vcpu: pool.vcpu,
                  memoryGiB: pool.memoryGiB,
              }))
        : accelerators.flatMap((name) => Object.values(acceleratorNamed(name).machines).flat());
    const shares = candidates
        .filter((machine) => machine.count >= count)
        .map((machine) => ({
            vcpu: Math.max(1, Math.floor((machine.vcpu * ALLOCATABLE * count) / machine.count)),
            memoryGiB: Math.max(2, Math.floor((machine.memoryGiB * ALLOCATABLE * count) / machine.count)),
        }));
    // The least of the candidates, so that the pod fits whichever of them it lands on.
    return {
        vcpu: Math.min(...shares.map((share) => share.vcpu), 4 * count),
        memoryGiB: Math.min(...shares.map((share) => share.memoryGiB), 64 * count),
    };
}

/** Checks that a cluster's pools, where they are known, can carry a workload. */
export function checkPools(
    cluster: GpuCluster,
    accelerators: readonly AcceleratorName[],
    count: number,
    problems: Problem[],
): void {
    const pools = cluster.knownPools;
    if (!pools) {
        return;
    }
    checkPoolHas(pools, accelerators, problems);
    const fitting = pools.filter((pool) => pool.accelerator && accelerators.includes(pool.accelerator));
    const most = Math.max(0, ...fitting.map((pool) => pool.acceleratorsPerNode));
    if (fitting.length > 0 && count > most) {
        problems.push({
            path: "acceleratorsPerReplica",
            message: `${count} is more than one node of ${fitting.map((pool) => show(pool.name)).join(" or ")} has, which is ${most}`,
        });
    }
}
