import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "../placement/catalogue/catalogue";
import type { ClusterDemand, Demand } from "../placement/demand";
import type { Range } from "../placement/pricing/lines";
import type { SiteId } from "../placement/site";
import { formatSite } from "../placement/site";
import { placementConfig } from "./placementConfig";
import { planning } from "./planning";
import { stackConfig } from "./stackConfig";

/**
 * What something costs a month in whole dollars, by the stack's catalogue and the assumptions that
 * `barycenter plan` tells.
 */
export interface MonthlyCost {
    readonly currency: "USD";
    /** Scaled down. */
    readonly minimum: number;
    /** On average. */
    readonly expected: number;
    /** Scaled out. */
    readonly maximum: number;
}

interface Estimated {
    readonly demand: Demand;
    readonly site: SiteId;
}

/** The components that one program has made so far. */
interface Program {
    readonly components: Map<string, Estimated>;
    /** The total is about to be told. */
    announced: boolean;
}

/** One process may run several programs: the Automation API's inline ones. Each has a stack resource of its own. */
const programs = new WeakMap<object, Program>();
const WITHOUT_STACK = {};

function program(): Program {
    const key = pulumi.runtime.getStackResource() ?? WITHOUT_STACK;
    const known = programs.get(key) ?? { components: new Map<string, Estimated>(), announced: false };
    programs.set(key, known);
    return known;
}

/**
 * What a component costs a month, and a line of `pulumi preview` that says it.
 *
 * @returns undefined where no price is known, as of a cluster of the user's own
 */
export function estimate(
    component: pulumi.Resource,
    demand: Demand | undefined,
    site: SiteId,
): MonthlyCost | undefined {
    if (demand === undefined) {
        return undefined;
    }
    const { components } = program();
    components.set(demand.id, { demand, site });
    const cost = costAt(demand, site, components);
    if (cost === undefined) {
        return undefined;
    }
    const monthly = inDollars(cost);
    if (isShown()) {
        void pulumi.log.info(`about $${monthly.expected} a month at ${formatSite(site)}`, component);
        sayTotalSoon();
    }
    return monthly;
}

/**
 * What all components of this program cost a month that were made before the call, data that moves between them
 * included: `export const monthlyCost = stackCost();` at the end of a program makes it a stack output.
 */
export function stackCost(): MonthlyCost {
    const { derive, problemOf } = require("../placement/derive") as typeof import("../placement/derive");
    const { price } = require("../placement/explain") as typeof import("../placement/explain");
    const all = [...program().components.values()];
    const demands = all.map(({ demand, site }) =>
        demand.kind === "store" || demand.kind === "cluster" || demand.runOn === "managed"
            ? { ...demand, at: formatSite(site) }
            : demand,
    );
    const derived = derive(demands, {
        catalogue: catalogue(),
        sites: [...new Set(all.map(({ site }) => formatSite(site)))],
    });
    const at = new Map(derived.sites.map((site, index) => [formatSite(site), index]));
    const assignment = derived.placeables.map((placeable) => at.get(placeable.at ?? "") ?? 0);
    // Where the program put things is priced as it is, whether or not placement would allow it.
    const problem = { ...problemOf(derived), rules: [], limits: {} };
    return inDollars(price(derived, { problem, assignment, holds: true }).total);
}

function costAt(demand: Demand, site: SiteId, components: ReadonlyMap<string, Estimated>): Range | undefined {
    const { costOf } = require("../placement/pricing/added") as typeof import("../placement/pricing/added");
    const cluster = "runOn" in demand ? components.get(demand.runOn)?.demand : undefined;
    return costOf(demand, site, {
        catalogue: catalogue(),
        ...(cluster?.kind === "cluster" ? { cluster: cluster as ClusterDemand } : {}),
        siteOf: (id) => (id === demand.id ? site : components.get(id)?.site),
    });
}

let read: { readonly text: string; readonly catalogue: Catalogue } | undefined;

/** The stack's own catalogue and prices, read when the first component is estimated. */
function catalogue(): Catalogue {
    const text = JSON.stringify(stackConfig("placement") ?? null);
    if (read?.text !== text) {
        read = { text, catalogue: stackCatalogue() };
    }
    return read.catalogue;
}

function stackCatalogue(): Catalogue {
    const { CatalogueError, chosenCatalogue, shippedCatalogue } =
        require("../placement/catalogue/load") as typeof import("../placement/catalogue/load");
    const { overridesFrom } =
        require("../placement/catalogue/overrides") as typeof import("../placement/catalogue/overrides");
    const { config } = placementConfig();
    try {
        const chosen = chosenCatalogue(config.catalog, pulumi.runtime.getRootDirectory());
        return chosen.with(overridesFrom(config));
    } catch (error) {
        if (!(error instanceof CatalogueError)) {
            throw error;
        }
        // What something costs is no reason to stop an `up`; `barycenter plan` refuses such a file.
        void pulumi.log.warn(`costs are by the package's own prices: ${error.message}`);
        return shippedCatalogue();
    }
}

function inDollars({ min, expected, max }: Range): MonthlyCost {
    const dollars = (micros: number): number => Math.round(micros / 1e6);
    return { currency: "USD", minimum: dollars(min), expected: dollars(expected), maximum: dollars(max) };
}

/** Costs are told in a preview alone: an `up` shows one before. Mocks, which have no stack, are spared them. */
function isShown(): boolean {
    return (
        pulumi.runtime.isDryRun() &&
        pulumi.runtime.getStackResource() !== undefined &&
        !planning() &&
        new pulumi.Config("barycenter").get("showCost") !== "false"
    );
}

/** The total, once all components are made that the program makes without waiting. */
function sayTotalSoon(): void {
    const current = program();
    if (current.announced) {
        return;
    }
    current.announced = true;
    setImmediate(() => {
        current.announced = false;
        const { minimum, expected, maximum } = stackCost();
        void pulumi.log.info(
            `barycenter: about $${expected} a month in all, $${minimum} scaled down, $${maximum} scaled out`,
        );
    });
}
