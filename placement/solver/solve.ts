import { Instance } from "./instance";
import type { Problem } from "./problem";
import { BestPlans, Effort, search, SearchLimitError, type Plan } from "./search";

export interface SolveOptions {
    /** How many of the cheapest plans to return. @default 1 */
    readonly count?: number;
    /** Steps after which the search gives up. @default 2,000,000: some seconds */
    readonly maxSteps?: number;
}

export interface Solution {
    /** The cheapest plans, cheapest first; empty where no plan is allowed. */
    readonly plans: readonly Plan[];
    /** Steps that the search took. */
    readonly steps: number;
}

/** Subsets of sites that are worth looking at one by one. */
const MAX_SUBSETS = 50_000;

/**
 * The cheapest plans of a problem, jointly over all its components. Exact and deterministic: the same problem gives
 * the same plans, and of plans that cost the same the one whose sites come first in the problem's order counts.
 *
 * @throws SearchLimitError when the optimum is not proven within the steps
 */
export function solve(problem: Problem, options: SolveOptions = {}): Solution {
    const count = options.count ?? 1;
    const maxSteps = options.maxSteps ?? 2_000_000;
    const whole = searchWhole(problem, count, maxSteps);
    if (whole !== undefined) {
        return whole;
    }
    const best = new BestPlans(count);
    const effort = new Effort(maxSteps);
    for (const allowed of siteSets(problem, best)) {
        search(problem, allowed, best, effort);
    }
    return { plans: best.list(), steps: effort.steps };
}

/** Steps after which a search over all sites at once is given up for one over sets of sites. */
const WHOLE_STEPS = 2_000;

/** The search over all sites at once: the shortest where the limits on clouds and sites bind little or not at all. */
function searchWhole(problem: Problem, count: number, maxSteps: number): Solution | undefined {
    const best = new BestPlans(count);
    const effort = new Effort(Math.min(WHOLE_STEPS, maxSteps));
    try {
        search(problem, () => true, best, effort);
    } catch (error) {
        if (error instanceof SearchLimitError && effort.steps <= maxSteps) {
            return undefined;
        }
        throw error;
    }
    return { plans: best.list(), steps: effort.steps };
}

/**
 * Where few sites or clouds may be used together, the search is much shorter for each set of them than for all at
 * once. Sets come in the order of a bound on their plans, and end where that bound says that nothing better can come.
 */
function* siteSets(problem: Problem, best: BestPlans): Generator<(site: number) => boolean> {
    const instance = new Instance(problem, () => true);
    const used = [...new Set(instance.domains.flat())].sort((a, b) => a - b);
    const fixed = new Set(instance.domains.filter((domain) => domain.length === 1).map(([site]) => site));
    const sets = setsWithin(problem, used, fixed);
    if (sets === undefined) {
        yield () => true;
        return;
    }
    const ranked = sets
        .map((sites, position) => ({ sites, position, least: leastOf(instance, sites) }))
        .filter(({ least }) => Number.isFinite(least))
        .sort((a, b) => a.least - b.least || a.position - b.position);
    for (const { sites, least } of ranked) {
        if (least >= best.threshold) {
            return;
        }
        yield (site) => sites.has(site);
    }
}

/** The sets of sites that plans may lie in, or undefined where the limits allow all or there are too many. */
function setsWithin(
    { clouds, limits }: Problem,
    used: readonly number[],
    fixed: ReadonlySet<number>,
): ReadonlySet<number>[] | undefined {
    const cloudSets = combinations(
        [...new Set(used.map((site) => clouds[site]))],
        limits.clouds ?? Infinity,
        new Set([...fixed].map((site) => clouds[site])),
    );
    const restricted = cloudSets.map((names) => used.filter((site) => names.has(clouds[site])));
    const room = (limits.sites ?? Infinity) - fixed.size;
    const count = restricted.reduce((sum, sites) => sum + binomial(sites.length - fixed.size, room), 0);
    if (count > MAX_SUBSETS) {
        return cloudSets.length > 1 ? restricted.map((sites) => new Set(sites)) : undefined;
    }
    return restricted.flatMap((sites) => combinations(sites, limits.sites ?? Infinity, fixed));
}

/** Sets of exactly `size` of the items (or all of them, if they are fewer) that hold the fixed ones. */
function combinations<T>(items: readonly T[], size: number, fixed: ReadonlySet<T>): ReadonlySet<T>[] {
    if (items.length <= size) {
        return [new Set(items)];
    }
    if (fixed.size > size) {
        return [];
    }
    const free = items.filter((item) => !fixed.has(item));
    const sets: ReadonlySet<T>[] = [];
    const choose = (from: number, chosen: readonly T[]): void => {
        if (chosen.length === size - fixed.size) {
            sets.push(new Set([...fixed, ...chosen]));
            return;
        }
        for (let at = from; at < free.length; at++) {
            choose(at + 1, [...chosen, free[at]]);
        }
    };
    choose(0, []);
    return sets;
}

function binomial(n: number, k: number): number {
    if (k >= n || k < 0) {
        return 1;
    }
    let result = 1;
    for (let at = 1; at <= k && result <= MAX_SUBSETS; at++) {
        result = (result * (n - k + at)) / at;
    }
    return result;
}

/** What the components cost at least by themselves, when only these sites are used. */
function leastOf(instance: Instance, sites: ReadonlySet<number>): number {
    return instance.domains.reduce((sum, domain, component) => {
        const costs = domain.filter((site) => sites.has(site)).map((site) => instance.own(component, site));
        return sum + Math.min(Infinity, ...costs);
    }, 0);
}
