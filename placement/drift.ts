/**
 * How far the places that a stack has are from the best ones at today's prices, and what it takes to get there.
 */
import { COPY_GBPS } from "./assumptions";
import { DEFAULT_SAVING, type Saving } from "./config";
import { choose, couldWin } from "./decide";
import { isPlaceable, type Demand, type Placeable, type StoreDemand } from "./demand";
import { derive, type Derived, type PlacementSettings } from "./derive";
import { HOURS_PER_MONTH, type Micros } from "./money";
import { formatSite, type SiteId } from "./site";
import { valueOf, type Assignment, type Problem } from "./solver/problem";
import { tieredCost } from "./tiers";

/** A component that would be better off elsewhere. */
export interface Move {
    readonly component: string;
    readonly from: string;
    readonly to: string;
    /** It is a copy that comes beside the component, which stays. */
    readonly copy?: true;
    /** Of a store: what has to be copied. */
    readonly data?: {
        readonly gib: number;
        /** One-off transfer, in micro-dollars. */
        readonly micros: Micros;
        /** With one machine that copies. */
        readonly hours: number;
    };
}

/** A better plan than the one that a stack has. */
export interface Better {
    readonly moves: readonly Move[];
    /** Micro-dollars a month, now and then. */
    readonly now: Micros;
    readonly then: Micros;
    readonly saves: Micros;
    /** One-off transfer of all data that moves, in micro-dollars. */
    readonly once: Micros;
    readonly hours: number;
    /** Days until what is saved has paid for the transfer. */
    readonly paybackDays: number;
}

export interface Drift {
    /** Within what may move: components without data, and stores that say `move: true`. */
    readonly better?: Better;
    /** If the data that stays could move too; only where that saves more, by as much as is worth a word. */
    readonly withData?: Better & { readonly stores: readonly string[] };
}

const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;
const BITS_PER_GIB = 8 * 1024 ** 3;

/**
 * The drift of a placed program. Where nothing is worth a move, it is empty.
 *
 * @param now what the program costs where it is, in micro-dollars a month
 */
export function driftOf(
    demands: readonly Demand[],
    settings: PlacementSettings,
    now: Micros,
    minSaving: Partial<Saving> = {},
): Drift {
    const placeables = demands.filter(isPlaceable);
    const least = { ...DEFAULT_SAVING, ...minSaving };
    const worth = (saves: Micros): boolean =>
        saves >= least.share * now && saves >= least.dollars * 1e6 && saves > 0;
    const free = placeables.filter(mayMove).map(({ id }) => id);
    // A choice of accelerators is open again where the place is.
    const derived = derive(
        demands.map(({ chosen: _, ...demand }) => demand as Demand),
        settings,
    );
    const better = free.length === 0 ? undefined : betterThan(derived, now, new Set(free));
    const copied = withCopies(derived, now, free);
    const found = [better, copied]
        .filter((each) => each !== undefined)
        .filter(({ saves }) => worth(saves))
        // A copy is worth its trouble only where it saves more.
        .reduce<Better | undefined>(
            (best, each) => (best && best.saves >= each.saves ? best : each),
            undefined,
        );
    const stores = placeables.filter(holdsData).map(({ id }) => id);
    const all = stores.length === 0 ? undefined : betterThan(derived, now, new Set([...free, ...stores]));
    const moved = stores.filter((id) => all?.moves.some(({ component }) => component === id));
    const more = all && moved.length > 0 && worth(all.saves - (found?.saves ?? 0));
    return {
        ...(found ? { better: found } : {}),
        ...(more ? { withData: { ...all, stores: moved } } : {}),
    };
}

/** The better plan in which stores whose owners allow it have a copy elsewhere, that all readers read. */
function withCopies(
    { demands, settings }: Derived,
    now: Micros,
    free: readonly string[],
): Better | undefined {
    const copies = demands
        .filter((demand) => demand.kind === "store")
        .filter((store) => holdsData(store) && store.replicate)
        .map((store): StoreDemand => {
            const { at: _, saidBy: __, ...open } = store;
            return { ...open, id: copyId(store.id), copyOf: store.id, replicas: [], existing: false };
        });
    if (copies.length === 0) {
        return undefined;
    }
    const copied = new Set(copies.map(({ copyOf }) => copyOf));
    const from = <T extends { readonly store: string }>(read: T): T =>
        copied.has(read.store) ? { ...read, store: copyId(read.store) } : read;
    const readers = demands.map((demand): Demand => {
        if (demand.kind === "job") {
            return { ...demand, reads: demand.reads.map(from) };
        }
        return demand.kind === "service" && demand.model ? { ...demand, model: from(demand.model) } : demand;
    });
    const better = betterThan(derive([...readers, ...copies], settings), now, new Set(free));
    return better?.moves.some(({ copy }) => copy) ? better : undefined;
}

