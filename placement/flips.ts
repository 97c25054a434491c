/**
 * At which volume of a flow, or price of a machine, another place would win.
 */
import { problemOf, type Derived } from "./derive";
import { formatSite } from "./site";
import { valueOf, type Assignment } from "./solver/problem";
import { solve } from "./solver/solve";

/** The volume of a flow at which a component would be better off elsewhere. */
export interface Flip {
    /** Index of the flow. */
    readonly flow: number;
    readonly direction: "above" | "below";
    readonly gib: number;
    /** Where the component would be. */
    readonly site: string;
}

/** A hundred PiB a month: what nobody moves. */
const MOST_GIB = 100 * 1024 * 1024;

const MAX_ROUNDS = 12;

/**
 * The flips of a component's site by the volume of one flow. Exact: no volume nearer to the present one moves the
 * component.
 */
export function flipsOf(derived: Derived, assignment: Assignment, placeable: number, flow: number): Flip[] {
    const now = derived.flows[flow].gib;
    return [
        flip(derived, assignment, placeable, flow, now, MOST_GIB, "above"),
        flip(derived, assignment, placeable, flow, now, 0, "below"),
    ].filter((found) => found !== undefined);
}

/** Comes nearer to the present volume from plan to plan: each is the best where the one before it was beaten. */
function flip(
    derived: Derived,
    assignment: Assignment,
    placeable: number,
    flow: number,
    now: number,
    end: number,
    direction: Flip["direction"],
): Flip | undefined {
    const at = (gib: number) => problemOf(derived, { volumes: new Map([[flow, gib]]) });
    const costAt = (plan: Assignment, gib: number): number => valueOf(at(gib), plan)?.total ?? Infinity;
    let far = end;
    let found: Flip | undefined;
    for (let round = 0; round < MAX_ROUNDS; round++) {
        const rival = solve(at(far)).plans[0];
        if (
            !rival ||
            rival.assignment[placeable] === assignment[placeable] ||
            rival.value.total >= costAt(assignment, far)
        ) {
            return found;
        }
        const crossing = crossed((gib) => costAt(assignment, gib) - costAt(rival.assignment, gib), now, far);
        found = {
            flow,
            direction,
            gib: crossing,
            site: formatSite(derived.sites[rival.assignment[placeable]]),
        };
        if (crossing === far) {
            return found;
        }
        far = crossing;
    }
    return found;
}

/** Where a difference that is not above 0 at `from` and above 0 at `to` crosses 0, to a thousandth. */
function crossed(difference: (gib: number) => number, from: number, to: number): number {
    let [low, high] = [from, to];
    for (let step = 0; step < 60 && Math.abs(high - low) > Math.max(0.01, Math.abs(high) / 1000); step++) {
        const middle = (low + high) / 2;
        if (difference(middle) > 0) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}
