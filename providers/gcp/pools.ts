import * as container from "@pulumi/gcp/container";
import * as pulumi from "@pulumi/pulumi";
import { accelerator } from "../../placement/accelerators";
import type { PoolSpec } from "../concepts/cluster";
import type { Scope } from "../scope";
import { projectName } from "./context";
import { bootDiskType, localSsds } from "./machines";
import { NAMES } from "./names";
import { declaredTaints, splitCapacity } from "./poolInfo";
import { poolZones } from "./zones";

/** The cluster that pools are added to. */
export interface PoolHost {
    readonly project: pulumi.Output<string>;
    readonly cluster: pulumi.Input<string>;
    readonly location: pulumi.Input<string>;
    readonly nodeServiceAccount: pulumi.Input<string>;
    /** The same where it is the user's own: another one makes other pools. */
    readonly broughtServiceAccount?: pulumi.Input<string>;
    /** Services that are asked for zones. */
    readonly services: readonly pulumi.Resource[];
    /** What exists before the pools: for pools with accelerators also the pool without. */
    readonly dependsOn: readonly pulumi.Resource[];
}

/** Zones of a regional cluster, in which a pool is that names none. */
const ZONES_OF_CLUSTER = 3;

/** The node pools of one pool of the program: one, or one of spot and one on-demand. */
export function nodePools(pool: PoolSpec, host: PoolHost, scope: Scope): Record<string, container.NodePool> {
    const { onDemand, spot } = splitCapacity(pool);
    const zones =
        pool.zones.length > 0 ? [...pool.zones] : poolZones(pool, host.project, scope, host.services);
    // By what the program says, not by what is left of it: a pool keeps its name when its base changes.
    const base = pool.spot === undefined ? `pool-${pool.name}` : `pool-${pool.name}-base`;
    return {
        ...(spot
            ? {
                  [`pool-${pool.name}`]: nodePool(
                      `pool-${pool.name}`,
                      pool,
                      { ...spot, spot: true },
                      zones,
                      host,
                      scope,
                  ),
              }
            : {}),
        ...(onDemand
            ? { [base]: nodePool(base, pool, { ...onDemand, spot: false }, zones, host, scope) }
            : {}),
    };
}

/** The pool without accelerators that add-ons run on. */
export function systemPool(
    system: { readonly machineType: string; readonly min: number; readonly max: number },
    host: PoolHost,
    scope: Scope,
): container.NodePool {
    const pool: PoolSpec = {
        ...system,
        name: "system",
        acceleratorsPerNode: 0,
        vcpu: 0,
        memoryGiB: 0,
        diskGiB: 100,
        zones: [],
        labels: {},
        taints: [],
    };
    return nodePool(
        "system",
        pool,
        { min: system.min, max: system.max, spot: false },
        undefined,
        host,
        scope,
    );
}

interface Capacity {
    readonly min: number;
    readonly max: number;
    readonly spot: boolean;
}

type Zones = string[] | pulumi.Output<string[] | undefined> | undefined;

function nodePool(
    suffix: string,
    pool: PoolSpec,
    capacity: Capacity,
    zones: Zones,
    host: PoolHost,
    scope: Scope,
): container.NodePool {
    const taints = declaredTaints(pool).map(({ key, value = "", effect }) => ({
        key,
        value,
        effect: TAINT_EFFECT[effect],
    }));
    const name = pulumi.output(host.broughtServiceAccount).apply((serviceAccount) =>
        projectName(scope, NAMES.nodePool, suffix, host.project, {
            accelerator: pool.accelerator,
            acceleratorsPerNode: pool.acceleratorsPerNode,
            spot: capacity.spot,
            serviceAccount,
            // A change of taints replaces the pool (pulumi/pulumi-gcp#1139).
            taints,
        }),
    );
    return scope.child(
        suffix,
        container.NodePool,
        {
            name,
            project: host.project,
            location: host.location,
            cluster: host.cluster,
            ...(zones === undefined
                ? {}
                : { nodeLocations: zones as pulumi.Input<pulumi.Input<string>[] | undefined> }),
            initialNodeCount: pulumi
                .output(zones)
                .apply((known) => initialPerZone(pool, capacity, known?.length ?? ZONES_OF_CLUSTER)),
            ignoreNodeCountChanges: true,
            autoscaling: {
                totalMinNodeCount: capacity.min,
                totalMaxNodeCount: capacity.max,
                // Spot capacity comes and goes by zone, and accelerators exist in some: take it where it is.
                locationPolicy: capacity.spot || pool.accelerator !== undefined ? "ANY" : "BALANCED",
            },
            management: { autoRepair: true, autoUpgrade: true },
            upgradeSettings: upgradeSettings(pool),
            networkConfig: { enablePrivateNodes: true },
            nodeConfig: {
                ...nodeConfig(pool, capacity.spot, scope),
                serviceAccount: host.nodeServiceAccount,
                ...(taints.length === 0 ? {} : { taints }),
            },
        },
        {
            dependsOn: [...host.dependsOn],
            ignoreChanges: [
                "initialNodeCount",
                // Zones that we looked up count when the pool is made; zones that the program names always do.
                ...(pool.zones.length === 0 ? ["nodeLocations"] : []),
            ],
        },
    );
}

