import { machineFor, type AcceleratorName } from "../../placement/accelerators";
import type { PoolDemand } from "../../placement/demand";
import type { TierDefaults } from "../../providers/tier";
import type { DemandOf } from "../declaration";
import type { AdoptedGpuClusterArgs, GpuClusterArgs, PoolArgs } from "./args";

export function clusterDemand(args: GpuClusterArgs, defaults: TierDefaults): DemandOf<"cluster"> {
    return {
        kind: "cluster",
        pools: poolDemands(args.pools, defaults),
        system: {
            vcpu: args.system?.vcpu ?? 4,
            memoryGiB: args.system?.memoryGiB ?? 16,
            ...systemNodes(args.system, defaults),
        },
        existing: false,
        nat: args.network === undefined,
        zonalNats: defaults.natPerZone ? defaults.zones : 1,
        freeControlPlane: !defaults.controlPlaneSla,
    };
}

/** Nodes of the add-ons. */
export function systemNodes(
    system: GpuClusterArgs["system"],
    defaults: TierDefaults,
): { readonly min: number; readonly max: number } {
    const min = system?.min ?? defaults.systemNodes;
    return { min, max: system?.max ?? Math.max(min + 2, 3) };
}

/** Of a cluster that exists only what is added to it is new; its own nodes are paid for elsewhere. */
export function adoptedClusterDemand(
    args: AdoptedGpuClusterArgs,
    defaults: TierDefaults,
): DemandOf<"cluster"> {
    return {
        kind: "cluster",
        pools: poolDemands({ ...args.existingPools, ...args.pools }, defaults),
        existing: true,
        nat: false,
    };
}

function poolDemands(pools: Readonly<Record<string, PoolArgs>>, defaults: TierDefaults): PoolDemand[] {
    return Object.entries(pools).map(([name, pool]) => {
        const accelerators = [pool.accelerator ?? []].flat() as AcceleratorName[];
        const min = pool.min ?? defaults.minNodes;
        const base =
            pool.spot === true
                ? defaults.onDemandBase
                : pool.spot === false
                  ? undefined
                  : pool.spot?.onDemandBase;
        return {
            name,
            accelerators,
            acceleratorsPerNode:
                accelerators.length === 0 ? 0 : (pool.acceleratorsPerNode ?? fewest(accelerators)),
            vcpu: pool.cpu?.vcpu ?? 0,
            memoryGiB: pool.cpu?.memoryGiB ?? 0,
            min,
            max: pool.max ?? Math.max(4, min),
            ...(base === undefined ? {} : { onDemandBase: base }),
            diskGiB: pool.diskGiB ?? (accelerators.length > 0 ? 200 : 100),
        };
    });
}

/** The fewest of the first accelerator that any cloud sells in one machine. */
function fewest(accelerators: readonly AcceleratorName[]): number {
    const counts = (["aws", "gcp", "azure"] as const).flatMap(
        (cloud) => machineFor(accelerators[0], cloud, { count: 1, spot: true })?.count ?? [],
    );
    return Math.min(...counts, 8);
}
