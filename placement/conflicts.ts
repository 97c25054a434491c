/**
 * Why a program can't be placed: the smallest set of its conditions that can't hold together.
 */
import type { Constraint } from "./constraints";
import { problemOf, type Derived } from "./derive";
import { isRefusal } from "./pricing/lines";
import { formatSite } from "./site";
import { solve } from "./solver/solve";

/** A condition of the program, and how the problem looks without it. */
interface Condition {
    readonly text: string;
    readonly constraints: readonly Constraint[];
    /** Component whose declared site or pin it is. */
    readonly binds?: string;
    readonly limits?: true;
    readonly reach?: true;
}

/** No placement meets all conditions. */
export class InfeasibleError extends Error {
    override readonly name = "InfeasibleError";
    constructor(
        /** The conditions that contradict each other; the smallest such set. */
        readonly conflict: readonly string[],
    ) {
        super(
            conflict.length === 1
                ? `no site meets this condition: ${conflict[0]}`
                : ["these conditions can't hold together:", ...conflict.map((text) => `  - ${text}`)].join(
                      "\n",
                  ),
        );
    }
}

/** Sets of up to this many conditions are searched through; then conditions are left out one after another. */
const EXHAUSTIVE = 3;

/** The smallest set of conditions that can't hold together, each as the program says it, with what can't be had. */
export function smallestConflict(derived: Derived): string[] {
    const conditions = conditionsOf(derived);
    const found = smallest(derived, conditions);
    return [...found.map(({ text }) => text), ...scarcity(derived, found)];
}

function smallest(derived: Derived, conditions: readonly Condition[]): readonly Condition[] {
    for (let size = 0; size <= Math.min(EXHAUSTIVE, conditions.length); size++) {
        for (const subset of subsets(conditions, size)) {
            if (!feasible(derived, subset, conditions)) {
                return subset;
            }
        }
    }
    return conditions.reduce<readonly Condition[]>((kept, condition) => {
        const rest = kept.filter((each) => each !== condition);
        return feasible(derived, rest, conditions) ? kept : rest;
    }, conditions);
}

function feasible(derived: Derived, kept: readonly Condition[], all: readonly Condition[]): boolean {
    const dropped = all.filter((condition) => !kept.includes(condition));
    const fixed = new Set(all.flatMap(({ binds }) => (binds === undefined ? [] : [binds])));
    // What is fixed is held to no other condition, and must not be once it is freed to look what binds.
    const idle = derived.constraints.filter(({ component }) => fixed.has(component));
    const problem = problemOf(derived, {
        without: new Set([...idle, ...dropped.flatMap(({ constraints }) => constraints)]),
        freed: new Set(dropped.flatMap(({ binds }) => (binds === undefined ? [] : [binds]))),
        unlimited: true,
        cost: () => 0,
    });
    const limited = dropped.some(({ limits }) => limits) ? {} : problemOf(derived, { cost: () => 0 }).limits;
    const rules = dropped.some(({ reach }) => reach) ? [] : problem.rules;
    return solve({ ...problem, limits: limited, rules, flows: [] }).plans.length > 0;
}

function conditionsOf(derived: Derived): Condition[] {
    const { placeables, constraints, settings } = derived;
    const limits = problemOf(derived).limits;
    const bound = placeables.flatMap(({ id, at, saidBy }) =>
        at === undefined
            ? []
            : [{ text: `${id} is ${SAID[saidBy ?? "program"]} ${at}`, constraints: [], binds: id }],
    );
    const own = constraints
        .filter(({ component, kind }) => {
            const fixed = placeables.find(({ id }) => id === component)?.at !== undefined;
            return !fixed && (kind !== "sites" || settings.sites !== undefined);
        })
        .map((constraint) => ({
            text: `${constraint.component}: ${constraint.text}`,
            constraints: [constraint],
        }));
    const shared =
        limits.clouds === undefined && limits.sites === undefined
            ? []
            : [{ text: limitText(limits), constraints: [], limits: true as const }];
    const reach =
        problemOf(derived).rules.length > 0
            ? [{ text: "workloads can read the stores that they use", constraints: [], reach: true as const }]
            : [];
    return [...bound, ...own, ...shared, ...reach];
}

/** How a place was said. */
const SAID = { program: "at", pin: "pinned to", default: "at the stack's default" } as const;

function limitText({ clouds, sites }: { readonly clouds?: number; readonly sites?: number }): string {
    const parts = [
        ...(clouds === undefined ? [] : [`${clouds} ${clouds === 1 ? "cloud" : "clouds"} (maxClouds)`]),
        ...(sites === undefined ? [] : [`${sites} ${sites === 1 ? "region" : "regions"} (maxRegions)`]),
    ];
    return `all components together in at most ${parts.join(" and ")}`;
}

/** What the components of a conflict need and few sites offer. */
function scarcity(derived: Derived, conflict: readonly Condition[]): string[] {
    const { placeables, offers, sites } = derived;
    const concerned = new Set(
        conflict.flatMap(({ constraints, binds }) => [
            ...constraints.map(({ component }) => component),
            ...(binds === undefined ? [] : [binds]),
        ]),
    );
    return placeables.flatMap(({ id }, at) => {
        const open = sites.filter((_, where) => !isRefusal(offers[at][where]));
        const refused = offers[at].filter(isRefusal);
        if (refused.length === 0 || !(concerned.has(id) || open.length === 0)) {
            return [];
        }
        const where = open.length === 0 ? "at no site" : `only at ${listed(open.map(formatSite))}`;
        return [`${id} can be had ${where}: elsewhere ${mostCommon(refused.map(({ text }) => text))}`];
    });
}

/** A few of many names. */
function listed(names: readonly string[]): string {
    const shown = names.slice(0, 6);
    return names.length > shown.length
        ? `${shown.join(", ")} and ${names.length - shown.length} more`
        : shown.join(", ");
}

function mostCommon(texts: readonly string[]): string {
    const counts = new Map<string, number>();
    texts.forEach((text) => counts.set(text, (counts.get(text) ?? 0) + 1));
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0];
}

function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<readonly T[]> {
    if (size === 0) {
        yield [];
        return;
    }
    for (let at = from; at <= items.length - size; at++) {
        for (const rest of subsets(items, size - 1, at + 1)) {
            yield [items[at], ...rest];
        }
    }
}
