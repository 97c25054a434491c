import { isPlaceName } from "../placement/constraints";
import { isCountry, COUNTRIES, COUNTRY_SETS } from "../placement/geography";
import { CLOUDS } from "../placement/site";
import * as is from "./validation/schema";

const SETS = Object.keys(COUNTRY_SETS);

const place = is.textThat(isPlaceName, `a cloud (${CLOUDS.join(", ")}) or a site such as 'aws/eu-west-1'`);

/** True for a country, or a site, that users may be at. */
export function isPlaceOfUsers(name: string): boolean {
    return isCountry(name) || (name.includes("/") && isPlaceName(name));
}

/** Properties of `PlacementArgs`, to be spread into a schema. */
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
