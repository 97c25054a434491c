import type { Source } from "../catalogue/data";
import { formatSite, type SiteId } from "../site";
import { coldShare, costAt, type Curve } from "./curve";
import type { AdviceWorkload } from "./workload";

/** The four ways to run a workload that advice compares. */
export const ARCHITECTURES = ["managed", "kubernetes", "serverless", "batch"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** How soon an answer comes. `interactive`: at once; `afterColdStart`: at once unless nothing ran. */
export type LatencyClass = "interactive" | "afterColdStart" | "queued" | "batch";

/** Time of a first answer where nothing runs. */
export interface ColdStart {
    /** Seconds to a running container, without the weights. */
    readonly startSeconds: number;
    /** GiB of weights that it loads a second. */
    readonly loadGiBPerSecond: number;
    readonly source: Source;
}

/** A service of a cloud, or a way to use one, at a site. */
export interface Alternative {
    readonly architecture: Architecture;
    /** `SageMaker endpoint`, `EKS, scaled to zero`. */
    readonly service: string;
    readonly site: SiteId;
    readonly scaleToZero: boolean;
    readonly latency: LatencyClass;
    readonly cold: ColdStart;
    /** Seconds that an idle instance waits for a next request before it goes. */
    readonly keptSeconds: number;
    /** What it runs on. */
    readonly runsOn: string;
    readonly curve: Curve;
    /** Requests a month beyond which the service takes no more at a time. Absent: no such limit. */
    readonly mostRequests?: number;
    readonly sources: readonly Source[];
    /** How the package declares it; undefined where no component makes it. */
    readonly declare?: string;
}

/** An alternative that is not possible at any load, and why. */
export interface Impossible extends Pick<Alternative, "architecture" | "service" | "site"> {
    readonly reasons: readonly string[];
}

export function isImpossible(given: Alternative | Impossible): given is Impossible {
    return "reasons" in given;
}

/** Unique among the alternatives of one advice. */
export function keyOf({ service, site }: Pick<Alternative, "service" | "site">): string {
    return `${service} at ${formatSite(site)}`;
}

/** Seconds from nothing to a first answer's beginning. */
export function coldSeconds({ cold }: Pick<Alternative, "cold">, { modelGiB }: AdviceWorkload): number {
    return cold.startSeconds + modelGiB / cold.loadGiBPerSecond;
}

/** Micro-dollars a month at a load; undefined where the alternative is no answer at that load. */
export function offerAt(
    alternative: Alternative,
    workload: AdviceWorkload,
    requests: number,
): number | undefined {
    return refusalAt(alternative, workload, requests) === undefined
        ? costAt(alternative.curve, requests)
        : undefined;
}

/** Why an alternative is no answer at a load: too many requests at a time, or answers that come too late. */
export function refusalAt(
    alternative: Alternative,
    workload: AdviceWorkload,
    requests: number,
): string | undefined {
    const { p95Seconds, secondsPerRequest } = workload;
    if (alternative.mostRequests !== undefined && requests > alternative.mostRequests) {
        return `its requests at a time are used up at ${Math.floor(alternative.mostRequests)} requests a month`;
    }
    if (p95Seconds === undefined || alternative.latency === "batch") {
        return undefined;
    }
    if (secondsPerRequest > p95Seconds) {
        return `a request takes ${secondsPerRequest} s, and 95 % of answers must come within ${p95Seconds} s`;
    }
    const cold = coldSeconds(alternative, workload);
    if (!alternative.scaleToZero || cold + secondsPerRequest <= p95Seconds) {
        return undefined;
    }
    const share = coldShare(requests, alternative.keptSeconds);
    return share > 0.05
        ? `${Math.round(share * 100)} % of requests would wait for a cold start of ${Math.round(cold)} s`
        : undefined;
}
