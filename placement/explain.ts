/**
 * What a choice of sites costs, and why it is the one: plain data, in micro-dollars a month, which the command line
 * prints and others may read.
 */
import type { Assumption } from "./assumptions";
import type { Source, SourceKind } from "./catalogue/data";
import type { Constraint } from "./constraints";
import { chosenOffers, type Choice } from "./decide";
import { permits, problemOf, type Derived, type Variation } from "./derive";
import { isPlaceable, placeOf, type Demand } from "./demand";
import { flipsOf, type Flip } from "./flips";
import { USERS } from "./flows";
import { isRefusal, PARTS, total, type Line, type Offer, type Part, type Range } from "./pricing/lines";
import { quotasOf, type Quota } from "./quotas";
import { regionsOf, type PlacementRegion } from "./regions";
import { formatSite } from "./site";
import { valueOf, type Assignment } from "./solver/problem";
import { solve } from "./solver/solve";
import { errorOf } from "./uncertainty";

/** A placed component: everything that has a site of its own. */
export interface Placed {
    readonly component: string;
    readonly kind: Demand["kind"];
    readonly site: string;
    /** Why it is there if nobody chose: the program, or a pin, says so. */
    readonly given: boolean;
    readonly accelerators: Readonly<Record<string, string>>;
    readonly lines: readonly Line[];
    /** Why its cost is not known, or not all of it; the sums leave it out. */
    readonly unpriced?: string;
    /** Expected cost by part; `transfer` is what the components that live here have moved. */
    readonly parts: Readonly<Record<Part, number>>;
    /** The best plan in which it is elsewhere; absent where there is none. */
    readonly runnerUp?: { readonly site: string; readonly extra: number };
    /** Conditions that keep it from a cheaper plan, and what the stack would save without each. */
    readonly binding: readonly {
        readonly condition: string;
        readonly saves: number;
        readonly site: string;
    }[];
    readonly flips: readonly {
        readonly flow: string;
        readonly direction: Flip["direction"];
        readonly gib: number;
        readonly site: string;
    }[];
    /** Price of its largest line above which the runner-up would win. */
    readonly priceFlip?: {
        readonly line: string;
        readonly now: number;
        readonly above: number;
        readonly site: string;
    };
    /** Sites that could not be chosen, by reason. */
    readonly excluded: Readonly<Record<string, number>>;
}

/** A service or a job that runs on a cluster, and is where that is. */
export interface Hosted {
    readonly component: string;
    readonly kind: Demand["kind"];
    /** The cluster. */
    readonly on: string;
}

export interface PlacedFlow {
    /** Component that needs it moved. */
    readonly owner: string;
    /** Components that it runs between; `users` for what leaves for them. */
    readonly source: string;
    readonly target: string;
    readonly text: string;
    /** Sites that it runs between; `users` for what leaves for them. */
    readonly from: string;
    readonly to: string;
    readonly gib: number;
    readonly micros: number;
}

export interface Placement {
    readonly placed: readonly Placed[];
    readonly hosted: readonly Hosted[];
    readonly flows: readonly PlacedFlow[];
    /** Everything together, when scaled down, on average and when scaled out. */
    readonly total: Range;
    /** The expected total if every price that is not a list price is off by its error. */
    readonly error: { readonly low: number; readonly high: number };
    /** Share of the expected total by how well its prices are known. */
    readonly shares: Readonly<Record<SourceKind, number>>;
    readonly oldest: string;
    readonly sources: readonly Source[];
    /** Whether the error of the prices leaves the choice as it is. */
    readonly holds: boolean;
    /** What a plan would save that the prices can't tell from this one and that moves more data. */
    readonly tie?: { readonly saves: number; readonly sites: Readonly<Record<string, string>> };
    readonly assumptions: readonly Assumption[];
    readonly quotas: readonly Quota[];
    readonly regions: readonly PlacementRegion[];
    /** Day on which the catalogue of prices was put together. */
    readonly catalogue: string;
}

