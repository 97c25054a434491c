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

/** The part of a node that one replica or pod takes. */
export function nodeShare(
    share: Share,
    node: { readonly count: number; readonly vcpu: number; readonly memoryGiB: number },
): number {
    if (share.accelerators.length > 0) {
        return node.count === 0 ? 1 : Math.min(1, share.count / node.count);
    }
    return Math.min(1, Math.max(share.vcpu / node.vcpu, share.memoryGiB / node.memoryGiB));
}

/** Hours of whole nodes that workloads take a month, on a pool with this accelerator. */
export function nodeHours(
    pool: PoolDemand,
    workloads: readonly (ServiceDemand | JobDemand)[],
    name: AcceleratorName | undefined,
): Range {
    const node = { count: pool.acceleratorsPerNode, vcpu: pool.vcpu, memoryGiB: pool.memoryGiB };
    const wanted = workloads.map((workload) => {
        const part = nodeShare(workload.share, node);
        if (workload.kind === "service") {
            const { min, expected, max } = replicasOf(workload, name);
            return {
                min: part * min * HOURS_PER_MONTH,
                expected: part * expected * HOURS_PER_MONTH,
                max: part * max * HOURS_PER_MONTH,
            };
        }
        const hours = figureFor(workload.hoursPerRun, name) ?? JOB_HOURS;
        const all = part * hours * workload.completions * workload.runsPerMonth;
        return { min: all, expected: all, max: all };
    });
    const sum = (which: keyof Range): number => wanted.reduce((hours, each) => hours + each[which], 0);
    const least = pool.min * HOURS_PER_MONTH;
    const most = pool.max * HOURS_PER_MONTH;
    const within = (hours: number): number => Math.min(most, Math.max(least, hours));
    return { min: within(sum("min")), expected: within(sum("expected")), max: most };
}

/** The pool that a workload lands on: the first that has the first of its accelerators that any pool has. */
export function poolFor(share: Share, pools: readonly PoolDemand[]): PoolDemand | undefined {
    if (share.accelerators.length === 0) {
        return pools.find((pool) => pool.accelerators.length === 0) ?? pools[0];
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
