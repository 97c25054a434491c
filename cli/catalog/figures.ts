import type { FixedData, PricedCloud, StorageClass, TierData } from "../../placement/catalogue/data";

/** List prices of one cloud, in micro-dollars, by region. */
export interface Found {
    readonly onDemand: Record<string, Record<string, number>>;
    readonly spot: Record<string, Record<string, number>>;
    readonly storage: Partial<Record<StorageClass, Record<string, number>>>;
    readonly fixed: Partial<Record<keyof FixedData, Record<string, number>>>;
    readonly interRegion: Record<string, Record<string, number>>;
    /** Steps of transfer to the internet: GiB that each begins at, and its price. */
    readonly internet: Record<string, [from: number, micros: number][]>;
    /** Hours of a managed endpoint's machine, by the type of the machine. */
    readonly managed: Record<string, Record<string, number>>;
}

export function nothing(): Found {
    return { onDemand: {}, spot: {}, storage: {}, fixed: {}, interRegion: {}, internet: {}, managed: {} };
}

/** Sets a figure in a table of tables. */
export function put<T>(
    table: Partial<Record<string, Record<string, T>>>,
    key: string,
    region: string,
    figure: T,
): void {
    (table[key] ??= {})[region] = figure;
}

/** The figures of several parts together. */
export function joined(parts: readonly Found[]): Found {
    const all = nothing();
    for (const part of parts) {
        for (const kind of ["onDemand", "spot", "storage", "fixed", "interRegion", "managed"] as const) {
            for (const [key, figures] of Object.entries(part[kind]) as [string, Record<string, number>][]) {
                const into = all[kind] as Record<string, Record<string, number>>;
                into[key] = { ...into[key], ...figures };
            }
        }
        Object.assign(all.internet, part.internet);
    }
    return all;
}

/** Dollars, as price lists write them, in whole micro-dollars; undefined for what is no price. */
export function microsOf(dollars: string | number | undefined): number | undefined {
    const micros = Math.round(Number(dollars === "" ? NaN : dollars) * 1e6);
    return Number.isFinite(micros) && micros > 0 ? micros : undefined;
}

/**
 * Steps as tiers. A first step that is free is left out by {@link microsOf}: the allowance is an account's, so that no
 * stack counts on it.
 */
export function tiersOf(steps: readonly (readonly [from: number, micros: number])[]): TierData {
    const sorted = [...steps].sort(([a], [b]) => a - b);
    return sorted.map(([, micros], index) => [sorted[index + 1]?.[0] ?? null, micros] as const);
}

/** One download of a refresh: what it is called, and how its figures are found. */
export interface Part {
    /** `aws AmazonEC2 eu-west-1`: shown, and the name under which the figures are kept. */
    readonly name: string;
    fetch(): Promise<Found>;
}

/** What a price list is asked for. */
export interface Question {
    readonly cloud: PricedCloud;
    readonly regions: readonly string[];
    /** Machine types that the package can choose. */
    readonly types: ReadonlySet<string>;
}
