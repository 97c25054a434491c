/**
 * Lower bounds by bucket elimination: components are eliminated one after another, each leaving a table of what the
 * best choice for it costs, given the choices of its neighbours. On a tree, or any graph that is nearly one, the
 * tables are exact. Where a table would grow too large, a component's costs are split into several smaller ones
 * (mini-buckets), which bounds from below all the same.
 */
import type { Instance } from "./instance";

/** Cells of the largest table; a component's work is this times its number of sites. */
const MAX_CELLS = 40_000;

/** A function of some components' choices, as a table over the positions in their domains. */
interface Table {
    /** Components in the order in which the search assigns them, the first most significant. */
    readonly scope: readonly number[];
    readonly strides: readonly number[];
    readonly cells: Float64Array;
}

/** What the search asks: the components in its order, and the cost that is still to come at least. */
export class Bounds {
    /** Components in the order in which the search assigns them. */
    readonly order: readonly number[];
    /** Least cost of the whole problem; `Infinity` where no plan is allowed. */
    readonly least: number;
    /** Tables that speak of a component and of some assigned before it, by component. */
    private readonly incoming: Table[][];
    /** Tables that a component's own elimination made, by component. */
    private readonly outgoing: Table[][];
    /** True where no component's costs had to be split: without shared tiers, the bound is the optimum. */
    readonly tight: boolean;

    constructor(private readonly instance: Instance) {
        const { domains } = instance;
        const elimination = minFill(instance);
        this.order = [...elimination].reverse();
        const rank = new Map(this.order.map((component, position) => [component, position]));
        this.incoming = domains.map(() => []);
        this.outgoing = domains.map(() => []);
        let constant = 0;
        let split = false;
        for (const component of elimination) {
            const pairs = [...instance.neighbours[component]].filter(
                ([other]) => (rank.get(other) ?? 0) < (rank.get(component) ?? 0),
            );
            const functions = [
                ...pairs.map(([other]) => this.pairTable(component, other)),
                ...this.incoming[component],
            ];
            const groups = this.grouped(component, functions);
            split ||= groups.length > 1;
            groups.forEach((group, index) => {
                const table = this.eliminate(component, group, index === 0, rank);
                if (table.scope.length === 0) {
                    constant += table.cells[0];
                } else {
                    this.incoming[table.scope[table.scope.length - 1]].push(table);
                }
                this.outgoing[component].push(table);
            });
        }
        this.least = constant;
        this.tight = !split;
    }

    /**
     * What assigning a component adds to the bound, for each position in its domain: its own cost, what lies between it
     * and the components assigned before, and the change of what is still to come.
     */
    additions(component: number, positions: readonly number[]): Float64Array {
        const { instance } = this;
        const { domains } = instance;
        const sites = domains[component];
        const added = new Float64Array(sites.length);
        const foreseen = this.outgoing[component].reduce((sum, table) => sum + lookup(table, positions), 0);
        for (let at = 0; at < sites.length; at++) {
            added[at] = instance.own(component, sites[at]) - foreseen;
        }
        for (const [other, pair] of instance.neighbours[component]) {
            if (positions[other] < 0) {
                continue;
            }
            const theirs = domains[other][positions[other]];
            for (let at = 0; at < sites.length; at++) {
                added[at] +=
                    pair.low === component
                        ? instance.between(pair, sites[at], theirs)
                        : instance.between(pair, theirs, sites[at]);
            }
        }
        for (const table of this.incoming[component]) {
            const stride = table.strides[table.strides.length - 1];
            let base = 0;
            for (let index = 0; index < table.scope.length - 1; index++) {
                base += positions[table.scope[index]] * table.strides[index];
            }
            for (let at = 0; at < sites.length; at++) {
                added[at] += table.cells[base + at * stride];
            }
        }
        return added;
    }

    private pairTable(component: number, other: number): Table {
        const { domains, neighbours } = this.instance;
        const pair = neighbours[component].get(other);
        const cells = new Float64Array(domains[other].length * domains[component].length);
        if (pair) {
            let cell = 0;
            for (const theirs of domains[other]) {
                for (const mine of domains[component]) {
                    cells[cell++] =
                        pair.low === component
                            ? this.instance.between(pair, mine, theirs)
                            : this.instance.between(pair, theirs, mine);
                }
            }
        }
        return { scope: [other, component], strides: [domains[component].length, 1], cells };
    }

