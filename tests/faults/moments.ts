const WANTED = process.env.BARYCENTER_FAULTS;

/** Whether this is the full run. BARYCENTER_FAULTS is "all" in it, or a number of moments for each kind of fault. */
export const full = WANTED !== undefined;

/** All things that a fault can strike, or as many of them as are wanted; in a plain test run those at these parts. */
export function moments<T>(things: readonly T[], ...parts: readonly number[]): T[] {
    if (WANTED === "all") {
        return [...things];
    }
    const samples = WANTED === undefined ? parts : evenParts(Math.min(Number(WANTED), things.length));
    return samples.map((part) => things[Math.floor(part * things.length)]!);
}

function evenParts(count: number): number[] {
    return Array.from({ length: count }, (_, index) => (index + 0.5) / count);
}

/** Numbers of the rounds of what is tried at random. */
export function rounds(): number[] {
    return Array.from({ length: Number(WANTED) || 10 }, (_, index) => index + 1);
}
