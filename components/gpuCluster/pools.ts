import {
    accelerator as acceleratorNamed,
    ACCELERATOR_NAMES,
    acceleratorsOn,
    machineFor,
    type AcceleratorName,
} from "../../placement/accelerators";
import { cpuMachineFor, cpuMachines } from "../../placement/machines";
import type { PoolInfo, PoolSpec } from "../../providers/cloud";
import type { Settings } from "../declared";
import { notOneOf, show, type Problem } from "../validation/problem";
import * as is from "../validation/schema";
import type { PoolArgs } from "./args";

const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

const MAX_NODES = 1000;

const taintSchema = is.fields({
    key: is.textLike(LABEL_KEY, "a label key"),
    value: is.optional(is.textLike(LABEL_VALUE, "a label value")),
    effect: is.oneOf("an effect", ["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const poolSchema = is.fields({
    accelerator: is.optional(is.oneOrMoreOf("an accelerator", ACCELERATOR_NAMES)),
    acceleratorsPerNode: is.optional(is.integer(1, 16)),
    cpu: is.optional(is.fields({ vcpu: is.integer(1, 192), memoryGiB: is.number(1, 4096) })),
    min: is.optional(is.integer(0, MAX_NODES)),
    max: is.optional(is.integer(1, MAX_NODES)),
    spot: is.optional(
        is.either((given) =>
            typeof given === "boolean" ? is.boolean() : is.fields({ onDemandBase: is.integer(0, MAX_NODES) }),
        ),
    ),
    diskGiB: is.optional(is.integer(50, 16_000)),
    zones: is.optional(is.listOf(is.text("a zone"))),
    labels: is.optional(
        is.mapOf(is.textLike(LABEL_VALUE, "a label value"), is.textLike(LABEL_KEY, "a label key")),
    ),
    taints: is.optional(is.listOf(taintSchema)),
});

/** Pools by name. Names become part of Kubernetes labels and of cloud names with a dozen characters. */
export const poolsSchema = is.mapOf(
    poolSchema,
    is.textLike(
        /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
        "a pool name of 1 to 30 lower-case letters, digits and hyphens",
    ),
);

/** Pools with their machines chosen. Pushes a problem for each that no machine of the cloud can serve. */
export function resolvePools(
    pools: Readonly<Record<string, PoolArgs>>,
    property: string,
    settings: Settings,
    problems: Problem[],
): PoolSpec[] {
    checkPoolNames(pools, property, problems);
    return Object.entries(pools)
        .map(([name, pool]) => resolvePool(name, pool, `${property}.${name}`, settings, problems))
        .filter((pool) => pool !== undefined);
}

/** Two names that the package gives itself: the add-ons' pool, and the on-demand base of a pool with spot. */
function checkPoolNames(
    pools: Readonly<Record<string, PoolArgs>>,
    property: string,
    problems: Problem[],
): void {
    for (const name of Object.keys(pools)) {
        const base = name.replace(/-base$/, "");
        if (name === "system") {
            problems.push({
                path: `${property}.${name}`,
                message: "is the name of the pool for the add-ons: choose another",
            });
        } else if (name !== base && pools[base]?.spot) {
            problems.push({
                path: `${property}.${name}`,
                message: `is the name of the on-demand base of the pool '${base}': choose another`,
            });
        }
    }
}

function resolvePool(
    name: string,
    pool: PoolArgs,
    path: string,
    settings: Settings,
    problems: Problem[],
): PoolSpec | undefined {
    const min = pool.min ?? settings.defaults.minNodes;
    const max = pool.max ?? Math.max(4, min);
    if (min > max) {
        problems.push({ path: `${path}.min`, message: `${min} is above max, which is ${max}` });
    }
    checkZones(pool.zones ?? [], path, settings, problems);
    const spot = spotOf(pool, settings);
    if (spot && spot.onDemandBase > max) {
        problems.push({
            path: `${path}.spot.onDemandBase`,
            message: `${spot.onDemandBase} is above max, which is ${max}`,
        });
    }
    const machine = pool.accelerator
        ? acceleratorMachine(pinned(pool, settings.accelerators?.[name]), path, settings, problems)
        : cpuMachine(pool, path, settings, problems);
    if (!machine) {
        return undefined;
    }
    return {
        name,
        ...machine,
        min,
        max,
        ...(spot ? { spot } : {}),
        diskGiB: pool.diskGiB ?? (pool.accelerator ? 200 : 100),
        zones: pool.zones ?? [],
        labels: pool.labels ?? {},
        taints: pool.taints ?? [],
    };
}

/** Zones of AWS and Google Cloud begin with their region; Azure numbers them. */
function checkZones(zones: readonly string[], path: string, { site }: Settings, problems: Problem[]): void {
    const example = { aws: `${site.region}a`, gcp: `${site.region}-b`, azure: "1", kubernetes: "" }[
        site.cloud
    ];
    zones.forEach((zone, index) => {
        if (site.cloud === "azure" ? !/^[1-3]$/.test(zone) : !zone.startsWith(site.region)) {
            problems.push({
                path: `${path}.zones.${index}`,
                message: `${show(zone)} is not a zone of ${site.region}, such as '${example}'`,
            });
        }
    });
}

function spotOf(pool: PoolArgs, settings: Settings): { onDemandBase: number } | undefined {
    if (pool.spot === undefined || pool.spot === false) {
        return undefined;
    }
    return pool.spot === true ? { onDemandBase: settings.defaults.onDemandBase } : pool.spot;
}

/** The pool with the accelerator that its pin chose from the acceptable ones; a pin of another is of no use any more. */
function pinned(pool: PoolArgs, choice: string | undefined): PoolArgs {
    const acceptable = [pool.accelerator ?? []].flat() as AcceleratorName[];
    const chosen = acceptable.find((name) => name === choice);
    return chosen === undefined ? pool : { ...pool, accelerator: chosen };
}

type Machine = Pick<
    PoolSpec,
    "accelerator" | "machineType" | "acceleratorsPerNode" | "vcpu" | "memoryGiB" | "topology"
>;

function acceleratorMachine(
    pool: PoolArgs,
    path: string,
    { site, ...settings }: Settings,
    problems: Problem[],
): Machine | undefined {
    const wanted = [pool.accelerator ?? []].flat() as AcceleratorName[];
    const sold = acceleratorsOn(site.cloud);
    const offered = wanted.filter((name) => sold.includes(name));
    if (offered.length === 0) {
        problems.push({
            path: `${path}.accelerator`,
            message: `${site.cloud} does not sell ${wanted.join(" or ")}. It sells: ${sold.join(", ")}`,
        });
        return undefined;
    }
    const count = pool.acceleratorsPerNode ?? 1;
    const spot = spotOf(pool, { site, ...settings });
    for (const name of offered) {
        const machine = machineFor(name, site.cloud, {
            count,
            ...pool.cpu,
            spot: spot !== undefined && spot.onDemandBase === 0,
        });
        if (machine) {
            return {
                accelerator: name,
                machineType: machine.type,
                acceleratorsPerNode: machine.count,
                vcpu: machine.vcpu,
                memoryGiB: machine.memoryGiB,
                ...(machine.topology ? { topology: machine.topology } : {}),
            };
        }
    }
    const machines = offered.flatMap((name) => acceleratorNamed(name).machines[site.cloud] ?? []);
    problems.push({
        path,
        message:
            `${site.cloud} has no machine with ${count} × ${offered.join(" or ")}` +
            `${pool.cpu ? `, ${pool.cpu.vcpu} vCPU and ${pool.cpu.memoryGiB} GiB` : ""}. ` +
            `It has: ${machines.map((m) => `${m.type} (${m.count}×, ${m.vcpu} vCPU, ${m.memoryGiB} GiB${m.spotOnly ? ", spot only" : ""})`).join(", ")}`,
    });
    return undefined;
}

function cpuMachine(
    pool: PoolArgs,
    path: string,
    { site }: Settings,
    problems: Problem[],
): Machine | undefined {
    if (!pool.cpu) {
        problems.push({
            path,
            message: "gives neither `accelerator` nor `cpu`: say what a node has",
        });
        return undefined;
    }
    if (pool.acceleratorsPerNode !== undefined) {
        problems.push({ path: `${path}.acceleratorsPerNode`, message: "needs `accelerator` beside it" });
    }
    if (site.cloud === "kubernetes") {
        return { machineType: "", acceleratorsPerNode: 0, ...pool.cpu };
    }
    const machine = cpuMachineFor(site.cloud, pool.cpu, site.region);
    if (!machine) {
        const largest = Math.max(
            ...cpuMachines(site.cloud, site.region).map((candidate) => candidate.memoryGiB),
        );
        problems.push({
            path: `${path}.cpu`,
            message: `${site.cloud} has no machine with ${pool.cpu.vcpu} vCPU and ${pool.cpu.memoryGiB} GiB; its largest has ${largest} GiB`,
        });
        return undefined;
    }
    return {
        machineType: machine.type,
        acceleratorsPerNode: 0,
        vcpu: machine.vcpu,
        memoryGiB: machine.memoryGiB,
    };
}

/** Extended resource that a pod asks for, by kind of accelerator. */
const RESOURCE_NAME = {
    nvidia: "nvidia.com/gpu",
    tpu: "google.com/tpu",
    neuron: "aws.amazon.com/neuron",
} as const;

/**
 * Pools of a cluster that the user brings: described, never created. Labels and taints are what the nodes have. Of
 * a list of accelerators the first is taken: here it only tells services which pool they may use.
 */
export function describePools(
    pools: Readonly<Record<string, PoolArgs>>,
    property: string,
    problems: Problem[],
): PoolInfo[] {
    return Object.entries(pools).map(([name, pool]) => {
        const path = `${property}.${name}`;
        const accelerators = [pool.accelerator ?? []].flat() as AcceleratorName[];
        if (!pool.accelerator && !pool.cpu) {
            problems.push({ path, message: "gives neither `accelerator` nor `cpu`: say what a node has" });
        }
        const [accelerator] = accelerators;
        const kind = accelerator ? acceleratorNamed(accelerator).kind : undefined;
        return {
            name,
            ...(accelerator ? { accelerator } : {}),
            acceleratorsPerNode: accelerator ? (pool.acceleratorsPerNode ?? 1) : 0,
            vcpu: pool.cpu?.vcpu ?? 8,
            memoryGiB: pool.cpu?.memoryGiB ?? 32,
            min: pool.min ?? 1,
            max: pool.max ?? Math.max(1, pool.min ?? 1),
            spot: pool.spot !== undefined && pool.spot !== false,
            onDemandBase: typeof pool.spot === "object" ? pool.spot.onDemandBase : 0,
            nodeSelector: pool.labels ?? {},
            taints: pool.taints ?? [],
            ...(kind ? { resourceName: RESOURCE_NAME[kind] } : {}),
        };
    });
}

/** Pushes a problem for each accelerator that no pool has. */
export function checkPoolHas(
    pools: readonly PoolInfo[],
    accelerators: readonly AcceleratorName[],
    problems: Problem[],
): void {
    if (
        accelerators.length === 0 ||
        pools.some((pool) => pool.accelerator && accelerators.includes(pool.accelerator))
    ) {
        return;
    }
    const present = pools.map((pool) => pool.accelerator).filter((name) => name !== undefined);
    problems.push({
        path: "accelerator",
        message: notOneOf("an accelerator of the cluster's pools", accelerators.join(" or "), present),
    });
}
