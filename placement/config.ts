/**
 * A stack's own view of placement, `barycenter:placement`: conditions on all components, limits, and what the team pays
 * instead of list prices.
 */
import type { Catalogue } from "./catalogue/catalogue";
import type { CatalogueChoice } from "./catalogue/load";
import { overridesFrom, type OverrideConfig } from "./catalogue/overrides";
import type { PlacementConstraints } from "./demand";
import type { PlacementSettings } from "./derive";
import { MICROS_PER_DOLLAR } from "./money";

/** What a move must save before it is worth a word. */
export interface Saving {
    /** Share of what the stack costs. */
    readonly share: number;
    /** Dollars a month. */
    readonly dollars: number;
}

export const DEFAULT_SAVING: Saving = { share: 0.1, dollars: 200 };

export interface PlacementConfig extends PlacementConstraints, OverrideConfig {
    /** Clouds that all components together may use. @default 1 without landing zones, no limit with them */
    readonly maxClouds?: number;
    /** Regions that all components together may use. @default 2 without landing zones, no limit with them */
    readonly maxRegions?: number;
    /** Dollars that a tonne of CO2e is worth in the choice of a place; it is in no bill. @default none */
    readonly carbonPrice?: number;
    /** What a move must save a month before `plan` proposes it. @default 10 % and $200 */
    readonly minSaving?: Partial<Saving>;
    /**
     * Catalogue to use in place of the package's own, relative to the project: a file that `barycenter catalog refresh`
     * wrote, or `{ skypilot: folder }` whose machine prices are laid over the package's own figures.
     * @default the package's own
     */
    readonly catalog?: CatalogueChoice;
}

/** The settings that a configuration stands for. */
export function settingsFrom(
    config: PlacementConfig,
    catalogue: Catalogue,
    landingZones: readonly string[],
): PlacementSettings {
    const { residency, allow, deny, latency, maxClouds, maxRegions, carbonPrice } = config;
    return {
        catalogue: catalogue.with(overridesFrom(config)),
        ...(landingZones.length > 0 ? { sites: landingZones } : {}),
        ...(maxClouds === undefined ? {} : { maxClouds }),
        ...(maxRegions === undefined ? {} : { maxRegions }),
        constraints: {
            ...(residency ? { residency } : {}),
            ...(allow ? { allow } : {}),
            ...(deny ? { deny } : {}),
            ...(latency ? { latency } : {}),
        },
        ...(carbonPrice === undefined
            ? {}
            : { carbon: { microsPerTonne: Math.round(carbonPrice * MICROS_PER_DOLLAR) } }),
    };
}