/** How many flows of a component are asked where they would tip its site. */
const FLIP_FLOWS = 2;

/** The cost of a choice, without reasons: quick enough for every `pulumi preview`. */
export function price(derived: Derived, { problem, assignment, holds, cheaper }: Choice): Placement {
    const value = valueOf(problem, assignment);
    if (!value) {
        throw new Error("the chosen plan is not allowed");
    }
    const { placeables, sites, flows, settings, demands } = derived;
    const offers = chosenOffers(derived, assignment);
    const at = new Map(placeables.map(({ id }, index) => [id, formatSite(sites[assignment[index]])]));
    const places = new Map(demands.map((demand) => [demand.id, placeOf(demand)]));
    const placedFlows = flows.map((flow, index) => ({
        owner: flow.owner,
        // A flow of the problem ends at the cluster whose site counts; people know the workload on it.
        source: flow.from === places.get(flow.owner) ? flow.owner : flow.from,
        target: flow.to === places.get(flow.owner) ? flow.owner : flow.to,
        text: flow.text,
        from: at.get(flow.from) ?? "",
        to: flow.to === USERS ? USERS : (at.get(flow.to) ?? ""),
        gib: flow.gib,
        micros: value.flows[index],
    }));
    const placed = placeables.map((placeable, index): Placed => {
        const moved = placedFlows
            .filter(({ owner }) => places.get(owner) === placeable.id)
            .reduce((sum, { micros }) => sum + micros, 0);
        return {
            component: placeable.id,
            kind: placeable.kind,
            site: at.get(placeable.id) ?? "",
            given: placeable.at !== undefined,
            accelerators: offers[index].accelerators,
            ...(offers[index].unpriced === undefined ? {} : { unpriced: offers[index].unpriced }),
            lines: offers[index].lines,
            parts: partsOf(offers[index], moved),
            binding: [],
            flips: [],
            excluded: excluded(derived, index),
        };
    });
    const lines = offers.flatMap((offer) => offer.lines);
    const moved = value.flows.reduce((sum, micros) => sum + micros, 0);
    const uncertainty = errorOf(derived, lines, placedFlows);
    const saved = cheaper && valueOf(problem, cheaper);
    return {
        placed,
        hosted: demands
            .filter((demand) => !isPlaceable(demand))
            .map((demand) => ({ component: demand.id, kind: demand.kind, on: placeOf(demand) })),
        flows: placedFlows,
        total: {
            min: total(lines, "min") + moved,
            expected: total(lines) + moved,
            max: total(lines, "max") + moved,
        },
        ...uncertainty,
        holds,
        ...(saved && cheaper
            ? {
                  tie: {
                      saves: value.total - saved.total,
                      sites: Object.fromEntries(
                          placeables.map(({ id }, index) => [id, formatSite(sites[cheaper[index]])]),
                      ),
                  },
              }
            : {}),
        assumptions: derived.assumptions,
        quotas: quotasOf(
            placeables.map((placeable, index) => ({
                placeable,
                site: sites[assignment[index]],
                offer: offers[index],
            })),
        ),
        regions: regionsOf(derived, new Set(at.values())),
        catalogue: settings.catalogue.built,
    };
}

