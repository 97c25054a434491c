import * as pulumi from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import { accelerator as acceleratorNamed, type AcceleratorName } from "../../placement/accelerators";
import type { CloudName } from "../../placement/site";
import type { PoolInfo, ReplicaResources } from "../cloud";
import { CAPACITY_LABEL, RESOURCE_NAME } from "./pools";
import { cores, gibibytes } from "./quantities";

type NodeAffinity = core.v1.NodeAffinity;
type Toleration = core.v1.Toleration;

/** What a workload asks of a cluster's pools. */
export interface PlacementRequest {
    /** In order of preference; empty for CPU. */
    readonly accelerators: readonly AcceleratorName[];
    readonly resources: ReplicaResources;
    /** The workload may be evicted with two minutes' notice or less. */
    readonly spotTolerant: boolean;
    /** Prefer spot nodes where a pool has both: work that is retried is cheapest there. */
    readonly preferSpot: boolean;
}

/** Where pods go and what they need there. Plain data. */
export interface PodPlacement {
    /** The accelerator that is tried first; empty for CPU. */
    readonly accelerator: string;
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly nodeAffinity?: NodeAffinity;
    readonly tolerations: readonly Toleration[];
    /**
     * Requests and limits alike, so that pods are of the guaranteed class and evicted last. Not `resources`: an
     * Output has a method of that name, which would hide this.
     */
    readonly quantities: Readonly<Record<string, string>>;
    /** Pods may land on spot nodes. */
    readonly spot: boolean;
    /** Replicas that the pools have room for. */
    readonly capacity: number;
}

/**
 * Places pods on the pools of the accelerators wanted, the first preferred, or on the CPU pools.
 *
 * @throws RunError when no pool has any of them, or none without spot for work that can't be evicted
 */
export function place(pools: readonly PoolInfo[], request: PlacementRequest): PodPlacement {
    const { accelerators, resources } = request;
    const candidates =
        accelerators.length === 0 ? cpuPools(pools, resources) : acceleratorPools(pools, request);
    const usable = request.spotTolerant
        ? candidates
        : candidates.filter((pool) => !pool.spot || pool.onDemandBase > 0);
    if (usable.length === 0 && candidates.length > 0) {
        throw new pulumi.RunError(
            `the pools ${names(candidates)} have spot nodes only, and this workload can't be evicted: ` +
                "give one of them an on-demand base",
        );
    }
    const [first] = usable;
    const device = first?.accelerator
        ? (first.resourceName ?? RESOURCE_NAME[acceleratorNamed(first.accelerator).kind])
        : undefined;
    return {
        accelerator: first?.accelerator ?? "",
        ...selection(usable, request),
        tolerations: tolerationsOf(usable, device),
        quantities: {
            cpu: resources.cpu,
            memory: resources.memory,
            ...(device ? { [device]: `${resources.accelerators}` } : {}),
        },
        spot: request.spotTolerant && usable.some((pool) => pool.spot),
        capacity: usable.reduce((sum, pool) => sum + pool.max * replicasPerNode(pool, resources), 0),
    };
}

function acceleratorPools(
    pools: readonly PoolInfo[],
    { accelerators, resources }: PlacementRequest,
): PoolInfo[] {
    const wanted = accelerators.flatMap((name) => pools.filter((pool) => pool.accelerator === name));
    const fitting = wanted.filter((pool) => pool.acceleratorsPerNode >= resources.accelerators);
    if (fitting.length === 0) {
        throw new pulumi.RunError(
            `no pool of the cluster has ${resources.accelerators} × ${accelerators.join(" or ")} in one node. ` +
                `It has: ${pools.map((pool) => `${pool.name} (${pool.acceleratorsPerNode} × ${pool.accelerator ?? "CPU"})`).join(", ") || "no pools"}`,
        );
    }
    // One pod asks for one extended resource: pools with another stay out.
    return fitting.filter((pool) => pool.resourceName === fitting[0]?.resourceName);
}

