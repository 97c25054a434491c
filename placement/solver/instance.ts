import { lowestAverage } from "../tiers";
import { flatRate, isPooled, type Problem, type ProblemFlow } from "./problem";

/** A problem restricted to some sites, with the lower bounds that the search works on. */
export class Instance {
    /** Sites that each component may take, in the problem's order. */
    readonly domains: number[][];
    /** Components that share a flow or a rule, by component. */
    readonly neighbours: ReadonlyMap<number, Pair>[];
    private readonly toInternet: ProblemFlow[][];
    /** GiB of all flows together: no site can have more to send. */
    readonly volume: number;
    private readonly lowestPrices = new Map<ProblemFlow, Float64Array>();

    constructor(
        readonly problem: Problem,
        allowed: (site: number) => boolean,
    ) {
        const { components, flows, rules } = problem;
        this.domains = components.map(({ costs }) =>
            costs.flatMap((cost, site) => (cost !== undefined && allowed(site) ? [site] : [])),
        );
        this.volume = flows.reduce((sum, flow) => sum + flow.gib, 0);
        this.toInternet = components.map((_, index) =>
            flows.filter((flow) => flow.from === index && flow.to === "internet"),
        );
        const neighbours = components.map(() => new Map<number, Pair>());
        const pair = (a: number, b: number): Pair => {
            const [low, high] = a < b ? [a, b] : [b, a];
            const known = neighbours[low].get(high) ?? { low, high, flows: [], rules: [] };
            neighbours[low].set(high, known);
            neighbours[high].set(low, known);
            return known;
        };
        for (const flow of flows) {
            if (flow.to !== "internet" && flow.to !== flow.from) {
                pair(flow.from, flow.to).flows.push(flow);
            }
        }
        for (const rule of rules) {
            pair(...rule.between).rules.push(rule);
        }
        this.neighbours = neighbours;
    }

    /** Flows of a component to the internet. */
    internetFlows(component: number): readonly ProblemFlow[] {
        return this.toInternet[component];
    }

    /** What a component costs at a site at least, with what it sends to the internet. */
    own(component: number, site: number): number {
        const cost = this.problem.components[component].costs[site] ?? Infinity;
        return this.toInternet[component].reduce(
            (sum, flow) => sum + this.flowBound(flow, site, undefined),
            cost,
        );
    }

    /** What two components cost between them at least; `Infinity` where a rule forbids it. */
    between(pair: Pair, low: number, high: number): number {
        for (const { between, allows } of pair.rules) {
            if (!(between[0] === pair.low ? allows(low, high) : allows(high, low))) {
                return Infinity;
            }
        }
        let sum = 0;
        for (const flow of pair.flows) {
            sum += flow.from === pair.low ? this.flowBound(flow, low, high) : this.flowBound(flow, high, low);
        }
        return sum;
    }

    /**
     * What a flow costs at least. A share of a tiered price is bounded by the lowest average of any volume that the
     * month's total may come to; half a micro-dollar stands for rounding.
     */
    flowBound(flow: ProblemFlow, from: number, to: number | undefined): number {
        const flat = flatRate(this.problem, flow, from, to);
        if (!isPooled(this.problem, flow, from, to)) {
            return Math.round(flow.gib * flat);
        }
        return Math.max(0, Math.round(flow.gib * flat) + flow.gib * this.lowest(flow, from) - 0.5);
    }

    /** Lowest average price, at a site, of any volume between a flow's own and all that could leave the site. */
    lowest(flow: ProblemFlow, site: number): number {
        const known = this.lowestPrices.get(flow) ?? new Float64Array(this.problem.clouds.length).fill(NaN);
        this.lowestPrices.set(flow, known);
        if (Number.isNaN(known[site])) {
            const tiers = this.problem.transfer.internet[site];
            known[site] =
                tiers === undefined
                    ? Infinity
                    : tiers.length === 0
                      ? 0
                      : lowestAverage(tiers, flow.gib, this.volume);
        }
        return known[site];
    }
}

/** Two components that share flows or rules; `low` has the smaller index. */
export interface Pair {
    readonly low: number;
    readonly high: number;
    readonly flows: ProblemFlow[];
    readonly rules: {
        readonly between: readonly [number, number];
        readonly allows: (a: number, b: number) => boolean;
    }[];
}
