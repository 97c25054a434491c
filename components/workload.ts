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

/** A number for all accelerators, or one for each. */
export function perAcceleratorSchema(min: number, max: number) {
    return is.either((given) =>
        typeof given === "object"
            ? is.mapOf(is.number(min, max), is.oneOf("an accelerator", ACCELERATOR_NAMES))
            : is.number(min, max),
    );
}

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
    workload: { readonly acceleratorsPerReplica?: number; readonly resources?: ResourcesArgs },
    problems: Problem[],
): void {
    const pools = cluster.knownPools;
    if (!pools) {
        return;
    }
    checkPoolHas(pools, accelerators, problems);
    const fitting = pools.filter((pool) =>
        accelerators.length === 0
            ? !pool.accelerator
            : pool.accelerator && accelerators.includes(pool.accelerator),
    );
    const atMost = (path: string, given: unknown, asked: number, of: (pool: PoolInfo) => number): void => {
        const most = Math.max(...fitting.map(of));
        if (fitting.length > 0 && asked > most) {
            problems.push({
                path,
                message: `${show(given)} is more than one node of ${fitting.map((pool) => show(pool.name)).join(" or ")} has, which is ${most}`,
            });
        }
    };
    const { acceleratorsPerReplica: count = 1, resources = {} } = workload;
    if (accelerators.length > 0) {
        atMost("acceleratorsPerReplica", count, count, (pool) => pool.acceleratorsPerNode);
    }
    // Of nodes that the user described, the accelerators may be all that was said.
    if (fitting.every((pool) => pool.machineType)) {
        atMost("resources.cpu", resources.cpu, cores(resources.cpu), (pool) => pool.vcpu);
        atMost("resources.memory", resources.memory, gibibytes(resources.memory), (pool) => pool.memoryGiB);
    }
}

/** vCPU of an amount in Kubernetes' form; 0 where none is given. */
export function cores(cpu: string | undefined): number {
    return cpu === undefined ? 0 : cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}

/** GiB of an amount in Kubernetes' form; 0 where none is given. */
export function gibibytes(memory: string | undefined): number {
    if (memory === undefined) {
        return 0;
    }
    const unit = { Mi: 1 / 1024, Gi: 1, Ti: 1024 }[memory.slice(-2)] ?? 1;
    return Number(memory.slice(0, -2)) * unit;
}
