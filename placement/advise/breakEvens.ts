/** A load at which the answer changes. */
export interface BreakEven<T> {
    /** The first number of requests a month at which `to` is the answer. */
    readonly requestsPerMonth: number;
    readonly from: T | undefined;
    readonly to: T | undefined;
}

/** Loads between two of which the answer is looked for. */
export interface Loads {
    readonly least: number;
    readonly most: number;
}

/** Loads that are looked at for each tenfold. Two changes nearer than 1 % that cancel each other may go unseen. */
const STEPS_PER_DECADE = 250;

/**
 * The loads at which an answer changes, to the request: where the answers of two neighbouring loads of a geometric grid
 * differ, the space between is halved until they are one request apart.
 */
export function breakEvens<T>(
    answer: (requests: number) => T | undefined,
    { least, most }: Loads,
): BreakEven<T>[] {
    const loads = grid(least, most);
    return loads.slice(1).flatMap((load, index) => between(answer, loads[index], load));
}

function between<T>(answer: (requests: number) => T | undefined, low: number, high: number): BreakEven<T>[] {
    const [from, to] = [answer(low), answer(high)];
    if (from === to) {
        return [];
    }
    if (high - low <= 1) {
        return [{ requestsPerMonth: high, from, to }];
    }
    const middle = Math.floor((low + high) / 2);
    return [...between(answer, low, middle), ...between(answer, middle, high)];
}

function grid(least: number, most: number): number[] {
    const count = Math.ceil(STEPS_PER_DECADE * Math.log10(most / least));
    const loads = Array.from({ length: count }, (_, step) =>
        Math.floor(least * (most / least) ** (step / count)),
    );
    return [...new Set([...loads, most])];
}
