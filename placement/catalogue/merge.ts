/** Lays prices of another source over a catalogue: what they hold counts, what they lack keeps its own figure. */
import { believable, isSpotOnly } from "./check";
import type { CatalogueData, CloudData, Figures, PricedCloud, Source, Sourced, TierData } from "./data";

/** Micro-dollars an hour by region. */
export interface MachinePrices {
    readonly onDemand: Record<string, number>;
    readonly spot: Record<string, number>;
}

/** Figures of one cloud from one source; each part may be empty. */
export interface Prices {
    readonly cloud: PricedCloud;
    readonly source: Source;
    readonly machines: Readonly<Record<string, MachinePrices>>;
    readonly storage?: Partial<Record<keyof CloudData["storage"], Figures>>;
    readonly fixed?: Partial<Record<keyof CloudData["fixed"], Figures>>;
    readonly managed?: Figures;
    readonly interRegion?: Figures<Figures>;
    readonly internet?: Figures<TierData>;
}

/** A catalogue with other prices laid over it, and what of them was left out as no price. */
export interface Merged {
    readonly data: CatalogueData;
    readonly refused: readonly string[];
}

/** Lays prices over a catalogue. */
export function withPrices(base: CatalogueData, prices: Prices, built: string): Merged {
    const { cloud, source } = prices;
    const before = base.clouds[cloud];
    const refused: string[] = [];
    const known = <T>(figures: Figures<T> = {}): Figures<T> =>
        keep(figures, (region) => region === "*" || region in before.regions);
    const over = <T>(sourced: Sourced<T>, figures: Figures<T> = {}): Sourced<T> =>
        Object.keys(figures).length === 0
            ? sourced
            : [[source.id, figures], ...without(sourced, (key) => key in figures || "*" in figures)];
    const machines = { ...before.machines };
    for (const [type, given] of Object.entries(prices.machines)) {
        const sound = (purchase: keyof MachinePrices): Figures =>
            keep(known(given[purchase]), (region, micros) => {
                const problem = priceProblem(type, purchase, micros, given.onDemand[region]);
                if (problem !== undefined) {
                    refused.push(`${cloud}/${region} ${type} ${purchase}: ${problem}`);
                }
                return problem === undefined;
            });
        const own = before.machines[type] ?? { onDemand: [], spot: [] };
        const onDemand = over(own.onDemand, sound("onDemand"));
        // An older spot price that a new on-demand price undercuts says nothing any more.
        const spot = without(over(own.spot, sound("spot")), (region, micros) => {
            const full = onDemand.find(([, figures]) => region in figures)?.[1][region];
            return full === undefined ? !isSpotOnly(type) : micros >= full;
        });
        if (onDemand.length > 0 || spot.length > 0) {
            machines[type] = { onDemand, spot };
        }
    }
    const mapped = <K extends string>(
        sourced: Record<K, Sourced>,
        figures: Partial<Record<K, Figures>> = {},
    ) =>
        Object.fromEntries(
            Object.entries<Sourced>(sourced).map(([key, own]) => [key, over(own, known(figures[key as K]))]),
        ) as Record<K, Sourced>;
    const after: CloudData = {
        ...before,
        machines,
        storage: mapped(before.storage, prices.storage),
        fixed: mapped({ ...before.fixed }, prices.fixed),
        managed:
            prices.managed && Object.keys(prices.managed).length > 0
                ? [[source.id, prices.managed], ...before.managed]
                : before.managed,
        interRegion: interRegion(before, source.id, known(prices.interRegion)),
        internet: over(before.internet, known(prices.internet)),
    };
    const clouds = { ...base.clouds, [cloud]: after };
    const sources = [...base.sources.filter(({ id }) => id !== source.id), source];
    const used = new Set(usedSources({ ...base, clouds }));
    return { data: { ...base, built, sources: sources.filter(({ id }) => used.has(id)), clouds }, refused };
}

/** Ids of the sources that some figure names. */
export function usedSources({ clouds, carbonSource }: CatalogueData): string[] {
    return [
        ...Object.values(carbonSource),
        ...Object.values(clouds).flatMap((cloud: CloudData) => sourcedOf(cloud).map(([id]) => id)),
    ];
}

/** All figures of a cloud by source. */
export function sourcedOf(cloud: CloudData): (readonly [source: string, figures: Figures<unknown>])[] {
    return [
        ...Object.values(cloud.machines).flatMap(({ onDemand, spot }) => [...onDemand, ...spot]),
        ...Object.values(cloud.storage).flat(),
        ...Object.values<Sourced>({ ...cloud.fixed }).flat(),
        ...cloud.managed,
        ...cloud.interRegion,
        ...cloud.internet,
    ];
}

function priceProblem(
    type: string,
    purchase: keyof MachinePrices,
    micros: number,
    onDemand: number | undefined,
): string | undefined {
    if (!Number.isInteger(micros) || !believable(type, micros)) {
        return `${micros / 1e6} $/h is no price of it`;
    }
    return purchase === "spot" && onDemand !== undefined && micros >= onDemand
        ? "spot costs as much as on-demand"
        : undefined;
}

/** Pairs of the new source go first; a source region's older pairs stay for the destinations that it lacks. */
function interRegion(before: CloudData, id: string, figures: Figures<Figures>): CloudData["interRegion"] {
    if (Object.keys(figures).length === 0) {
        return before.interRegion;
    }
    const older = before.interRegion
        .map(([source, bySource]) => {
            const rest = Object.entries(bySource).map(([from, to]) => [
                from,
                keep(to, (region) => figures[from]?.[region] === undefined),
            ]);
            return [source, Object.fromEntries(rest.filter(([, to]) => Object.keys(to).length > 0))] as const;
        })
        .filter(([, bySource]) => Object.keys(bySource).length > 0) as CloudData["interRegion"];
    return [[id, figures], ...older];
}

function without<T>(sourced: Sourced<T>, gone: (key: string, figure: T) => boolean): Sourced<T> {
    return sourced
        .map(([id, figures]) => [id, keep(figures, (key, figure) => !gone(key, figure))] as const)
        .filter(([, figures]) => Object.keys(figures).length > 0);
}

function keep<T>(figures: Figures<T>, wanted: (key: string, figure: T) => boolean): Figures<T> {
    return Object.fromEntries(Object.entries(figures).filter(([key, figure]) => wanted(key, figure)));
}
