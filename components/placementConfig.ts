import type { PlacementConfig } from "../placement/config";
import { isPlaceName } from "../placement/constraints";
import { placementFields } from "./placementSchema";
import { stackConfig } from "./stackConfig";
import type { Problem } from "./validation/problem";
import * as is from "./validation/schema";

const place = is.textThat(isPlaceName, "a cloud or a site such as 'aws/eu-west-1'");

const schema = is.fields({
    ...placementFields,
    maxClouds: is.optional(is.integer(1, 3)),
    maxRegions: is.optional(is.integer(1, 200)),
    carbonPrice: is.optional(is.number(0, 100_000)),
    minSaving: is.optional(
        is.fields({ share: is.optional(is.number(0, 1)), dollars: is.optional(is.number(0, 1e9)) }),
    ),
    catalog: is.optional(
        is.either((given) =>
            typeof given === "object" && given !== null
                ? is.fields({ skypilot: is.text("a folder of SkyPilot catalogue files") })
                : is.text("a catalogue file, or { skypilot: folder }"),
        ),
    ),
    discounts: is.optional(
        is.listOf(
            is.fields({
                at: is.optional(place),
                family: is.optional(is.text("the beginning of machine types, such as 'g6.'")),
                share: is.number(0, 1),
            }),
        ),
    ),
    transferPrices: is.optional(
        is.listOf(
            is.fields({
                from: place,
                to: is.textThat(
                    (given) => given === "internet" || isPlaceName(given),
                    "a cloud, a site or 'internet'",
                ),
                dollarsPerGiB: is.number(0, 10),
            }),
        ),
    ),
    reservations: is.optional(
        is.listOf(is.fields({ at: place, type: is.text("a machine type"), count: is.integer(1, 100_000) })),
    ),
});

/** A stack's `barycenter:placement`, and what is wrong with it. */
export function placementConfig(given: unknown = stackConfig("placement") ?? {}): {
    readonly config: PlacementConfig;
    readonly problems: readonly Problem[];
} {
    const problems = is.check(schema, given).map(({ path, message }) => ({
        path: ["barycenter:placement", path].filter(Boolean).join("."),
        message,
    }));
    return { config: problems.length === 0 ? (given as PlacementConfig) : {}, problems };
}
