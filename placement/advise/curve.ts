import { HOURS_PER_MONTH } from "../money";

export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;

/**
 * What an architecture costs a month as a function of its requests, in micro-dollars. Every term is 0 or grows with
 * the requests, so the whole is monotone.
 */
export interface Curve {
    /** Whatever the load. */
    readonly fixed: number;
    readonly perRequest: number;
    readonly instances?: Instances;
}

/** Instances that are paid by the time that they run. */
export interface Instances {
    /** One of them for a whole month. */
    readonly perMonth: number;
    /** Seconds that one is busy with one request, by the requests that it handles at a time. */
    readonly secondsPerRequest: number;
    /** Of them that run whatever the load. */
    readonly least: number;
    /** Seconds of a start and of the wait for a next request, which are paid beside the work, where none is kept. */
    readonly tailSeconds: number;
    /** Starts a month at most, where work is gathered: each pays its tail once, and nothing waits for a next request. */
    readonly runsPerMonth?: number;
}

/** Share of the month from which on an instance that may go counts as one that stays: nothing is saved any more. */
const ALWAYS_UP = 0.99;

/** Micro-dollars a month at a load. */
export function costAt({ fixed, perRequest, instances }: Curve, requests: number): number {
    return (
        fixed + perRequest * requests + (instances ? instances.perMonth * running(instances, requests) : 0)
    );
}

/** Instances that run, averaged over the month. */
export function running(instances: Instances, requests: number): number {
    const { secondsPerRequest, least, tailSeconds, runsPerMonth } = instances;
    const busy = (requests * secondsPerRequest) / SECONDS_PER_MONTH;
    if (runsPerMonth !== undefined) {
        return busy + (Math.min(runsPerMonth, requests) * tailSeconds) / SECONDS_PER_MONTH;
    }
    // Requests that come at random keep an instance up for their own time and the tail after each: it is down only
    // when none came in that time.
    const up = 1 - quiet(requests, secondsPerRequest + tailSeconds);
    return Math.max(busy, least > 0 ? least : up > ALWAYS_UP ? 1 : up);
}

/** Share of requests that find nothing running, where none is kept: none came in the time that one is kept waiting. */
export function coldShare(requests: number, keptSeconds: number): number {
    return quiet(requests, keptSeconds);
}

/** Probability that no request comes in some seconds (Poisson). */
function quiet(requests: number, seconds: number): number {
    return Math.exp((-requests * seconds) / SECONDS_PER_MONTH);
}