const copyId = (store: string): string => `${store} (copy)`;

/** What a pin or the stack's default placed, and holds no data that its owner keeps in place. */
function mayMove(demand: Placeable): boolean {
    if (demand.kind === "store" && demand.move) {
        return demand.existing || demand.saidBy !== "program";
    }
    const adopted = demand.kind !== "service" && demand.existing;
    return demand.kind !== "store" && !adopted && demand.saidBy !== "program";
}

/** Stores that exist, or have been placed and so may. */
function holdsData(demand: Placeable): boolean {
    return demand.kind === "store" && !demand.move && (demand.existing || demand.saidBy !== "program");
}

function betterThan(derived: Derived, now: Micros, freed: ReadonlySet<string>): Better | undefined {
    const { placeables, sites } = derived;
    const index = new Map(sites.map((site, at) => [formatSite(site), at]));
    const placeOf = new Map(placeables.map(({ id, at }) => [id, at]));
    const current = placeables.map(
        (placeable) =>
            index.get((isCopy(placeable) ? placeOf.get(placeable.copyOf) : placeable.at) ?? "") ?? -1,
    );
    if (current.includes(-1)) {
        return undefined;
    }
    const variation = { freed };
    const { problem, assignment: best } = choose(derived, variation);
    // Never a saving smaller than the error of its prices.
    if (couldWin(derived, current, best, variation)) {
        return undefined;
    }
    const assignment = withoutIdleMoves(problem, best, current);
    const then = valueOf(problem, assignment)?.total ?? Infinity;
    const moves = movesTo(derived, assignment, current);
    if (moves === undefined || moves.length === 0 || !Number.isFinite(then)) {
        return undefined;
    }
    const sum = (of: (data: NonNullable<Move["data"]>) => number): number =>
        moves.reduce((total, { data }) => total + (data ? of(data) : 0), 0);
    const [once, saves] = [sum(({ micros }) => micros), now - then];
    return {
        moves,
        now,
        then,
        saves,
        once,
        hours: sum(({ hours }) => hours),
        paybackDays: saves > 0 ? (once / saves) * DAYS_PER_MONTH : Infinity,
    };
}

function isCopy(placeable: Placeable): placeable is StoreDemand & { readonly copyOf: string } {
    return placeable.kind === "store" && placeable.copyOf !== undefined;
}

/** Leaves out each move that saves nothing by itself: the solver's order of sites knows no present place. */
function withoutIdleMoves(problem: Problem, best: Assignment, current: Assignment): Assignment {
    return best.reduce<Assignment>((kept, _, component) => {
        const back = kept.map((site, at) => (at === component ? current[at] : site));
        const cost = (plan: Assignment): number => valueOf(problem, plan)?.total ?? Infinity;
        return cost(back) <= cost(kept) ? back : kept;
    }, best);
}

/** What moves, with the copying of its data; undefined where that has no price. */
function movesTo(
    { placeables, sites, settings: { catalogue } }: Derived,
    assignment: Assignment,
    current: Assignment,
): Move[] | undefined {
    const leaving = new Map<string, number>();
    const moves: Move[] = [];
    for (const [at, placeable] of placeables.entries()) {
        const [from, to] = [sites[current[at]], sites[assignment[at]]];
        if (from === to) {
            continue;
        }
        const move: Move = {
            component: isCopy(placeable) ? placeable.copyOf : placeable.id,
            from: formatSite(from),
            to: formatSite(to),
            ...(isCopy(placeable) ? { copy: true } : {}),
        };
        if (placeable.kind !== "store") {
            moves.push(move);
            continue;
        }
        const gib = placeable.sizeGiB;
        const micros = copyCost(from, to, gib);
        if (micros === undefined) {
            return undefined;
        }
        moves.push({
            ...move,
            data: { gib, micros, hours: (gib * BITS_PER_GIB) / (COPY_GBPS * 1e9) / 3600 },
        });
    }
    return moves;

    /** Data of several stores that leaves one site is priced together. */
    function copyCost(from: SiteId, to: SiteId, gib: number): Micros | undefined {
        const price = catalogue.transfer(from, to);
        if (price === undefined || price.kind === "free") {
            return price && 0;
        }
        if (price.kind === "flat") {
            return Math.round(price.price.micros * gib);
        }
        const before = leaving.get(formatSite(from)) ?? 0;
        leaving.set(formatSite(from), before + gib);
        const { tiers } = price.price;
        return tieredCost(tiers, before + gib) - tieredCost(tiers, before);
    }
}
