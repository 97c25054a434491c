import type { Demand } from "../placement/demand";
import { isPlaceable } from "../placement/demand";
import { unacceptable } from "../placement/choices";
import { formatSite } from "../placement/site";
import { pinPath, reconsider } from "./pins";
import { placementConfig } from "./placementConfig";
import type { Place } from "./settings";
import { nearest, show, type Problem } from "./validation/problem";

/** Conditions that a component's place breaks, each named with what says the place. */
export function breaches(demand: Demand, place: Pick<Place, "site"> & Partial<Place>): Problem[] {
    const { config, problems } = placementConfig();
    if (problems.length > 0 || !isPlaceable(demand)) {
        return [...problems];
    }
    const { residency, allow, deny, latency } = config;
    const conditions = [demand.constraints, { residency, allow, deny, latency }];
    if (conditions.every((each) => Object.values(each).every((value) => value === undefined))) {
        return [];
    }
    // The catalogue knows in which country a region is, and is needed for nothing else here.
    const { shippedCatalogue } =
        require("../placement/catalogue/load") as typeof import("../placement/catalogue/load");
    const { constraintsOn } =
        require("../placement/constraints") as typeof import("../placement/constraints");
    const id = formatSite(place.site);
    const stack = Object.fromEntries(
        Object.entries(conditions[1]).filter(([, value]) => value !== undefined),
    );
    return constraintsOn(demand, stack, shippedCatalogue(), new Set([id]), false)
        .filter(({ permits }) => !permits(place.site))
        .map(({ text }) => ({
            path: place.path === "barycenter:pins" ? pinPath(demand.id) : (place.path ?? "at"),
            message:
                `${show(id)} breaks the condition '${text}'` +
                (place.path === "barycenter:pins" ? `: ${reconsider(demand.id)}` : ""),
        }));
}

/** Accelerators of a component's pin that the program no longer accepts. They bind nothing. */
export function unusedChoices(demand: Demand): Problem[] {
    return isPlaceable(demand)
        ? unacceptable(demand).map(({ name, text }) => ({
              path: `${pinPath(demand.id)}.accelerators.${name}`,
              message: `${text}: \`barycenter plan --pin\` chooses again`,
              warning: true,
          }))
        : [];
}

/** Regions of these are sold apart, and are in no price list. */
const SOVEREIGN = /gov|^cn-|^china|-iso/;

/**
 * A region that this version doesn't know is a slip of the pen, or newer than this version: the cloud knows, but only
 * once something is created.
 */
export function unknownRegion({ site, path }: Place): Problem[] {
    if (site.cloud === "kubernetes" || SOVEREIGN.test(site.region)) {
        return [];
    }
    const { shippedCatalogue } =
        require("../placement/catalogue/load") as typeof import("../placement/catalogue/load");
    const catalogue = shippedCatalogue();
    if (catalogue.region(site)) {
        return [];
    }
    const known = catalogue
        .sites()
        .filter(({ cloud }) => cloud === site.cloud)
        .map(({ region }) => region);
    const [meant] = nearest(site.region, known);
    const message =
        `${show(site.region)} is no region of ${site.cloud} that was known on ${catalogue.built}` +
        (meant === undefined ? "" : `; did you mean '${meant}'?`);
    return [{ path, message, warning: true }];
}
