import type { Catalogue } from "./catalogue/catalogue";
import type { Placeable, PlacementConstraints } from "./demand";
import { countriesOf, latencyMs, type Coordinates } from "./geography";
import { formatSite, isCloudName, parseSite, type SiteId } from "./site";

/** A condition that a component's site must meet. */
export interface Constraint {
    /** Component that it is about. */
    readonly component: string;
    readonly kind: "residency" | "allow" | "deny" | "latency" | "sites";
    /** As the program says it: `residency EU`. */
    readonly text: string;
    readonly permits: (site: SiteId) => boolean;
}

/** The conditions on a component, from its own constraints and those of the stack. */
export function constraintsOn(
    demand: Placeable,
    stack: PlacementConstraints,
    catalogue: Catalogue,
    candidates: ReadonlySet<string>,
    landingZones: boolean,
): Constraint[] {
    const component = demand.id;
    const all: Constraint[] = [
        {
            component,
            kind: "sites",
            text: landingZones ? "the sites of barycenter:sites" : "the sites of the catalogue",
            permits: (site) => candidates.has(formatSite(site)),
        },
    ];
    for (const given of [stack, demand.constraints]) {
        const { residency, allow, deny, latency } = given;
        if (residency) {
            const countries = countriesOf(residency);
            const copies = demand.kind === "store" ? demand.replicas : [];
            all.push({
                component,
                kind: "residency",
                text: `residency ${residency.join(", ")}`,
                permits: ({ cloud, region }) =>
                    [region, ...copies].every((each) => {
                        const country = catalogue.region({ cloud, region: each })?.country;
                        return country !== undefined && countries.has(country);
                    }),
            });
        }
        if (allow) {
            const permits = (site: SiteId): boolean => allow.some((name) => covers(name, site));
            all.push({ component, kind: "allow", text: `only ${allow.join(", ")}`, permits });
        }
        if (deny) {
            const permits = (site: SiteId): boolean => !deny.some((name) => covers(name, site));
            all.push({ component, kind: "deny", text: `not ${deny.join(", ")}`, permits });
        }
        if (latency) {
            const users = placeNamed(latency.to, catalogue);
            all.push({
                component,
                kind: "latency",
                text: `at most ${latency.ms} ms to ${latency.to}`,
                permits: (site) => {
                    const region = catalogue.region(site);
                    return (
                        region !== undefined && users !== undefined && latencyMs(region, users) <= latency.ms
                    );
                },
            });
        }
    }
    return all;
}

/** Whether a name of a cloud or a site covers a site. */
export function covers(name: string, site: SiteId): boolean {
    return name === site.cloud || name === formatSite(site);
}

/** Coordinates of a site or, roughly, of a country: the middle of the regions in it. Undefined for neither. */
export function placeNamed(name: string, catalogue: Catalogue): Coordinates | undefined {
    const parsed = parseSite(name);
    if (!("reason" in parsed)) {
        return catalogue.region(parsed);
    }
    const regions = catalogue
        .sites()
        .map((site) => catalogue.region(site))
        .filter((region) => region !== undefined && region.country === name) as Coordinates[];
    if (regions.length === 0) {
        return undefined;
    }
    const mean = (of: (place: Coordinates) => number): number =>
        regions.reduce((sum, place) => sum + of(place), 0) / regions.length;
    return { latitude: mean((place) => place.latitude), longitude: mean((place) => place.longitude) };
}

/** True for a name that `allow` and `deny` understand: a cloud, or a site in the form that its cloud has. */
export function isPlaceName(name: string): boolean {
    return isCloudName(name) || !("reason" in parseSite(name));
}
