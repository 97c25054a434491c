import type { Micros } from "../money";
import { formatSite, type SiteId } from "../site";
import { continentOf, type Continent, type Coordinates } from "../geography";
import {
    PRICED_CLOUDS,
    type CatalogueData,
    type CloudData,
    type Figures,
    type FixedData,
    type PricedCloud,
    type Source,
    type Sourced,
    type StorageClass,
    type TierData,
} from "./data";
import { NO_OVERRIDES, type Overrides } from "./overrides";

/** A price and where it comes from. */
export interface Price {
    /** Micro-dollars for one unit. */
    readonly micros: Micros;
    readonly source: Source;
}

/** A price that changes with the month's volume. */
export interface TieredPrice {
    readonly tiers: TierData;
    readonly source: Source;
}

/** What a GiB costs from one place to another. */
export type TransferPrice =
    | { readonly kind: "free" }
    | { readonly kind: "flat"; readonly price: Price }
    /** Priced with all else that leaves the source site for the internet or another cloud in the month. */
    | { readonly kind: "tiered"; readonly price: TieredPrice };

export interface Region extends Coordinates {
    readonly country: string;
    readonly continent: Continent | undefined;
    /** Grams of CO2e a kWh of its grid; undefined where no source has a figure. */
    readonly carbon?: number;
}

/** How a machine is paid for. */
export type Purchase = "onDemand" | "spot";

/**
 * Prices, regions and transfer rules. A figure that is not there is `undefined`, never 0: what has no price can't be
 * chosen.
 */
export class Catalogue {
    private readonly sources: ReadonlyMap<string, Source>;

    constructor(
        private readonly data: CatalogueData,
        private readonly overrides: Overrides = NO_OVERRIDES,
    ) {
        this.sources = new Map(data.sources.map((source) => [source.id, source]));
    }

    /** Day on which it was put together. */
    get built(): string {
        return this.data.built;
    }

    /** The same catalogue with a team's own discounts, transfer prices and reservations. */
    with(overrides: Overrides): Catalogue {
        return new Catalogue(this.data, overrides);
    }

    /** All regions of all clouds, by cloud and name. */
    sites(): SiteId[] {
        return PRICED_CLOUDS.flatMap((cloud) =>
            Object.keys(this.data.clouds[cloud].regions)
                .sort()
                .map((region) => ({ cloud, region })),
        );
    }

    region(site: SiteId): Region | undefined {
        const found =
            site.cloud === "kubernetes" ? undefined : this.data.clouds[site.cloud].regions[site.region];
        if (!found) {
            return undefined;
        }
        const [country, latitude, longitude, carbon] = found;
        return {
            country,
            continent: continentOf(country),
            latitude,
            longitude,
            ...(carbon === null ? {} : { carbon }),
        };
    }

    /** An hour of a machine; undefined where the region lacks the type or its price is not known. */
    machine(site: SiteId, type: string, purchase: Purchase): Price | undefined {
        const cloud = this.cloud(site);
        const price = cloud && this.find(cloud.machines[type]?.[purchase], site.region);
        const discount = purchase === "onDemand" ? this.overrides.discount(site, type) : undefined;
        return price && discount
            ? { micros: Math.round(price.micros * (1 - discount.share)), source: discount.source }
            : price;
    }

    /** True when a region sells a machine type, on demand or as spot, whether or not at a known price. */
    sells(site: SiteId, type: string): boolean {
        return (
            this.machine(site, type, "onDemand") !== undefined ||
            this.machine(site, type, "spot") !== undefined
        );
    }

    /** Hours a month of a machine type that are paid for already. */
    reservedHours(site: SiteId, type: string): number {
        return this.overrides.reservedHours(site, type);
    }

    /** A GiB for a month. */
    storage(site: SiteId, storageClass: StorageClass = "standard"): Price | undefined {
        const cloud = this.cloud(site);
        return cloud && this.find(cloud.storage[storageClass], site.region);
    }

    fixed(site: SiteId, what: keyof FixedData): Price | undefined {
        const cloud = this.cloud(site);
        return cloud && this.find(cloud.fixed[what], site.region);
    }

    /** What a managed endpoint's machine costs over the same virtual machine. */
    managedFactor(
        site: SiteId,
        type: string,
    ): { readonly factor: number; readonly source: Source } | undefined {
        const cloud = this.cloud(site);
        const family = type.replace(/^Standard_/, "").split(/[.-]/)[0];
        const found = cloud && this.lookup(cloud.managed, family);
        return found && { factor: found.figure, source: found.source };
    }

    /** What a GiB costs from a site to another, or to the internet. Undefined where no rule covers it. */
    transfer(from: SiteId, to: SiteId | "internet"): TransferPrice | undefined {
        if (to !== "internet" && formatSite(from) === formatSite(to)) {
            return { kind: "free" };
        }
        const negotiated = this.overrides.transfer(from, to);
        if (negotiated) {
            return { kind: "flat", price: negotiated };
        }
        const cloud = this.cloud(from);
        if (!cloud) {
            // A cluster of the user's own: what its network costs is not in any price list.
            return { kind: "free" };
        }
        if (to !== "internet" && to.cloud === from.cloud) {
            const price = this.interRegion(cloud, from.region, to.region);
            return price && { kind: "flat", price };
        }
        const found = this.lookup(cloud.internet, from.region);
        return found && { kind: "tiered", price: { tiers: found.figure, source: found.source } };
    }

    /** Where the carbon figure of a region comes from. */
    carbonSource(cloud: PricedCloud): Source {
        return this.source(this.data.carbonSource[cloud]);
    }

    /** All sources, with their dates. */
    allSources(): readonly Source[] {
        return this.data.sources;
    }

    private interRegion(cloud: CloudData, from: string, to: string): Price | undefined {
        for (const [source, bySource] of cloud.interRegion) {
            const micros = bySource[from]?.[to] ?? bySource[from]?.["*"];
            if (micros !== undefined) {
                return { micros, source: this.source(source) };
            }
        }
        return undefined;
    }

    private cloud(site: SiteId): CloudData | undefined {
        return site.cloud === "kubernetes" ? undefined : this.data.clouds[site.cloud];
    }

    private find(sourced: Sourced | undefined, key: string): Price | undefined {
        const found = sourced && this.lookup(sourced, key);
        return found && { micros: found.figure, source: found.source };
    }

    private lookup<T>(sourced: Sourced<T>, key: string): { figure: T; source: Source } | undefined {
        const own = (figures: Figures<T>, name: string): T | undefined =>
            Object.hasOwn(figures, name) ? figures[name] : undefined;
        for (const [source, figures] of sourced) {
            const figure = own(figures, key) ?? own(figures, "*");
            if (figure !== undefined) {
                return { figure, source: this.source(source) };
            }
        }
        return undefined;
    }

    private source(id: string): Source {
        const found = this.sources.get(id);
        if (!found) {
            throw new Error(`the catalogue names no source '${id}'`);
        }
        return found;
    }
}
