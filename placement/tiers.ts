/**
 * Prices that change with the volume of a month. The first GiB of a month costs the first step's price, and so on:
 * the total is continuous and never falls when the volume grows.
 */
import type { TierData } from "./catalogue/data";
import type { Micros } from "./money";

/** Cost in micro-dollars of a month's volume in GiB. */
export function tieredCost(tiers: TierData, gib: number): Micros {
    let cost = 0;
    let from = 0;
    for (const [upTo, micros] of tiers) {
        const end = Math.min(gib, upTo ?? Infinity);
        if (end > from) {
            cost += (end - from) * micros;
            from = end;
        }
    }
    return Math.round(cost);
}

/** Price of the next GiB after a volume, in micro-dollars. */
export function marginalPrice(tiers: TierData, gib: number): Micros {
    const step = tiers.find(([upTo]) => upTo === null || gib < upTo) ?? tiers[tiers.length - 1];
    return step?.[1] ?? 0;
}

/**
 * The lowest average price a GiB, in micro-dollars (a fraction), of any volume between two. Of a month's total that
 * lies between them, no part costs less than this for each of its GiB.
 */
export function lowestAverage(tiers: TierData, from: number, to: number): number {
    // Between two steps the average is monotone, so its least is at an end or at a step.
    const steps = tiers.map(([upTo]) => upTo ?? Infinity).filter((step) => step > from && step < to);
    const volumes = [from, to, ...steps].filter((volume) => volume > 0);
    return volumes.length === 0
        ? (tiers[0]?.[1] ?? 0)
        : Math.min(...volumes.map((volume) => tieredCost(tiers, volume) / volume));
}

/** Why these are no tiers; empty where they are. */
export function tierProblems(tiers: TierData): string[] {
    const problems: string[] = [];
    if (tiers.length === 0) {
        return ["has no step"];
    }
    let from = 0;
    tiers.forEach(([upTo, micros], index) => {
        const last = index === tiers.length - 1;
        if (upTo === null ? !last : last) {
            problems.push(last ? "its last step has an end" : `step ${index + 1} has no end`);
        }
        if (upTo !== null && upTo <= from) {
            problems.push(`step ${index + 1} ends at ${upTo} GiB, not after ${from}`);
        }
        if (!Number.isInteger(micros) || micros < 0) {
            problems.push(`step ${index + 1} costs ${micros} micro-dollars a GiB`);
        }
        const before = tiers[index - 1]?.[1];
        if (before !== undefined && micros > before) {
            problems.push(`step ${index + 1} costs more than the one before it`);
        }
        from = upTo ?? from;
    });
    return problems;
}
