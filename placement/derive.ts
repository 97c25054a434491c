/**
 * From what a program declares to the bare problem, and back from sites to what they cost.
 */
import type { Assumption } from "./assumptions";
import { assumed } from "./assumed";
import type { Catalogue } from "./catalogue/catalogue";
import { heldTo } from "./choices";
import { constraintsOn, type Constraint } from "./constraints";
import {
    isPlaceable,
    placeOf,
    type Demand,
    type Placeable,
    type PlacementConstraints,
    type ServiceDemand,
    type JobDemand,
} from "./demand";
import { flowsOf, USERS, type Flow } from "./flows";
import type { CarbonPrice } from "./pricing/carbon";
import { clusterOffer } from "./pricing/cluster";
import { isRefusal, total, unpriced, type Offer, type Refusal } from "./pricing/lines";
import { managedOffer } from "./pricing/managed";
import { storeOffer } from "./pricing/store";
import { reachRefusal, type Workplace } from "./reach";
import { CLOUDS, formatSite, parseSite, type SiteId } from "./site";
import type { Problem, ProblemFlow, ProblemRule, TransferTable } from "./solver/problem";
import { transferTable } from "./transferTable";

/** What placement works with besides the program. */
export interface PlacementSettings {
    readonly catalogue: Catalogue;
    /** Sites that a team has accounts and networks for. @default all sites of the catalogue */
    readonly sites?: readonly string[];
    /** Clouds that all components together may use. @default 1 without `sites`, no limit with them */
    readonly maxClouds?: number;
    /** Regions that all components together may use. @default 2 without `sites`, no limit with them */
    readonly maxRegions?: number;
    /** Conditions on every component. */
    readonly constraints?: PlacementConstraints;
    readonly carbon?: CarbonPrice;
}

/** A program as placement sees it. */
export interface Derived {
    readonly settings: PlacementSettings;
    readonly demands: readonly Demand[];
    /** In the order of their ids, which is the order of the problem's components. */
    readonly placeables: readonly Placeable[];
    /** In a fixed order: by cloud, then by region. */
    readonly sites: readonly SiteId[];
    /** By placeable and site. */
    readonly offers: readonly (readonly (Offer | Refusal)[])[];
    readonly constraints: readonly Constraint[];
    readonly flows: readonly Flow[];
    readonly assumptions: readonly Assumption[];
    readonly transfer: TransferTable;
}

/** Derives what placement needs from a program's demands. The order in which they are declared does not matter. */
export function derive(demands: readonly Demand[], settings: PlacementSettings): Derived {
    const { catalogue } = settings;
    const ordered = [...demands].sort((a, b) => compare(a.id, b.id));
    const placeables = ordered.filter(isPlaceable);
    const candidates = new Set(settings.sites ?? catalogue.sites().map(formatSite));
    const fixed = placeables.flatMap(({ at }) => (at === undefined ? [] : [at]));
    const sites = [...new Set([...candidates, ...fixed])].map(siteOf).sort(bySite);
    const { flows, assumptions } = flowsOf(ordered);
    const offers = placeables.map((placeable) =>
        sites.map((site) => {
            const offer = offerAt(heldTo(placeable), ordered, flows, site, settings);
            // Where the program itself says the place, what the catalogue does not know is no reason to refuse it.
            return isRefusal(offer) && placeable.at === formatSite(site) ? unpriced(offer.text) : offer;
        }),
    );
    return {
        settings,
        demands: ordered,
        placeables,
        sites,
        offers,
        constraints: placeables.flatMap((placeable) =>
            constraintsOn(
                placeable,
                settings.constraints ?? {},
                catalogue,
                candidates,
                settings.sites !== undefined,
            ),
        ),
        flows,
        assumptions: [...ordered.flatMap(assumed), ...assumptions].sort((a, b) =>
            compare(a.component, b.component),
        ),
        transfer: transferTable(sites, catalogue),
    };
}

/** What changes in a problem against the program's own, to ask "what if". */
export interface Variation {
    /** Constraints that don't hold. */
    readonly without?: ReadonlySet<Constraint>;
    /** Limits that don't hold. */
    readonly unlimited?: boolean;
    /** Sites that components take whatever else is said, by the component's id. */
    readonly fixed?: ReadonlyMap<string, string>;
    /** Sites that components may not take, by the component's id. */
    readonly forbidden?: ReadonlyMap<string, string>;
    /** Components whose declared site, or pin, does not bind them. */
    readonly freed?: ReadonlySet<string>;
    /** GiB of flows, by their index, in place of their own. */
    readonly volumes?: ReadonlyMap<number, number>;
    /** Cost of an offer, in place of its expected one. */
    readonly cost?: (offer: Offer, placeable: Placeable, site: SiteId) => number;
    readonly transfer?: TransferTable;
}

