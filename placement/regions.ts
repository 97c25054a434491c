/**
 * Where on the globe the sites of a placement lie, for a map of what was chosen and what could have been.
 */
import { permits, type Derived } from "./derive";
import { isRefusal } from "./pricing/lines";
import { formatSite } from "./site";

/** A region that something is at, or could be at. A cluster of the user's own is in none. */
export interface PlacementRegion {
    readonly site: string;
    /** ISO 3166-1 alpha-2. */
    readonly country: string;
    /** Degrees. */
    readonly latitude: number;
    readonly longitude: number;
    /** Components whose place is open and that may be here. */
    readonly candidates: number;
}

/** The regions that are used or could be, in a fixed order. */
export function regionsOf(derived: Derived, used: ReadonlySet<string>): PlacementRegion[] {
    const { placeables, sites, offers, settings } = derived;
    return sites.flatMap((site, where) => {
        const region = settings.catalogue.region(site);
        const candidates = placeables.filter(
            ({ id, at }, index) =>
                at === undefined && !isRefusal(offers[index][where]) && permits(derived, id, site),
        ).length;
        if (!region || (candidates === 0 && !used.has(formatSite(site)))) {
            return [];
        }
        const { country, latitude, longitude } = region;
        return [{ site: formatSite(site), country, latitude, longitude, candidates }];
    });
}
