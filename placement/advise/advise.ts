import { PRICE_ERROR } from "../assumptions";
import type { Catalogue } from "../catalogue/catalogue";
import type { Source } from "../catalogue/data";
import { formatSite, type SiteId } from "../site";
import {
    ARCHITECTURES,
    coldSeconds,
    isImpossible,
    keyOf,
    offerAt,
    refusalAt,
    type Alternative,
    type Architecture,
    type Impossible,
    type LatencyClass,
} from "./alternative";
import { breakEvens } from "./breakEvens";
import { costAt } from "./curve";
import { provisionedAt } from "./provisioned";
import { serverlessAt } from "./serverless";
import type { AdviceWorkload } from "./workload";

/** Version of the advice's document; it grows when a field changes its meaning or goes. */
export const ADVICE_SCHEMA = 1;

/** What `barycenter advise --json` prints, without the version of the package. Money is in micro-dollars a month. */
export interface Advice {
    readonly schemaVersion: typeof ADVICE_SCHEMA;
    /** Day of the catalogue. */
    readonly catalogue: string;
    readonly workload: AdviceWorkload;
    /** By architecture, then by cost; what is not possible last. */
    readonly options: readonly Option[];
    /** Absent where nothing is possible. */
    readonly recommendation?: Recommendation;
    /** Loads at which the recommendation changes, lowest first. */
    readonly breakEvens: readonly AdviceBreakEven[];
    readonly sources: readonly Source[];
}

/** One service at one site. */
export interface Option {
    readonly architecture: Architecture;
    readonly service: string;
    readonly site: string;
    readonly feasible: boolean;
    /** Why it is not possible; empty where it is. */
    readonly reasons: readonly string[];
    readonly runsOn?: string;
    /** A month without a request, one at the stated load, one with the busiest hours' load all along. */
    readonly cost?: { readonly min: number; readonly expected: number; readonly max: number };
    /** Micro-dollars for 1,000 requests at the stated load. */
    readonly per1000?: number;
    readonly coldStart?: { readonly seconds: number; readonly source: string };
    readonly scaleToZero?: boolean;
    readonly latency?: LatencyClass;
    /** How the package declares it; absent where no component of it makes this. */
    readonly declare?: string;
}

export interface Recommendation {
    readonly architecture: Architecture;
    readonly service: string;
    readonly site: string;
    /** The cheapest of the other architectures, and what it costs more. */
    readonly runnerUp?: {
        readonly architecture: Architecture;
        readonly service: string;
        readonly site: string;
        readonly extra: number;
    };
    /** The runner-up is within the error of prices: cost alone does not tell the two apart. */
    readonly close: boolean;
    readonly declare?: string;
}

export interface AdviceBreakEven {
    readonly requestsPerMonth: number;
    /** `Lambda at aws/us-east-1`; absent where nothing is possible below. */
    readonly from?: string;
    readonly to?: string;
}

/** Loads that are looked at beyond the stated one. */
const MOST_REQUESTS = 1e10;

/**
 * Compares the architectures for one workload at some sites. The order of the sites matters only between equal costs.
 */
export function advise(workload: AdviceWorkload, sites: readonly SiteId[], catalogue: Catalogue): Advice {
    const all = sites.flatMap((site) => [
        ...provisionedAt(workload, site, catalogue),
        ...serverlessAt(workload, site, catalogue),
    ]);
    const possible = all.filter((each): each is Alternative => !isImpossible(each));
    const load = workload.requestsPerMonth;
    const best = cheapest(possible, workload, load);
    const recommendation = best && recommend(best, possible, workload);
    return {
        schemaVersion: ADVICE_SCHEMA,
        catalogue: catalogue.built,
        workload,
        options: all.map((each) => optionOf(each, workload)).sort(byArchitecture),
        ...(recommendation ? { recommendation } : {}),
        breakEvens: adviceBreakEvens(possible, workload),
        sources: [
            ...new Map(possible.flatMap(({ sources }) => sources).map((each) => [each.id, each])).values(),
        ],
    };
}

/** The loads at which the cheapest of some alternatives changes. */
export function adviceBreakEvens(
    alternatives: readonly Alternative[],
    workload: AdviceWorkload,
    most = Math.max(MOST_REQUESTS, workload.requestsPerMonth * 10),
): AdviceBreakEven[] {
    const answer = (requests: number): Alternative | undefined => cheapest(alternatives, workload, requests);
    return breakEvens(answer, { least: 1, most }).map(({ requestsPerMonth, from, to }) => ({
        requestsPerMonth,
        ...(from ? { from: keyOf(from) } : {}),
        ...(to ? { to: keyOf(to) } : {}),
    }));
}

/** The cheapest alternative at a load, the first of equals; undefined where none is possible. */
export function cheapest(
    alternatives: readonly Alternative[],
    workload: AdviceWorkload,
    requests: number,
): Alternative | undefined {
    let best: { readonly alternative: Alternative; readonly cost: number } | undefined;
    for (const alternative of alternatives) {
        const cost = offerAt(alternative, workload, requests);
        if (cost !== undefined && (best === undefined || cost < best.cost)) {
            best = { alternative, cost };
        }
    }
    return best?.alternative;
}

function recommend(
    best: Alternative,
    alternatives: readonly Alternative[],
    workload: AdviceWorkload,
): Recommendation {
    const load = workload.requestsPerMonth;
    const others = alternatives.filter(({ architecture }) => architecture !== best.architecture);
    const second = cheapest(others, workload, load);
    const cost = costAt(best.curve, load);
    const extra = second && Math.round(costAt(second.curve, load) - cost);
    return {
        ...named(best),
        ...(second && extra !== undefined ? { runnerUp: { ...named(second), extra } } : {}),
        close: extra !== undefined && extra <= cost * PRICE_ERROR,
        ...(best.declare === undefined ? {} : { declare: best.declare }),
    };
}

function optionOf(given: Alternative | Impossible, workload: AdviceWorkload): Option {
    if (isImpossible(given)) {
        return { ...named(given), feasible: false, reasons: given.reasons };
    }
    const { requestsPerMonth, peak } = workload;
    const refusal = refusalAt(given, workload, requestsPerMonth);
    const at = (requests: number): number => Math.round(costAt(given.curve, requests));
    const { runsOn, scaleToZero, latency, cold, declare } = given;
    return {
        ...named(given),
        feasible: refusal === undefined,
        reasons: refusal === undefined ? [] : [refusal],
        runsOn,
        cost: { min: at(0), expected: at(requestsPerMonth), max: at(requestsPerMonth * peak) },
        per1000: Math.round((costAt(given.curve, requestsPerMonth) * 1000) / requestsPerMonth),
        coldStart: { seconds: Math.round(coldSeconds(given, workload)), source: cold.source.id },
        scaleToZero,
        latency,
        ...(declare === undefined ? {} : { declare }),
    };
}

function named({ architecture, service, site }: Pick<Alternative, "architecture" | "service" | "site">) {
    return { architecture, service, site: formatSite(site) };
}

function byArchitecture(a: Option, b: Option): number {
    return (
        ARCHITECTURES.indexOf(a.architecture) - ARCHITECTURES.indexOf(b.architecture) ||
        Number(b.feasible) - Number(a.feasible) ||
        (a.cost?.expected ?? 0) - (b.cost?.expected ?? 0)
    );
}
