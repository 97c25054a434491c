/**
 * The choice of sites for a whole program, checked against the error of its prices.
 */
import { PRICE_ERROR } from "./assumptions";
import type { Catalogue } from "./catalogue/catalogue";
import type { Source } from "./catalogue/data";
import type { Derived, Variation } from "./derive";
import { problemOf } from "./derive";
import { USERS } from "./flows";
import { InfeasibleError, smallestConflict } from "./conflicts";
import { isRefusal, type Offer } from "./pricing/lines";
import { formatSite } from "./site";
import type { Assignment, Problem, TransferTable } from "./solver/problem";
import { valueOf } from "./solver/problem";
import { solve } from "./solver/solve";

/** Plans that are looked at when the prices don't decide. */
const NEAR_PLANS = 8;

/** The chosen sites. */
export interface Choice {
    readonly problem: Problem;
    readonly assignment: Assignment;
    /** Whether the choice is still the cheapest when every price that is not a list price is off against it. */
    readonly holds: boolean;
    /** A cheaper plan within the error of the prices, which moves more data; absent where there is none. */
    readonly cheaper?: Assignment;
}

/**
 * The cheapest placement. Where prices that are not list prices could tip it, the plan that moves the least data
 * between sites is taken among those that they could make the cheapest.
 *
 * @param variation what is asked in place of the program's own problem
 * @throws InfeasibleError naming the smallest set of conditions that can't hold together
 * @throws SearchLimitError when the optimum is not proven within the steps
 */
export function choose(derived: Derived, variation: Variation = {}): Choice {
    const problem = problemOf(derived, variation);
    const { plans } = solve(problem, { count: NEAR_PLANS });
    const [best] = plans;
    if (!best) {
        throw new InfeasibleError(smallestConflict(derived));
    }
    const corner = solve(problemOf(derived, { ...variation, ...against(derived, best.assignment) })).plans[0];
    const holds = corner === undefined || corner.assignment.join() === best.assignment.join();
    if (holds) {
        return { problem, assignment: best.assignment, holds };
    }
    const stayPut = solve(problemOf(derived, { ...variation, transfer: prohibitive(derived.transfer) }))
        .plans[0];
    const rivals = [...plans, corner, ...(stayPut ? [stayPut] : [])]
        .map(({ assignment }) => assignment)
        .filter((assignment) => couldWin(derived, assignment, best.assignment, variation));
    const chosen = rivals
        .map((assignment, rank) => ({
            assignment,
            rank,
            moved: movedGib(problem, assignment),
            cost: valueOf(problem, assignment)?.total ?? Infinity,
        }))
        .sort((a, b) => a.moved - b.moved || a.cost - b.cost || a.rank - b.rank)[0].assignment;
    const moved = chosen.join() !== best.assignment.join();
    return { problem, assignment: chosen, holds, ...(moved ? { cheaper: best.assignment } : {}) };
}

/** Whether a plan costs no more than another when every price that is not a list price favours it. */
export function couldWin(
    derived: Derived,
    rival: Assignment,
    best: Assignment,
    variation: Variation = {},
): boolean {
    const problem = problemOf(derived, { ...variation, ...against(derived, best) });
    const costs = [rival, best].map((assignment) => valueOf(problem, assignment)?.total ?? Infinity);
    return costs[0] <= costs[1];
}

/** GiB that a plan moves between sites in a month. */
function movedGib({ flows }: Problem, assignment: Assignment): number {
    return flows.reduce(
        (sum, { from, to, gib }) =>
            sum + (to !== "internet" && assignment[from] !== assignment[to] ? gib : 0),
        0,
    );
}

/** Prices that are not list prices, off by their error: up for what the plan uses, down for all else. */
function against(derived: Derived, assignment: Assignment): Variation {
    const { placeables, sites, settings } = derived;
    const used = new Map(placeables.map(({ id }, at) => [id, formatSite(sites[assignment[at]])]));
    return {
        cost: (offer, placeable, site) =>
            shifted(offer, used.get(placeable.id) === formatSite(site) ? 1 : -1),
        transfer: shiftedTransfer(derived, settings.catalogue, (from, to) => {
            const legs = derived.flows.some(
                (flow) => used.get(flow.from) === from && (flow.to === USERS || used.get(flow.to) === to),
            );
            return legs ? 1 : -1;
        }),
    };
}

function isCertain(source: Source): boolean {
    return source.kind === "list";
}

function shifted(offer: Offer, direction: 1 | -1): number {
    return offer.lines.reduce(
        (sum, { micros, price }) =>
            sum + Math.round(micros.expected * (isCertain(price.source) ? 1 : 1 + direction * PRICE_ERROR)),
        0,
    );
}

function shiftedTransfer(
    { sites, transfer }: Derived,
    catalogue: Catalogue,
    direction: (from: string, to: string) => 1 | -1,
): TransferTable {
    const flat = transfer.flat.slice();
    sites.forEach((from, row) =>
        sites.forEach((to, column) => {
            const price = catalogue.transfer(from, to);
            if (price?.kind === "flat" && !isCertain(price.price.source)) {
                flat[row * sites.length + column] *=
                    1 + direction(formatSite(from), formatSite(to)) * PRICE_ERROR;
            }
        }),
    );
    return { ...transfer, flat };
}

/** A price of transfer so high that nothing moves that can stay. */
function prohibitive(transfer: TransferTable): TransferTable {
    const high = 1_000_000_000;
    return {
        ...transfer,
        flat: transfer.flat.map((price) => (price === 0 || price === Infinity ? price : high)),
    };
}

/** The offers that a choice takes, by placeable. */
export function chosenOffers(derived: Derived, assignment: Assignment): Offer[] {
    return derived.offers.map((bySite, at) => {
        const offer = bySite[assignment[at]];
        if (isRefusal(offer)) {
            throw new Error(`${derived.placeables[at].id} was placed where it can't be: ${offer.text}`);
        }
        return offer;
    });
}
