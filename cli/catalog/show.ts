import type { Catalogue, Price } from "../../placement/catalogue/catalogue";
import {
    PRICED_CLOUDS,
    type CatalogueData,
    type CloudData,
    type Source,
    type SourceKind,
} from "../../placement/catalogue/data";
import { sourcedOf } from "../../placement/catalogue/merge";
import { dollars } from "../../placement/money";
import { formatSite } from "../../placement/site";

/** Version of {@link CatalogueSummary}; it grows when a field changes its meaning or goes. */
export const SCHEMA_VERSION = 1;

/** A machine's price where it is sold. */
export interface ShownPrice {
    readonly site: string;
    readonly machine: string;
    readonly onDemand?: ShownFigure;
    readonly spot?: ShownFigure;
}

export interface ShownFigure {
    readonly dollarsPerHour: number;
    readonly source: string;
    readonly kind: SourceKind;
    readonly date: string;
}

/** What `barycenter catalog show --json` prints. */
export interface CatalogueSummary {
    readonly schemaVersion: typeof SCHEMA_VERSION;
    readonly built: string;
    /** Regions by cloud. */
    readonly regions: Readonly<Record<string, number>>;
    readonly sources: readonly (Source & { readonly figures: number })[];
    /** Figures by kind of source. */
    readonly kinds: Readonly<Record<SourceKind, number>>;
    /** Present where machines or regions were asked for. */
    readonly prices?: readonly ShownPrice[];
}

export interface ShowFilter {
    readonly machines?: readonly string[];
    /** Regions, with or without their cloud. */
    readonly regions?: readonly string[];
}

/** Sources, dates and counts of a catalogue, and the machine prices that were asked for. */
export function summarise(data: CatalogueData, catalogue: Catalogue, filter: ShowFilter): CatalogueSummary {
    const counts = new Map<string, number>();
    const count = (source: string, figures: number): void =>
        void counts.set(source, (counts.get(source) ?? 0) + figures);
    for (const cloud of PRICED_CLOUDS) {
        for (const [source, figures] of sourcedOf(data.clouds[cloud])) {
            count(source, leaves(figures));
        }
        count(data.carbonSource[cloud], withCarbon(data.clouds[cloud]));
    }
    const sources = data.sources.map((source) => ({ ...source, figures: counts.get(source.id) ?? 0 }));
    const kinds: Record<SourceKind, number> = { list: 0, derived: 0, stale: 0, assumed: 0 };
    for (const { kind, figures } of sources) {
        kinds[kind] += figures;
    }
    const asked = filter.machines !== undefined || filter.regions !== undefined;
    return {
        schemaVersion: SCHEMA_VERSION,
        built: data.built,
        regions: Object.fromEntries(
            PRICED_CLOUDS.map((cloud) => [cloud, Object.keys(data.clouds[cloud].regions).length]),
        ),
        sources,
        kinds,
        ...(asked ? { prices: pricesOf(data, catalogue, filter) } : {}),
    };
}

function pricesOf(
    data: CatalogueData,
    catalogue: Catalogue,
    { machines, regions }: ShowFilter,
): ShownPrice[] {
    return catalogue
        .sites()
        .filter((site) => regions?.some((each) => each === site.region || each === formatSite(site)) ?? true)
        .flatMap((site) =>
            PRICED_CLOUDS.filter((cloud) => cloud === site.cloud)
                .flatMap((cloud) => Object.keys(data.clouds[cloud].machines))
                .filter((type) => (machines?.includes(type) ?? true) && catalogue.sells(site, type))
                .sort()
                .map((machine) => {
                    const [onDemand, spot] = (["onDemand", "spot"] as const).map((purchase) =>
                        shown(catalogue.machine(site, machine, purchase)),
                    );
                    return {
                        site: formatSite(site),
                        machine,
                        ...(onDemand ? { onDemand } : {}),
                        ...(spot ? { spot } : {}),
                    };
                }),
        );
}

function shown(price: Price | undefined): ShownFigure | undefined {
    return (
        price && {
            dollarsPerHour: dollars(price.micros),
            source: price.source.id,
            kind: price.source.kind,
            date: price.source.date,
        }
    );
}

/** Numbers in a table of tables; the steps of a tiered price are one figure. */
function leaves(figures: unknown): number {
    return typeof figures === "object" && figures !== null && !Array.isArray(figures)
        ? Object.values(figures).reduce((sum: number, each) => sum + leaves(each), 0)
        : 1;
}

function withCarbon({ regions }: CloudData): number {
    return Object.values(regions).filter(([, , , carbon]) => carbon !== null).length;
}

/** The summary for people. */
export function renderSummary({ built, regions, sources, kinds, prices }: CatalogueSummary): string {
    const Table = require("cli-table3") as typeof import("cli-table3");
    const table = (head: string[], rows: string[][]): string => {
        const drawn = new Table({ head, style: { head: [], border: [] } });
        drawn.push(...rows);
        return drawn.toString();
    };
    const figure = (price: ShownFigure | undefined): string =>
        price === undefined ? "-" : `$${price.dollarsPerHour}/h (${price.kind}, ${price.date})`;
    const lists = prices && [
        prices.length === 0
            ? "No machine of these is sold there at a known price."
            : table(
                  ["site", "machine", "on demand", "spot"],
                  prices.map(({ site, machine, onDemand, spot }) => [
                      site,
                      machine,
                      figure(onDemand),
                      figure(spot),
                  ]),
              ),
    ];
    const where = Object.entries(regions).map(([cloud, count]) => `${count} of ${cloud}`);
    return [
        `Catalogue of ${built}: regions: ${where.join(", ")}.`,
        `Figures: ${Object.entries(kinds)
            .map(([kind, count]) => `${count} ${kind}`)
            .join(", ")}.`,
        ...(lists ?? [
            table(
                ["source", "kind", "date", "figures", "what it is"],
                sources.map(({ id, kind, date, figures, title }) => [
                    id,
                    kind,
                    date,
                    String(figures),
                    (title.match(/.{1,70}(?:\s|$)|\S+/g) ?? []).join("\n"),
                ]),
            ),
        ]),
        "",
    ].join("\n");
}