/** CPU pools that the pod fits; without any it runs on the nodes that aren't tainted, as those of the add-ons. */
function cpuPools(pools: readonly PoolInfo[], { cpu, memory }: ReplicaResources): PoolInfo[] {
    return pools.filter(
        (pool) => !pool.accelerator && pool.vcpu > cores(cpu) && pool.memoryGiB > gibibytes(memory),
    );
}

function selection(
    pools: readonly PoolInfo[],
    { spotTolerant, preferSpot }: PlacementRequest,
): Pick<PodPlacement, "nodeSelector" | "nodeAffinity"> {
    const terms = pools.map((pool) => {
        const labels = Object.entries(pool.nodeSelector).map(([key, value]) => ({
            key,
            operator: "In",
            values: [value],
        }));
        const onDemand = { key: CAPACITY_LABEL, operator: "In", values: ["on-demand"] };
        return pool.spot && !spotTolerant ? [...labels, onDemand] : labels;
    });
    const spotFirst =
        preferSpot && pools.some((pool) => pool.spot)
            ? [
                  {
                      weight: 50,
                      preference: {
                          matchExpressions: [{ key: CAPACITY_LABEL, operator: "In", values: ["spot"] }],
                      },
                  },
              ]
            : [];
    // A term without expressions matches no node, so a pool without labels leaves the choice to the device's resource.
    if (pools.length === 0 || terms.some((term) => term.length === 0)) {
        return spotFirst.length > 0
            ? { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: spotFirst } }
            : {};
    }
    const [only] = pools;
    if (pools.length === 1 && only && spotFirst.length === 0 && (spotTolerant || !only.spot)) {
        return { nodeSelector: only.nodeSelector };
    }
    const inOrder =
        terms.length === 1
            ? []
            : terms.map((matchExpressions, index) => ({
                  weight: Math.max(1, 100 - index),
                  preference: { matchExpressions },
              }));
    return {
        nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
            },
            ...(inOrder.length + spotFirst.length > 0
                ? { preferredDuringSchedulingIgnoredDuringExecution: [...inOrder, ...spotFirst] }
                : {}),
        },
    };
}

/** GKE tolerates its own taint on pods with GPUs, AKS doesn't (Azure/AKS#1449): always say it. */
function tolerationsOf(pools: readonly PoolInfo[], device: string | undefined): Toleration[] {
    const own: Toleration[] = device ? [{ key: device, operator: "Exists", effect: "NoSchedule" }] : [];
    const taints = pools
        .flatMap((pool) => pool.taints)
        .map(({ key, value, effect }): Toleration =>
            value === undefined
                ? { key, operator: "Exists", effect }
                : { key, operator: "Equal", value, effect },
        )
        .filter(({ key, effect }) => key !== device || effect !== "NoSchedule");
    return [...new Map([...own, ...taints].map((one) => [JSON.stringify(one), one])).values()];
}

function replicasPerNode(pool: PoolInfo, { accelerators, cpu, memory }: ReplicaResources): number {
    const byDevice = accelerators > 0 ? Math.floor(pool.acceleratorsPerNode / accelerators) : Infinity;
    const byCpu = Math.floor(pool.vcpu / Math.max(cores(cpu), 0.001));
    const byMemory = Math.floor(pool.memoryGiB / Math.max(gibibytes(memory), 0.001));
    return Math.max(0, Math.min(byDevice, byCpu, byMemory));
}

function names(pools: readonly PoolInfo[]): string {
    return pools.map((pool) => `'${pool.name}'`).join(" and ");
}

/**
 * Seconds that a pod on spot capacity gets before its node goes, with room for the node's own shutdown: about 30 on
 * GKE and AKS, 120 on AWS (google/skills gke-cost-optimization). A longer grace period is cut off there.
 */
const SPOT_GRACE_SECONDS: Record<CloudName, number> = { aws: 110, gcp: 25, azure: 25, kubernetes: 25 };

/** The grace period that pods can really have. */
export function graceSeconds(wanted: number, spot: boolean, cloud: CloudName): number {
    return spot ? Math.min(wanted, SPOT_GRACE_SECONDS[cloud]) : wanted;
}