const TAINT_EFFECT = {
    NoSchedule: "NO_SCHEDULE",
    PreferNoSchedule: "PREFER_NO_SCHEDULE",
    NoExecute: "NO_EXECUTE",
} as const;

function nodeConfig(
    pool: PoolSpec,
    spot: boolean,
    scope: Scope,
): NonNullable<pulumi.Unwrap<container.NodePoolArgs["nodeConfig"]>> {
    return {
        machineType: pool.machineType,
        diskSizeGb: pool.diskGiB,
        diskType: bootDiskType(pool.machineType),
        imageType: "COS_CONTAINERD",
        spot,
        ...guestAccelerators(pool),
        ...localStorage(pool),
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        gvnic: { enabled: true },
        gcfsConfig: { enabled: true },
        labels: {
            ...pool.labels,
            "barycenter/pool": pool.name,
            ...(pool.accelerator === undefined ? {} : { "barycenter/accelerator": pool.accelerator }),
            "barycenter/capacity": spot ? "spot" : "on-demand",
        },
        // Labels of the VMs and their disks: those of the cluster don't reach them.
        resourceLabels: scope.tags(),
    };
}

/** GPUs and their driver. TPU machines carry their chips by type. */
function guestAccelerators(
    pool: PoolSpec,
): Pick<NonNullable<pulumi.Unwrap<container.NodePoolArgs["nodeConfig"]>>, "guestAccelerators"> {
    if (pool.accelerator === undefined) {
        return {};
    }
    const { kind, gkeName } = accelerator(pool.accelerator);
    if (kind !== "nvidia" || gkeName === undefined) {
        return {};
    }
    return {
        guestAccelerators: [
            {
                type: gkeName,
                count: pool.acceleratorsPerNode,
                // Left out, the API installs no driver (hashicorp/terraform-provider-google#23248).
                gpuDriverInstallationConfig: { gpuDriverVersion: "LATEST" },
            },
        ],
    };
}

/**
 * The SSDs that come with a machine, as room for images and models. Left out, GKE attaches them all the same, and a
 * refresh takes them for a change that replaces the pool (mozilla/terraform-modules#464,
 * GoogleCloudPlatform/cluster-toolkit#2968).
 */
function localStorage(
    pool: PoolSpec,
): Pick<NonNullable<pulumi.Unwrap<container.NodePoolArgs["nodeConfig"]>>, "ephemeralStorageLocalSsdConfig"> {
    const localSsdCount = localSsds(pool.machineType);
    return localSsdCount === 0 ? {} : { ephemeralStorageLocalSsdConfig: { localSsdCount } };
}

/** Accelerators are scarce and metered by quota: an upgrade takes a node away before it asks for another. */
function upgradeSettings(pool: PoolSpec): { maxSurge: number; maxUnavailable: number } {
    return pool.accelerator === undefined
        ? { maxSurge: 1, maxUnavailable: 0 }
        : { maxSurge: 0, maxUnavailable: 1 };
}

/**
 * Nodes in each zone at first. The autoscaler keeps a pool from falling below its minimum but raises none that starts
 * below it until a pod asks, so a minimum is started with: rounded down to whole zones where nodes carry accelerators,
 * and up for others, so that add-ons find a node at once and the autoscaler takes back what is too many.
 */
function initialPerZone(pool: PoolSpec, capacity: Capacity, zones: number): number {
    const least = Math.floor(capacity.min / zones);
    const enough = Math.ceil(capacity.min / zones);
    return pool.accelerator === undefined && enough * zones <= capacity.max ? enough : least;
}
