import * as containerservice from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import type * as pulumi from "@pulumi/pulumi";
import type { PoolInfo, PoolSpec, Taint } from "../cloud";
import { accelerator } from "../../placement/accelerators";
import type { Scope } from "../scope";
import { child } from "./children";
import { NAMES } from "./names";

const SPOT = "kubernetes.azure.com/scalesetpriority";
const GPU = "nvidia.com/gpu";

/**
 * Pods on one GPU node at most. AKS keeps 20 MB of memory back for each (learn.microsoft.com
 * aks/node-resource-reservations): the 250 of an overlay network would take 5 of a T4 machine's 28 GiB, and a
 * replica that asks for its share of the machine would never find room. The cluster's own pods are about fifteen.
 */
const GPU_NODE_PODS = 30;

/** The cluster that pools are added to. */
export interface PoolHost {
    readonly clusterName: pulumi.Input<string>;
    readonly resourceGroup: pulumi.Input<string>;
    readonly subnetId: pulumi.Input<string | undefined>;
    /** Kubernetes minor version that the program names; Azure's choice where absent. */
    readonly version?: string;
}

/** One agent pool; a pool with spot and an on-demand base is two. */
interface Part {
    readonly suffix: string;
    readonly spot: boolean;
    readonly min: number;
    readonly max: number;
}

/** How pods select a pool and what they tolerate. */
export function poolInfo(pool: PoolSpec): PoolInfo {
    const spot = parts(pool).some((part) => part.spot);
    return {
        name: pool.name,
        accelerator: pool.accelerator,
        acceleratorsPerNode: pool.acceleratorsPerNode,
        machineType: pool.machineType,
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
        min: pool.min,
        max: pool.max,
        spot: pool.spot !== undefined,
        onDemandBase: pool.spot?.onDemandBase ?? 0,
        nodeSelector: { "barycenter/pool": pool.name },
        taints: taints(pool, spot),
        ...(isGpu(pool) ? { resourceName: GPU } : {}),
    };
}

/** The agent pools of a pool, by child suffix. */
export function agentPools(
    pool: PoolSpec,
    host: PoolHost,
    scope: Scope,
    opts: pulumi.CustomResourceOptions = {},
): Record<string, containerservice.AgentPool> {
    return Object.fromEntries(
        parts(pool).map((part) => [part.suffix, agentPool(pool, part, host, scope, opts)]),
    );
}

function agentPool(
    pool: PoolSpec,
    part: Part,
    host: PoolHost,
    scope: Scope,
    opts: pulumi.CustomResourceOptions,
): containerservice.AgentPool {
    const zones = zonesOf(pool);
    return child(
        scope,
        part.suffix,
        containerservice.AgentPool,
        {
            agentPoolName: agentPoolName(pool, part, host, scope),
            resourceName: host.clusterName,
            resourceGroupName: host.resourceGroup,
            type: "VirtualMachineScaleSets",
            mode: "User",
            vmSize: pool.machineType,
            osType: "Linux",
            osSKU: "Ubuntu",
            osDiskSizeGB: pool.diskGiB,
            vnetSubnetID: host.subnetId,
            ...(zones.length > 0 ? { availabilityZones: zones } : {}),
            ...(host.version === undefined ? {} : { orchestratorVersion: host.version }),
            enableAutoScaling: true,
            count: part.min,
            minCount: part.min,
            maxCount: part.max,
            nodeLabels: labels(pool, part.spot),
            nodeTaints: taints(pool, part.spot).map(formatTaint),
            ...(isGpu(pool) ? { gpuProfile: { driver: "Install" }, maxPods: GPU_NODE_PODS } : {}),
            ...(part.spot
                ? { scaleSetPriority: "Spot", scaleSetEvictionPolicy: "Delete", spotMaxPrice: -1 }
                : { scaleSetPriority: "Regular", upgradeSettings: upgradeSettings(pool) }),
            tags: scope.tags(),
        },
        {
            ...opts,
            // The autoscaler owns the count, the upgrade channel the version that the program does not name.
            ignoreChanges: ["count", ...(host.version === undefined ? ["orchestratorVersion"] : [])],
        },
    );
}

/**
 * Spot nodes and the on-demand base are two agent pools, because the priority is the pool's. A base that is the
 * whole pool leaves no room for spot.
 */
function parts(pool: PoolSpec): readonly Part[] {
    const suffix = `pool-${pool.name}`;
    if (!pool.spot) {
        return [{ suffix, spot: false, min: pool.min, max: pool.max }];
    }
    const base = Math.min(pool.spot.onDemandBase, pool.max);
    const onDemand = { suffix: `${suffix}-base`, spot: false, min: Math.min(pool.min, base), max: base };
    const spot = { suffix, spot: true, min: Math.max(pool.min - base, 0), max: pool.max - base };
    return [onDemand, spot].filter(({ max }) => max > 0);
}

/**
 * Four letters of the pool's name and a hash of what Azure cannot change on a pool, so that its replacement is made
 * beside it and takes its pods before it goes. Twelve characters hold no more.
 */
function agentPoolName(pool: PoolSpec, part: Part, { subnetId }: PoolHost, scope: Scope): string {
    const hashed = scope.physicalName(NAMES.agentPool, part.suffix, {
        vmSize: pool.machineType,
        spot: part.spot,
        diskGiB: pool.diskGiB,
        zones: zonesOf(pool),
        // A subnet of ours changes with its network alone, and then the cluster does.
        ...(typeof subnetId === "string" ? { subnetId } : {}),
    });
    const readable = pool.name.toLowerCase().replace(/[^a-z0-9]/g, "");
    const head = (/^[a-z]/.test(readable) ? readable : `p${readable}`).slice(0, 4);
    return `${head}${hashed.slice(-8)}`;
}

/** Azure numbers the zones of a region: `westeurope-1` and `1` are the same. */
function zonesOf(pool: PoolSpec): string[] {
    return [...new Set(pool.zones.map((zone) => zone.replace(/^.*-/, "")))].sort();
}

function labels(pool: PoolSpec, spot: boolean): Record<string, string> {
    return {
        ...pool.labels,
        "barycenter/pool": pool.name,
        ...(pool.accelerator ? { "barycenter/accelerator": pool.accelerator } : {}),
        "barycenter/capacity": spot ? "spot" : "on-demand",
        // AKS adds both label and taint when the pool is made and drops what an update does not repeat (Azure/AKS#3152).
        ...(spot ? { [SPOT]: "spot" } : {}),
    };
}

function taints(pool: PoolSpec, spot: boolean): Taint[] {
    return [
        ...pool.taints,
        ...(isGpu(pool) ? [{ key: GPU, value: "present", effect: "NoSchedule" as const }] : []),
        ...(spot ? [{ key: SPOT, value: "spot", effect: "NoSchedule" as const }] : []),
    ];
}

function formatTaint({ key, value, effect }: Taint): string {
    return `${key}${value === undefined ? "" : `=${value}`}:${effect}`;
}

/**
 * An upgrade of GPU nodes takes one node away instead of adding one: there is rarely quota for another. Spot pools
 * take no such settings.
 */
function upgradeSettings(pool: PoolSpec): inputs.containerservice.AgentPoolUpgradeSettingsArgs {
    return isGpu(pool) ? { maxSurge: "0", maxUnavailable: "1" } : { maxSurge: "10%" };
}

function isGpu(pool: PoolSpec): boolean {
    return pool.accelerator !== undefined && accelerator(pool.accelerator).kind === "nvidia";
}