/** The cost of a choice with its reasons: runners-up, binding conditions, and where it would flip. */
export function explain(derived: Derived, choice: Choice): Placement {
    const { assignment, problem } = choice;
    const now = valueOf(problem, assignment)?.total ?? 0;
    const placement = price(derived, choice);
    const relaxed = relaxations(derived, now);
    return {
        ...placement,
        placed: placement.placed.map((placed, index) => {
            const { site, component, given, lines } = placed;
            if (given) {
                return placed;
            }
            const rival = solve(problemOf(derived, { forbidden: new Map([[component, site]]) })).plans[0];
            const elsewhere = rival && formatSite(derived.sites[rival.assignment[index]]);
            const runnerUp =
                rival && elsewhere !== undefined
                    ? { site: elsewhere, extra: rival.value.total - now }
                    : undefined;
            const largest = [...lines]
                .filter(({ part }) => part === "compute")
                .sort((a, b) => b.micros.expected - a.micros.expected)[0];
            return {
                ...placed,
                ...(runnerUp ? { runnerUp } : {}),
                binding: relaxed
                    .filter(({ plan }) => plan[index] !== assignment[index])
                    .map(({ condition, saves, plan }) => ({
                        condition,
                        saves,
                        site: formatSite(derived.sites[plan[index]]),
                    })),
                flips: flipFlows(derived, component).flatMap((flow) =>
                    flipsOf(derived, assignment, index, flow).map(({ direction, gib, site: other }) => ({
                        flow: derived.flows[flow].text,
                        direction,
                        gib,
                        site: other,
                    })),
                ),
                ...(runnerUp && runnerUp.extra > 0 && largest && largest.quantity.expected > 0
                    ? {
                          priceFlip: {
                              line: largest.text,
                              now: largest.price.micros,
                              above: Math.round(
                                  largest.price.micros + runnerUp.extra / largest.quantity.expected,
                              ),
                              site: runnerUp.site,
                          },
                      }
                    : {}),
            };
        }),
    };
}

/** What each condition costs: how much cheaper the best plan without it is. */
function relaxations(
    derived: Derived,
    now: number,
): { readonly condition: string; readonly saves: number; readonly plan: Assignment }[] {
    const groups = new Map<string, Constraint[]>();
    for (const constraint of derived.constraints) {
        if (constraint.kind !== "sites" || derived.settings.sites !== undefined) {
            groups.set(constraint.text, [...(groups.get(constraint.text) ?? []), constraint]);
        }
    }
    const { limits } = problemOf(derived);
    const limited = limits.clouds !== undefined || limits.sites !== undefined;
    const variations: (readonly [string, Variation])[] = [
        ...[...groups].map(([text, constraints]) => [text, { without: new Set(constraints) }] as const),
        ...(limited ? [["maxClouds, maxRegions", { unlimited: true }] as const] : []),
    ];
    return variations.flatMap(([condition, variation]) => {
        const varied = problemOf(derived, variation);
        const rival = solve(variation.unlimited ? { ...varied, limits: {} } : varied).plans[0];
        return rival && rival.value.total < now
            ? [{ condition, saves: now - rival.value.total, plan: rival.assignment }]
            : [];
    });
}

/** The largest flows that start or end at a component. */
function flipFlows({ flows }: Derived, component: string): number[] {
    return [...flows.keys()]
        .filter((index) => flows[index].from === component || flows[index].to === component)
        .sort((a, b) => flows[b].gib - flows[a].gib || a - b)
        .slice(0, FLIP_FLOWS);
}

function partsOf(offer: Offer, moved: number): Record<Part, number> {
    const entries = PARTS.map((part) => {
        const own = total(offer.lines.filter((each) => each.part === part));
        return [part, part === "transfer" ? own + moved : own] as const;
    });
    return Object.fromEntries(entries) as Record<Part, number>;
}

/** Sites that a component could not take, counted by reason. */
function excluded(derived: Derived, placeable: number): Record<string, number> {
    const counts: Record<string, number> = {};
    const { placeables, sites, offers, constraints } = derived;
    const { id } = placeables[placeable];
    sites.forEach((site, where) => {
        const offer = offers[placeable][where];
        const reason = isRefusal(offer)
            ? offer.text
            : permits(derived, id, site)
              ? undefined
              : constraints.find((each) => each.component === id && !each.permits(site))?.text;
        if (reason !== undefined) {
            counts[reason] = (counts[reason] ?? 0) + 1;
        }
    });
    return counts;
}