    /** Splits functions so that no table of their other components gets too large; most often there is one group. */
    private grouped(component: number, functions: readonly Table[]): Table[][] {
        const { domains } = this.instance;
        const cells = (scope: ReadonlySet<number>): number =>
            [...scope].reduce(
                (product, each) => product * (each === component ? 1 : domains[each].length),
                1,
            );
        const groups: { scope: Set<number>; tables: Table[] }[] = [];
        const largestFirst = [...functions].sort((a, b) => b.scope.length - a.scope.length);
        for (const table of largestFirst) {
            const home = groups.find(({ scope }) => cells(new Set([...scope, ...table.scope])) <= MAX_CELLS);
            if (home) {
                table.scope.forEach((each) => home.scope.add(each));
                home.tables.push(table);
            } else {
                groups.push({ scope: new Set(table.scope), tables: [table] });
            }
        }
        return groups.length === 0 ? [[]] : groups.map(({ tables }) => tables);
    }

    /** The least of a group of functions over a component's choices, by the choices of the others in them. */
    private eliminate(
        component: number,
        tables: readonly Table[],
        withOwnCost: boolean,
        rank: ReadonlyMap<number, number>,
    ): Table {
        const { domains } = this.instance;
        const others = [...new Set(tables.flatMap(({ scope }) => scope))]
            .filter((each) => each !== component)
            .sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
        const sizes = others.map((each) => domains[each].length);
        const strides = sizes.map((_, index) =>
            sizes.slice(index + 1).reduce((product, size) => product * size, 1),
        );
        const own = domains[component].map((site) => (withOwnCost ? this.instance.own(component, site) : 0));
        const cells = new Float64Array(sizes.reduce((product, size) => product * size, 1));
        const choice = new Array<number>(others.length).fill(0);
        const views = tables.map((table) => viewOf(table, component, others));
        for (let cell = 0; cell < cells.length; cell++) {
            let least = Infinity;
            const bases = views.map(({ steps }) => {
                let base = 0;
                for (let index = 0; index < steps.length; index++) {
                    base += choice[index] * steps[index];
                }
                return base;
            });
            for (let at = 0; at < own.length; at++) {
                let sum = own[at];
                for (let view = 0; view < views.length; view++) {
                    sum += views[view].cells[bases[view] + at * views[view].stride];
                }
                if (sum < least) {
                    least = sum;
                }
            }
            cells[cell] = least;
            for (let index = others.length - 1; index >= 0 && ++choice[index] === sizes[index]; index--) {
                choice[index] = 0;
            }
        }
        return { scope: others, strides, cells };
    }
}

/** A table as seen while one component is eliminated: the step of each other component, and of the component itself. */
function viewOf(
    table: Table,
    component: number,
    others: readonly number[],
): { readonly steps: readonly number[]; readonly stride: number; readonly cells: Float64Array } {
    const step = (each: number): number => {
        const at = table.scope.indexOf(each);
        return at < 0 ? 0 : table.strides[at];
    };
    return { steps: others.map(step), stride: step(component), cells: table.cells };
}

function lookup(table: Table, positions: readonly number[]): number {
    return table.cells[
        table.scope.reduce((index, component, at) => index + positions[component] * table.strides[at], 0)
    ];
}

/** An order of elimination that keeps the tables small: next comes what joins the fewest neighbours anew. */
function minFill({ domains, neighbours }: Instance): number[] {
    const graph = neighbours.map((others) => new Set(others.keys()));
    const left = new Set(domains.keys());
    const order: number[] = [];
    const joined = (component: number): number => {
        const others = [...graph[component]];
        return others.reduce(
            (sum, a, index) => sum + others.slice(index + 1).filter((b) => !graph[a].has(b)).length,
            0,
        );
    };
    while (left.size > 0) {
        const [next] = [...left]
            .map((component) => ({ component, fill: joined(component), degree: graph[component].size }))
            .sort((a, b) => a.fill - b.fill || a.degree - b.degree || a.component - b.component);
        const others = [...graph[next.component]];
        for (const a of others) {
            others.filter((b) => b !== a).forEach((b) => graph[a].add(b));
            graph[a].delete(next.component);
        }
        left.delete(next.component);
        order.push(next.component);
    }
    return order;
}
