import { lowestAverage } from "../tiers";
import { Bounds } from "./bounds";
import { Instance } from "./instance";
import {
    isPooled,
    valueOf,
    type Assignment,
    type Problem,
    type ProblemFlow,
    type Valuation,
} from "./problem";

/** A plan and what it costs. */
export interface Plan {
    readonly assignment: Assignment;
    readonly value: Valuation;
}

/** The best plans found so far, cheapest first; of plans that cost the same, the one found first counts. */
export class BestPlans {
    private readonly plans: Plan[] = [];
    private readonly keys = new Set<string>();

    constructor(private readonly count: number) {}

    /** A plan that costs this much or more is of no interest. */
    get threshold(): number {
        return this.plans.length < this.count ? Infinity : this.plans[this.plans.length - 1].value.total;
    }

    offer(problem: Problem, assignment: Assignment): void {
        const key = assignment.join(",");
        if (this.keys.has(key)) {
            return;
        }
        const value = valueOf(problem, assignment);
        if (value === undefined || value.total >= this.threshold) {
            return;
        }
        this.keys.add(key);
        const after = this.plans.findIndex((plan) => plan.value.total > value.total);
        this.plans.splice(after < 0 ? this.plans.length : after, 0, { assignment: [...assignment], value });
        const [dropped] = this.plans.splice(this.count);
        if (dropped) {
            this.keys.delete(dropped.assignment.join(","));
        }
    }

    list(): readonly Plan[] {
        return this.plans;
    }
}

/** Counts the search's steps over all its parts. */
export class Effort {
    private taken = 0;

    constructor(private readonly limit: number) {}

    get steps(): number {
        return this.taken;
    }

    /** @throws SearchLimitError when the limit is passed */
    step(): void {
        this.taken += 1;
        if (this.taken > this.limit) {
            throw new SearchLimitError(this.limit);
        }
    }
}

/** The problem is so entangled that its optimum was not proven within the limit. */
export class SearchLimitError extends Error {
    override readonly name = "SearchLimitError";
    constructor(readonly limit: number) {
        super(
            `the best placement was not proven within ${limit} steps. Say where some components live (\`at\`), or allow ` +
                "fewer clouds and regions: components that all exchange data with each other are the hard case",
        );
    }
}

/**
 * Depth-first branch and bound over the sites that are allowed. Exact: a branch is left only when even the bound on
 * all that it may hold is no better than the plans that are known.
 */
export function search(
    problem: Problem,
    allowed: (site: number) => boolean,
    best: BestPlans,
    effort: Effort,
): void {
    const instance = new Instance(problem, allowed);
    if (instance.domains.some((domain) => domain.length === 0)) {
        return;
    }
    new Search(instance, new Bounds(instance), best, effort).run();
}

class Search {
    private readonly positions: number[];
    private readonly sites = new Map<number, number>();
    private readonly clouds = new Map<string, number>();
    /** Flows of which the later end in the search's order is this component. */
    private readonly settledBy: ProblemFlow[][];
    /** What is known to leave each site under its tiered price: GiB, and what the bound holds for it. */
    private readonly pools = new Map<number, { gib: number; bound: number }>();
    private settledGib = 0;

    constructor(
        private readonly instance: Instance,
        private readonly bounds: Bounds,
        private readonly best: BestPlans,
        private readonly effort: Effort,
    ) {
        this.positions = instance.domains.map(() => -1);
        const rank = new Map(bounds.order.map((component, at) => [component, at]));
        this.settledBy = instance.domains.map(() => []);
        for (const flow of instance.problem.flows) {
            const to = flow.to === "internet" ? flow.from : flow.to;
            const later = (rank.get(flow.from) ?? 0) > (rank.get(to) ?? 0) ? flow.from : to;
            this.settledBy[later].push(flow);
        }
    }

    run(): void {
        if (this.bounds.least < this.best.threshold) {
            this.descend(0, this.bounds.least);
        }
    }

    private descend(depth: number, bound: number): void {
        const { order } = this.bounds;
        if (depth === order.length) {
            this.best.offer(this.instance.problem, this.assignment());
            return;
        }
        const component = order[depth];
        const sites = this.instance.domains[component];
        const added = this.bounds.additions(component, this.positions);
        const candidates = [...added.keys()]
            .filter((at) => Number.isFinite(added[at]) && this.admits(sites[at]))
            .sort((a, b) => added[a] - added[b] || a - b);
        for (const at of candidates) {
            const next = bound + added[at];
            if (next >= this.best.threshold) {
                return;
            }
            this.effort.step();
            this.positions[component] = at;
            const undo = this.enter(component, sites[at]);
            if (next + this.poolExcess() < this.best.threshold) {
                this.descend(depth + 1, next);
            }
            undo();
            this.positions[component] = -1;
        }
    }

    private assignment(): number[] {
        return this.positions.map((at, component) => this.instance.domains[component][at]);
    }

    /** Whether one more site keeps within the limits on sites and clouds. */
    private admits(site: number): boolean {
        const { limits, clouds } = this.instance.problem;
        return (
            (this.sites.has(site) || this.sites.size < (limits.sites ?? Infinity)) &&
            (this.clouds.has(clouds[site]) || this.clouds.size < (limits.clouds ?? Infinity))
        );
    }

    /** Books a component's site and the flows that are settled by it; returns the way back. */
    private enter(component: number, site: number): () => void {
        const { problem } = this.instance;
        const cloud = problem.clouds[site];
        count(this.sites, site, 1);
        count(this.clouds, cloud, 1);
        const booked = this.settledBy[component].map((flow) => this.book(flow));
        return () => {
            booked.reverse().forEach((unbook) => unbook());
            count(this.sites, site, -1);
            count(this.clouds, cloud, -1);
        };
    }

    private book(flow: ProblemFlow): () => void {
        const { instance, pools } = this;
        const site = (component: number): number => instance.domains[component][this.positions[component]];
        const from = site(flow.from);
        const to = flow.to === "internet" ? undefined : site(flow.to);
        this.settledGib += flow.gib;
        const before = pools.get(from);
        if (isPooled(instance.problem, flow, from, to)) {
            pools.set(from, {
                gib: (before?.gib ?? 0) + flow.gib,
                bound: (before?.bound ?? 0) + flow.gib * instance.lowest(flow, from),
            });
        }
        return () => {
            this.settledGib -= flow.gib;
            if (before) {
                pools.set(from, before);
            } else {
                pools.delete(from);
            }
        };
    }

    /** What the tiers of the sites are known to cost above what the bound holds for them. */
    private poolExcess(): number {
        const { volume, problem } = this.instance;
        let excess = 0;
        for (const [site, { gib, bound }] of this.pools) {
            const tiers = problem.transfer.internet[site];
            if (tiers && tiers.length > 0) {
                const most = Math.max(gib, gib + volume - this.settledGib);
                excess += Math.max(0, gib * lowestAverage(tiers, gib, most) - bound - 1);
            }
        }
        return excess;
    }
}

function count<Key>(counts: Map<Key, number>, key: Key, by: number): void {
    const now = (counts.get(key) ?? 0) + by;
    if (now === 0) {
        counts.delete(key);
    } else {
        counts.set(key, now);
    }
}
