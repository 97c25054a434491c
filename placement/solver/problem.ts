/**
 * The placement problem in its barest form: which of the given sites each component takes, so that the sum of what
 * components cost at their sites and what moves between them costs is least. Pure data; who made it up from a
 * program is `derive`, and who reads meaning back is `explain`.
 */
import type { TierData } from "../catalogue/data";
import type { Micros } from "../money";
import { tieredCost } from "../tiers";

/** What a component costs a month at each site, in micro-dollars, by the site's index; `undefined` where it can't be. */
export interface ProblemComponent {
    readonly id: string;
    readonly costs: readonly (Micros | undefined)[];
}

/** GiB a month that move from a component to another one, or to the internet. */
export interface ProblemFlow {
    /** Index of a component. */
    readonly from: number;
    readonly to: number | "internet";
    readonly gib: number;
    /**
     * Which end, if any, is behind a NAT gateway that handles what does not stay inside the reach of its site's
     * private endpoints.
     */
    readonly nat?: "from" | "to";
}

/** Pairs of sites that two components can't take together. */
export interface ProblemRule {
    readonly between: readonly [number, number];
    readonly allows: (first: number, second: number) => boolean;
}

/** What a GiB costs from site to site. */
export interface TransferTable {
    /**
     * Micro-dollars a GiB by `from * sites + to`; `NaN` where the tiers of the source's internet price apply, `Infinity`
     * where no price is known.
     */
    readonly flat: Float64Array;
    /** Micro-dollars a GiB that the NAT gateway at `behind` takes for traffic with `other`, by `behind * sites + other`. */
    readonly nat: Float64Array;
    /** The internet price of each site; `undefined` where none is known, and `[]` where it is free. */
    readonly internet: readonly (TierData | undefined)[];
    /** Micro-dollars a GiB of NAT towards the internet, by site. */
    readonly natInternet: Float64Array;
}

export interface Limits {
    /** Clouds that all components together may use; those of fixed components count. @default no limit */
    readonly clouds?: number;
    /** Sites that all components together may use; those of fixed components count. @default no limit */
    readonly sites?: number;
}

export interface Problem {
    /** Cloud of each site, by the site's index. Sites are in a fixed order, which decides between equal plans. */
    readonly clouds: readonly string[];
    readonly components: readonly ProblemComponent[];
    readonly flows: readonly ProblemFlow[];
    readonly rules: readonly ProblemRule[];
    readonly transfer: TransferTable;
    readonly limits: Limits;
}

/** The site of each component, by index. */
export type Assignment = readonly number[];

/** What a plan costs a month. */
export interface Valuation {
    readonly total: Micros;
    /** By component, without transfer. */
    readonly components: readonly Micros[];
    /** By flow; a tiered price is shared out by volume. */
    readonly flows: readonly Micros[];
}

/**
 * The cost of a plan. This is the one place that says what a plan costs: the solver, brute force and other solvers are
 * all measured by it.
 *
 * @returns undefined for a plan that is not allowed or has no price
 */
export function valueOf(problem: Problem, assignment: Assignment): Valuation | undefined {
    const { components, rules } = problem;
    const own: Micros[] = [];
    for (const [index, component] of components.entries()) {
        const cost = component.costs[assignment[index]];
        if (cost === undefined) {
            return undefined;
        }
        own.push(cost);
    }
    const allowed = rules.every(({ between: [a, b], allows }) => allows(assignment[a], assignment[b]));
    if (!allowed || !withinLimits(problem, assignment)) {
        return undefined;
    }
    const moved = movementCosts(problem, assignment);
    if (moved === undefined) {
        return undefined;
    }
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
    return { total: sum(own) + sum(moved), components: own, flows: moved };
}

export function withinLimits({ clouds, limits }: Problem, assignment: Assignment): boolean {
    const sites = new Set(assignment);
    return (
        sites.size <= (limits.sites ?? Infinity) &&
        new Set([...sites].map((site) => clouds[site])).size <= (limits.clouds ?? Infinity)
    );
}

/** True for a flow whose price depends on all that leaves its source in the month. */
export function isPooled(
    { clouds, transfer }: Problem,
    flow: ProblemFlow,
    from: number,
    to: number | undefined,
): boolean {
    return (
        flow.to === "internet" || to === undefined || Number.isNaN(transfer.flat[from * clouds.length + to])
    );
}

/** Micro-dollars a GiB that a flow costs at its two sites without what is pooled at its source. */
export function flatRate(
    { clouds, transfer }: Problem,
    flow: ProblemFlow,
    from: number,
    to: number | undefined,
): number {
    if (flow.to === "internet" || to === undefined) {
        return flow.nat === "from" ? transfer.natInternet[from] : 0;
    }
    const flat = transfer.flat[from * clouds.length + to];
    const behind = flow.nat === "from" ? from : to;
    const other = flow.nat === "from" ? to : from;
    const nat = flow.nat === undefined ? 0 : transfer.nat[behind * clouds.length + other];
    return (Number.isNaN(flat) ? 0 : flat) + nat;
}

/** What each flow costs. The flows that share a tiered price share its total by their volumes, to the last micro-dollar. */
function movementCosts(problem: Problem, assignment: Assignment): Micros[] | undefined {
    const pools = new Map<number, number[]>();
    const costs: Micros[] = [];
    for (const [index, flow] of problem.flows.entries()) {
        const from = assignment[flow.from];
        const to = flow.to === "internet" ? undefined : assignment[flow.to];
        costs.push(Math.round(flow.gib * flatRate(problem, flow, from, to)));
        if (isPooled(problem, flow, from, to)) {
            pools.set(from, [...(pools.get(from) ?? []), index]);
        }
    }
    for (const [site, members] of pools) {
        const tiers = problem.transfer.internet[site];
        if (tiers === undefined) {
            return undefined;
        }
        const volumes = members.map((member) => problem.flows[member].gib);
        const volume = volumes.reduce((sum, gib) => sum + gib, 0);
        const total = tieredCost(tiers, volume);
        let before = 0;
        members.forEach((member, position) => {
            const until = volumes.slice(0, position + 1).reduce((sum, gib) => sum + gib, 0);
            const share = volume === 0 ? 0 : Math.round((total * until) / volume);
            costs[member] += share - before;
            before = share;
        });
    }
    return costs.every((cost) => Number.isFinite(cost)) ? costs : undefined;
}
