/**
 * The form of the catalogue's data: what `figures.json` holds, what `barycenter catalog refresh` writes, and what the
 * readers of other catalogues produce. Amounts of money are whole micro-dollars.
 */
import type { CloudName } from "../site";

/** Version of this form; it grows when a field changes its meaning or goes. */
export const CATALOGUE_SCHEMA = 1;

/** A cloud that sells capacity: every cloud but a cluster that the user brings. */
export type PricedCloud = Exclude<CloudName, "kubernetes">;

export const PRICED_CLOUDS = ["aws", "azure", "gcp"] as const satisfies readonly PricedCloud[];

/**
 * How far a figure can be trusted. `list`: the provider's list price. `derived`: computed from list prices of another
 * place or machine. `stale`: a list price that was more than a year old when the catalogue was made. `assumed`: from
 * no price list.
 */
export type SourceKind = "list" | "derived" | "stale" | "assumed";

/** Where figures come from. */
export interface Source {
    readonly id: string;
    readonly kind: SourceKind;
    /** Day or month of the figures, `2026-07-20` or `2026-07`. */
    readonly date: string;
    /** What it is, how it was computed, and under which licence it was published. */
    readonly title: string;
}

/** Figures of one source by region, or by another key; `*` holds for every key that has none of its own. */
export type Figures<T = number> = Readonly<Record<string, T>>;

/** Figures of several sources; the first that has a key counts. */
export type Sourced<T = number> = readonly (readonly [source: string, figures: Figures<T>])[];

/** A price that falls with the volume of a month: GiB up to which it holds (null: without end), micro-dollars a GiB. */
export type TierData = readonly (readonly [upToGiB: number | null, microsPerGiB: number])[];

/** Price of a machine type by region, in micro-dollars an hour. A region that lacks the type is absent. */
export interface MachineData {
    readonly onDemand: Sourced;
    readonly spot: Sourced;
}

export type StorageClass = "standard" | "infrequent" | "archive";

/** What stands around the machines. */
export interface FixedData {
    /** Micro-dollars an hour of a Kubernetes control plane. */
    readonly controlPlane: Sourced;
    /** Micro-dollars an hour of a load balancer. */
    readonly loadBalancer: Sourced;
    /** Micro-dollars an hour of a NAT gateway. */
    readonly nat: Sourced;
    /** Micro-dollars a GiB through a NAT gateway. */
    readonly natGiB: Sourced;
    /** Micro-dollars a GiB and month of a node's disk. */
    readonly diskGiB: Sourced;
}

export interface CloudData {
    /** Country (ISO 3166-1 alpha-2), latitude, longitude, grams of CO2e a kWh (null: not known). */
    readonly regions: Readonly<
        Record<string, readonly [country: string, latitude: number, longitude: number, carbon: number | null]>
    >;
    readonly machines: Readonly<Record<string, MachineData>>;
    /** Micro-dollars a GiB and month. */
    readonly storage: Readonly<Record<StorageClass, Sourced>>;
    readonly fixed: FixedData;
    /** Price of a managed endpoint's machine over the same virtual machine's, by machine family. */
    readonly managed: Sourced;
    /** Micro-dollars a GiB from a region to another of the same cloud: by source, then by destination. */
    readonly interRegion: Sourced<Figures>;
    /** Out of the cloud: to the internet and to other clouds, by source region. */
    readonly internet: Sourced<TierData>;
}

export interface CatalogueData {
    readonly schemaVersion: typeof CATALOGUE_SCHEMA;
    /** Day on which it was put together. */
    readonly built: string;
    readonly sources: readonly Source[];
    /** Source of the regions' carbon figures, by cloud. */
    readonly carbonSource: Readonly<Record<PricedCloud, string>>;
    readonly clouds: Readonly<Record<PricedCloud, CloudData>>;
}
