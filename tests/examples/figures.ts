/**
 * The catalogue's figures as they stand in its file, read without the code that is tested.
 */
import data from "../../placement/catalogue/figures.json";

type Figures = Readonly<Record<string, unknown>>;
type Sourced = readonly (readonly [string, Figures])[];
interface Cloud {
    readonly regions: Figures;
    readonly machines: Readonly<Record<string, { readonly onDemand: Sourced; readonly spot: Sourced }>>;
    readonly storage: { readonly standard: Sourced };
    readonly fixed: Readonly<Record<"controlPlane" | "loadBalancer" | "nat" | "natGiB" | "diskGiB", Sourced>>;
    readonly interRegion: readonly (readonly [string, Readonly<Record<string, Figures>>])[];
    readonly internet: Sourced;
}

export const HOURS = 730;

/** Nights of an average month. */
export const NIGHTS = 365 / 12;

/** Weeks of 2026 that hold a Friday, a Saturday or a Monday, a month. */
export const WEEKS = 52 / 12;

/** Dollars of one: an hour, a GiB, a GiB for a month. */
export interface At {
    onDemand(type: string): number;
    spot(type: string): number;
    readonly storage: number;
    readonly controlPlane: number;
    readonly loadBalancer: number;
    readonly nat: number;
    readonly natGiB: number;
    readonly disk: number;
    /** A GiB to another region of the cloud. */
    to(region: string): number;
    /** A GiB to the internet or another cloud, in the first step. */
    readonly out: number;
}

/** The figures of a site. A figure that is not there is NaN, which equals nothing. */
export function at(site: string): At {
    const [name, region] = site.split("/");
    const cloud = (data.clouds as unknown as Readonly<Record<string, Cloud>>)[name];
    const find = (sourced: Sourced | undefined): unknown =>
        sourced?.map(([, figures]) => figures[region] ?? figures["*"]).find((figure) => figure !== undefined);
    const dollars = (sourced: Sourced | undefined): number => Number(find(sourced) ?? NaN) / 1e6;
    return {
        onDemand: (type) => dollars(cloud.machines[type]?.onDemand),
        spot: (type) => dollars(cloud.machines[type]?.spot),
        storage: dollars(cloud.storage.standard),
        controlPlane: dollars(cloud.fixed.controlPlane),
        loadBalancer: dollars(cloud.fixed.loadBalancer),
        nat: dollars(cloud.fixed.nat),
        natGiB: dollars(cloud.fixed.natGiB),
        disk: dollars(cloud.fixed.diskGiB),
        to: (other) => {
            const found = cloud.interRegion
                .map(([, from]) => from[region]?.[other] ?? from[region]?.["*"])
                .find((figure) => figure !== undefined);
            return Number(found ?? NaN) / 1e6;
        },
        out: ((find(cloud.internet) as readonly (readonly [number, number])[])[0]?.[1] ?? NaN) / 1e6,
    };
}

/** Sites of the catalogue that sell a machine, cheapest first. */
export function cheapest(purchase: "onDemand" | "spot", types: Readonly<Record<string, string>>): string[] {
    return Object.entries(types)
        .flatMap(([cloud, type]) =>
            Object.keys((data.clouds as unknown as Readonly<Record<string, Cloud>>)[cloud].regions).map(
                (region) => ({
                    site: `${cloud}/${region}`,
                    price: at(`${cloud}/${region}`)[purchase](type),
                }),
            ),
        )
        .filter(({ price }) => !Number.isNaN(price))
        .sort((a, b) => a.price - b.price)
        .map(({ site }) => site);
}
