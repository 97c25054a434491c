import type { AcceleratorName } from "../accelerators";
import { JOB_HOURS, LOAD_SHARE, SECONDS_PER_REQUEST } from "../assumptions";
import type { JobDemand, PerAccelerator, PoolDemand, ServiceDemand, Share } from "../demand";
import { HOURS_PER_MONTH } from "../money";
import type { Range } from "./lines";

const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/** The figure for an accelerator: its own, else the one for all, else nothing. */
export function figureFor(
    figure: PerAccelerator | undefined,
    name: AcceleratorName | undefined,
): number | undefined {
    return typeof figure === "object" ? (name === undefined ? undefined : figure[name]) : figure;
}

/** Replicas of a service on an accelerator: at least, on average, at most. */
export function replicasOf(
    { replicas: { min, max }, traffic, concurrency }: ServiceDemand,
    name?: AcceleratorName,
): Range {
    if (!traffic) {
        return { min, expected: min + LOAD_SHARE * (max - min), max };
    }
    const seconds = figureFor(traffic.secondsPerRequest, name) ?? SECONDS_PER_REQUEST;
    const busy = (traffic.requestsPerMonth * seconds) / (concurrency * SECONDS_PER_MONTH);
    return { min, expected: Math.min(max, Math.max(min, busy)), max };
}

/** What a node of a pool carries. */
export interface NodeSize {
    /** Accelerators. */
    readonly count: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
}

/** The part of a node that one replica or pod takes, with what it leaves that no other like it fits into. */
export function nodeShare(share: Share, node: NodeSize): number {
    const part =
        share.accelerators.length > 0
            ? share.count / Math.max(1, node.count)
            : Math.max(share.vcpu / node.vcpu, share.memoryGiB / node.memoryGiB);
    return part > 1 || Number.isNaN(part) ? 1 : 1 / Math.floor(1 / part + 1e-9);
}

/** Hours of whole nodes a month, all of them and those that are paid on demand. */
export interface NodeHours {
    readonly all: Range;
    readonly onDemand: Range;
}

/**
 * Hours of whole nodes that workloads take a month, on a pool with nodes of this size. Services share nodes; what a
 * job starts runs on nodes of its own, which go when it ends.
 */
export function nodeHours(
    pool: Pick<PoolDemand, "min" | "max" | "onDemandBase">,
    workloads: readonly (ServiceDemand | JobDemand)[],
    node: NodeSize,
    name: AcceleratorName | undefined,
): NodeHours {
    const services = workloads.filter((each) => each.kind === "service");
    const jobs = workloads.filter((each) => each.kind === "job");
    const served = services.map((service) => {
        const part = nodeShare(service.share, node);
        const { min, expected } = replicasOf(service, name);
        return { min: part * min, expected: part * expected };
    });
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
    const within = (nodes: number): number => Math.min(pool.max, Math.max(pool.min, nodes));
    // The last node of what always runs is paid for in full, however little runs on it.
    const least = within(Math.ceil(sum(served.map(({ min }) => min)) - 1e-9));
    const steady = within(Math.max(least, sum(served.map(({ expected }) => expected))));
    const room = (pool.max - steady) * HOURS_PER_MONTH;
    const base = pool.onDemandBase ?? Infinity;
    const runs = jobs.map((job) => {
        const { hours, nodes } = runOf(job, node, name);
        const free = Math.max(0, base - steady);
        return { hours, onDemand: job.spot ? hours * Math.min(1, free / Math.min(nodes, pool.max)) : hours };
    });
    const wanted = sum(runs.map(({ hours }) => hours));
    // A pool that is always at its most makes jobs wait; it does not cost more than all of its nodes.
    const part = wanted > room ? room / wanted : 1;
    const onDemand = (nodes: number): number => Math.min(nodes, base) * HOURS_PER_MONTH;
    const all = steady * HOURS_PER_MONTH + wanted * part;
    return {
        all: { min: least * HOURS_PER_MONTH, expected: all, max: pool.max * HOURS_PER_MONTH },
        onDemand: {
            min: onDemand(least),
            expected: Math.min(all, onDemand(steady) + sum(runs.map((run) => run.onDemand)) * part),
            max: onDemand(pool.max),
        },
    };
}

/** Node hours of a job's month, and the nodes that it has at a time. */
function runOf(
    job: JobDemand,
    node: NodeSize,
    name: AcceleratorName | undefined,
): { readonly hours: number; readonly nodes: number } {
    const part = nodeShare(job.share, node);
    const parallel = Math.max(1, Math.min(job.completions, job.parallelism ?? job.completions));
    const nodesFor = (pods: number): number => Math.ceil(pods * part - 1e-9);
    const waves = Math.floor(job.completions / parallel);
    const nodes = waves * nodesFor(parallel) + nodesFor(job.completions - waves * parallel);
    const hours = figureFor(job.hoursPerRun, name) ?? JOB_HOURS;
    return { hours: hours * nodes * job.runsPerMonth, nodes: nodesFor(parallel) };
}

/**
 * The pool that a workload lands on: the first that has the first of its accelerators that any pool has. Without
 * accelerators, and without a CPU pool, it is none: then it shares the add-ons' nodes.
 */
export function poolFor(share: Share, pools: readonly PoolDemand[]): PoolDemand | undefined {
    if (share.accelerators.length === 0) {
        return pools.find((pool) => pool.accelerators.length === 0);
    }
    for (const name of share.accelerators) {
        const found = pools.find(
            (pool) => pool.accelerators.includes(name) && pool.acceleratorsPerNode >= share.count,
        );
        if (found) {
            return found;
        }
    }
    return undefined;
}

/** True where a workload's figures tell accelerators apart, so that they can be compared by the work they do. */
export function comparesAccelerators(
    workload: ServiceDemand | JobDemand,
    names: readonly AcceleratorName[],
): boolean {
    const figure = workload.kind === "service" ? workload.traffic?.secondsPerRequest : workload.hoursPerRun;
    return (
        names.length > 1 && typeof figure === "object" && names.every((name) => figure[name] !== undefined)
    );
}
