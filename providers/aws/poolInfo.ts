import { accelerator } from "../../placement/accelerators";
import type { PoolInfo, PoolSpec, Taint } from "../cloud";
import { adapterOf, EFA_RESOURCE } from "./efa";

/** Extended resource of an accelerator on AWS, by kind. */
const RESOURCE_NAMES = { nvidia: "nvidia.com/gpu", neuron: "aws.amazon.com/neuron" } as const;

/** Node label by which pods select a pool. */
export const POOL_LABEL = "barycenter/pool";

/** The part of a pool that is bought one way. */
export interface PoolPart {
    /** Suffix of the node group after the pool's own. */
    readonly suffix: "" | "-base";
    readonly capacity: "spot" | "on-demand";
    readonly min: number;
    readonly max: number;
}

/**
 * What a pool is made of: one node group, or two where part of it stays on-demand, since a managed node group buys
 * one way alone. Both bear the pool's label, so pods see one pool.
 */
export function poolParts(pool: PoolSpec): readonly PoolPart[] {
    const base = pool.spot ? Math.min(pool.spot.onDemandBase, pool.max) : pool.max;
    const onDemand: PoolPart = {
        suffix: pool.spot ? "-base" : "",
        capacity: "on-demand",
        min: Math.min(pool.min, base),
        max: base,
    };
    const spot: PoolPart = {
        suffix: "",
        capacity: "spot",
        min: Math.max(0, pool.min - base),
        max: pool.max - base,
    };
    // A node group of no nodes at all is refused by EKS.
    return [...(spot.max > 0 && pool.spot ? [spot] : []), ...(onDemand.max > 0 ? [onDemand] : [])];
}

/** How pods select a pool, known before anything exists. */
export function poolInfo(pool: PoolSpec): PoolInfo {
    const resourceName = extendedResource(pool);
    const adapter = adapterOf(pool);
    return {
        name: pool.name,
        ...(pool.accelerator ? { accelerator: pool.accelerator } : {}),
        acceleratorsPerNode: pool.acceleratorsPerNode,
        machineType: pool.machineType,
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
        min: pool.min,
        max: pool.max,
        spot: pool.spot !== undefined,
        onDemandBase: pool.spot?.onDemandBase ?? 0,
        nodeSelector: { [POOL_LABEL]: pool.name },
        taints: poolTaints(pool),
        ...(resourceName === undefined ? {} : { resourceName }),
        ...(adapter ? { fabric: { resourceName: EFA_RESOURCE, perNode: adapter.cards } } : {}),
    };
}

/**
 * Taints of a pool's nodes. EKS adds none by itself.
 *
 * The accelerator's has a value because the cluster autoscaler overlooks an EKS taint without one, and would start a
 * machine with accelerators for any pod that waits (kubernetes/autoscaler cloudprovider/aws/aws_wrapper.go,
 * getManagedNodegroupInfo).
 */
export function poolTaints(pool: PoolSpec): readonly Taint[] {
    const key = extendedResource(pool);
    const own = key === undefined ? [] : [{ key, value: "present", effect: "NoSchedule" } as const];
    return [...own, ...pool.taints];
}

/** Labels of the nodes of a part of a pool. */
export function poolLabels(pool: PoolSpec, part: PoolPart): Record<string, string> {
    const adapter = adapterOf(pool);
    return {
        ...pool.labels,
        [POOL_LABEL]: pool.name,
        "barycenter/capacity": part.capacity,
        ...(pool.accelerator ? { "barycenter/accelerator": pool.accelerator } : {}),
        // Tells the cluster autoscaler to wait for the device plugin of a new node. It knows nvidia.com/gpu alone: with
        // this label a Neuron node would never count as ready.
        ...(kindOf(pool) === "nvidia" && pool.accelerator
            ? { "k8s.amazonaws.com/accelerator": pool.accelerator.toLowerCase() }
            : {}),
        // Where the adapters' device plugin runs, and in which of its two forms.
        ...(adapter ? { "barycenter/efa": adapter.privileged ? "privileged" : "standard" } : {}),
    };
}

/** Extended resource that pods ask for; undefined on a CPU pool. */
export function extendedResource(pool: PoolSpec): string | undefined {
    const kind = kindOf(pool);
    return kind === undefined ? undefined : RESOURCE_NAMES[kind];
}

/**
 * Image of the nodes: with the driver of the accelerator, for the machine's processor.
 *
 * The choice goes by machine type, since a GPU image on a machine without one never becomes ready
 * (pulumi/pulumi-eks#1526, #1561).
 */
export function imageType(machineType: string, kind: "nvidia" | "neuron" | undefined): string {
    if (kind === "neuron") {
        return "AL2023_x86_64_NEURON";
    }
    const processor = isArm(machineType) ? "ARM_64" : "x86_64";
    return `AL2023_${processor}_${kind === "nvidia" ? "NVIDIA" : "STANDARD"}`;
}

export function kindOf(pool: PoolSpec): "nvidia" | "neuron" | undefined {
    const kind = pool.accelerator ? accelerator(pool.accelerator).kind : undefined;
    return kind === "tpu" ? undefined : kind;
}

/** Graviton families have a `g` right after the generation: m7g, c7gn, im4gn, g5g. */
function isArm(machineType: string): boolean {
    return /^(a1|[a-z]+\d+g[a-z]*)\./.test(machineType);
}
