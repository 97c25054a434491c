import { nearest } from "../../components/validation/problem";
import type { Catalogue } from "../../placement/catalogue/catalogue";
import { isPlaceable, type Demand, type PlacementConstraints } from "../../placement/demand";
import { formatSite, parseSite } from "../../placement/site";
import type { PlanError } from "../plan/document";

/**
 * Names of sites that no catalogue has: in a condition such a name permits or denies nothing, and a component there
 * agrees with no other.
 */
export function unknownSites(
    demands: readonly Demand[],
    stack: PlacementConstraints,
    catalogue: Catalogue,
): PlanError[] {
    const places = demands
        .filter(isPlaceable)
        .flatMap(({ id, at, constraints }) => [
            ...(at === undefined ? [] : [{ path: `${id} at`, name: at }]),
            ...namesIn(constraints, `${id} placement`),
        ]);
    const known = catalogue.sites().map(formatSite);
    return [...namesIn(stack, "barycenter:placement"), ...places]
        .filter(({ name }) => isUnknown(name, catalogue))
        .map(({ path, name }) => {
            const near = nearest(name, known);
            const hint =
                near.length > 0 ? `; did you mean ${near.map((each) => `'${each}'`).join(" or ")}?` : "";
            return { message: `${path}: the catalogue knows no region '${name}'${hint}` };
        });
}

function namesIn(
    { allow = [], deny = [] }: PlacementConstraints,
    path: string,
): { readonly path: string; readonly name: string }[] {
    return [
        ...allow.map((name, index) => ({ path: `${path}.allow.${index}`, name })),
        ...deny.map((name, index) => ({ path: `${path}.deny.${index}`, name })),
    ];
}

/** The name of a cloud is no site, and a cluster of the user's own is in no catalogue. */
function isUnknown(name: string, catalogue: Catalogue): boolean {
    const site = parseSite(name);
    return !("reason" in site) && site.cloud !== "kubernetes" && catalogue.region(site) === undefined;
}
