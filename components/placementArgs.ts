import { isCountry, COUNTRIES, COUNTRY_SETS } from "../placement/geography";
import { isPlaceName } from "../placement/constraints";
import type { PlacementConstraints } from "../placement/demand";
import { CLOUDS } from "../placement/site";
import * as is from "./validation/schema";

/** Conditions on where a component may be. */
export interface PlacementArgs extends PlacementConstraints {
    /**
     * Countries by their ISO 3166-1 code, or sets of them: `EU`, `EEA`, `GDPR` (the EEA and countries with an adequate
     * protection). Copies of a store count too.
     * @default none
     */
    readonly residency?: readonly string[];
    /** Clouds (`gcp`) and sites (`aws/eu-west-1`) that it may use. @default all */
    readonly allow?: readonly string[];
    /** Clouds and sites that it may not use. @default none */
    readonly deny?: readonly string[];
    /**
     * Round trip to users, whose country or nearest site is named, in ms at most. Estimated from the distance.
     * @default none
     */
    readonly latency?: { readonly to: string; readonly ms: number };
}

const SETS = Object.keys(COUNTRY_SETS);

const place = is.textThat(isPlaceName, `a cloud (${CLOUDS.join(", ")}) or a site such as 'aws/eu-west-1'`);

/** True for a country, or a site, that users may be at. */
export function isPlaceOfUsers(name: string): boolean {
    return isCountry(name) || (name.includes("/") && isPlaceName(name));
}

/** Properties of {@link PlacementArgs}, to be spread into a schema. */
export const placementFields = {
    residency: is.optional(is.listOf(is.oneOf("a country or a set of countries", [...SETS, ...COUNTRIES]))),
    allow: is.optional(is.listOf(place)),
    deny: is.optional(is.listOf(place)),
    latency: is.optional(
        is.fields({
            to: is.textThat(isPlaceOfUsers, "a country such as 'DE' or a site such as 'aws/eu-west-1'"),
            ms: is.number(1, 10_000),
        }),
    ),
};

export const placementSchema = is.fields(placementFields);