/** The bare problem of a derived program. */
export function problemOf(derived: Derived, variation: Variation = {}): Problem {
    const { placeables, sites, offers, flows, settings } = derived;
    const index = new Map(placeables.map(({ id }, at) => [id, at]));
    const cost = variation.cost ?? ((offer: Offer) => total(offer.lines));
    const components = placeables.map((placeable, at) => ({
        id: placeable.id,
        costs: sites.map((site, where) => {
            const offer = offers[at][where];
            const name = formatSite(site);
            const bound =
                variation.fixed?.get(placeable.id) ??
                (variation.freed?.has(placeable.id) ? undefined : placeable.at);
            const permitted =
                bound === undefined
                    ? permits(derived, placeable.id, site, variation.without)
                    : bound === name;
            const forbidden = variation.forbidden?.get(placeable.id) === name;
            return isRefusal(offer) || !permitted || forbidden ? undefined : cost(offer, placeable, site);
        }),
    }));
    const problemFlows: ProblemFlow[] = flows.map((flow, at) => ({
        from: index.get(flow.from) ?? 0,
        to: flow.to === USERS ? "internet" : (index.get(flow.to) ?? 0),
        gib: variation.volumes?.get(at) ?? flow.gib,
        ...(behindNat(derived, flow) ? { nat: flow.cluster } : {}),
    }));
    const free = settings.sites !== undefined || variation.unlimited === true;
    return {
        clouds: sites.map(({ cloud }) => cloud),
        components,
        flows: problemFlows,
        rules: reachRules(derived, index),
        transfer: variation.transfer ?? derived.transfer,
        limits: limitsOf(derived, components, free ? undefined : { clouds: 1, sites: 2 }),
    };
}

/** Whether all conditions on a component permit a site. */
export function permits(
    { constraints }: Derived,
    component: string,
    site: SiteId,
    without?: ReadonlySet<Constraint>,
): boolean {
    return constraints.every(
        (constraint) =>
            constraint.component !== component || without?.has(constraint) || constraint.permits(site),
    );
}

/** The limits on clouds and regions. What is fixed where it is may already go beyond them, and then sets them. */
function limitsOf(
    { settings, sites }: Derived,
    components: Problem["components"],
    defaults: { readonly clouds: number; readonly sites: number } | undefined,
): Problem["limits"] {
    const clouds = settings.maxClouds ?? defaults?.clouds;
    const regions = settings.maxRegions ?? defaults?.sites;
    const taken = components
        .map(({ costs }) => [...costs.keys()].filter((site) => costs[site] !== undefined))
        .filter((open) => open.length === 1)
        .map(([site]) => site);
    const takenClouds = new Set(taken.map((site) => sites[site].cloud)).size;
    return {
        ...(clouds === undefined ? {} : { clouds: Math.max(clouds, takenClouds) }),
        ...(regions === undefined ? {} : { sites: Math.max(regions, new Set(taken).size) }),
    };
}

function offerAt(
    placeable: Placeable,
    demands: readonly Demand[],
    flows: readonly Flow[],
    site: SiteId,
    { catalogue, carbon }: PlacementSettings,
): Offer | Refusal {
    switch (placeable.kind) {
        case "store": {
            const written = flows.reduce((sum, { to, gib }) => sum + (to === placeable.id ? gib : 0), 0);
            return storeOffer(placeable, site, catalogue, written);
        }
        case "cluster": {
            const workloads = demands.filter(
                (demand): demand is ServiceDemand | JobDemand =>
                    (demand.kind === "service" || demand.kind === "job") && demand.runOn === placeable.id,
            );
            return clusterOffer(placeable, workloads, site, catalogue, carbon);
        }
        default:
            return managedOffer(placeable, site, catalogue, carbon);
    }
}

/** What services and stores must share so that the one may read the other. */
function reachRules({ demands, sites }: Derived, index: ReadonlyMap<string, number>): ProblemRule[] {
    const rules: ProblemRule[] = [];
    const pairs = new Set<string>();
    for (const demand of demands) {
        for (const store of storesOf(demand)) {
            const between = [index.get(placeOf(demand)), index.get(store)] as const;
            const [place, at] = between;
            const managed = demand.kind === "service" && demand.runOn === "managed";
            if (place === undefined || at === undefined || pairs.has(`${place} ${at} ${managed}`)) {
                continue;
            }
            pairs.add(`${place} ${at} ${managed}`);
            const allows = (from: number, to: number): boolean =>
                reachRefusal(workplaceAt(sites[from], managed), sites[to]) === undefined;
            rules.push({ between: [place, at], allows });
        }
    }
    return rules;
}

/** Stores that a workload uses. */
export function storesOf(demand: Demand): string[] {
    switch (demand.kind) {
        case "service":
            return demand.model ? [demand.model.store] : [];
        case "job":
            return [...demand.reads, ...demand.writes].map(({ store }) => store);
        default:
            return [];
    }
}

/** A cluster of the user's own is taken as trusted: its issuer is no matter of places, and components ask for it. */
function workplaceAt({ cloud, region }: SiteId, managed: boolean): Workplace {
    return managed ? { kind: "managed", cloud, region } : { kind: "cluster", cloud, trusted: true };
}

function behindNat({ demands }: Derived, flow: Flow): boolean {
    const end = flow.cluster === "from" ? flow.from : flow.cluster === "to" ? flow.to : undefined;
    const cluster = end === undefined ? undefined : demands.find(({ id }) => id === end);
    return cluster?.kind === "cluster" && cluster.nat;
}

function siteOf(id: string): SiteId {
    const parsed = parseSite(id);
    if ("reason" in parsed) {
        throw new Error(`'${id}' is no site: ${parsed.reason}`);
    }
    return parsed;
}

export function bySite(a: SiteId, b: SiteId): number {
    return CLOUDS.indexOf(a.cloud) - CLOUDS.indexOf(b.cloud) || compare(a.region, b.region);
}

/** Order of code points, which no language setting changes. */
export function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
