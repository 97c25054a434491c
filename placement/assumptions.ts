/**
 * What users rarely know and every estimate needs. Each figure is used only where the program is silent, and each use
 * is told with the estimate.
 */

/** Months ahead of which a growing store's average size is taken: half of the first year. */
export const GROWTH_MONTHS = 6;

/** Part of the way from the least to the most replicas at which a service runs on average. */
export const LOAD_SHARE = 0.25;

/** Rollouts a month, each of which loads the weights once into every replica. */
export const ROLLOUTS_PER_MONTH = 4;

/** Times a month that a replica above the least is added, each of which loads the weights once. */
export const SCALE_UPS_PER_MONTH = 15;

/** Hours that a pod of a job takes. */
export const JOB_HOURS = 1;

/** Part of a whole store that a job reads in a run. */
export const READ_SHARE = 0.1;

/** Part of what it reads that a job writes in a run. */
export const WRITE_SHARE = 0.1;

/** Seconds that a replica is busy with one request. */
export const SECONDS_PER_REQUEST = 2;

/** KiB of one response: a page of text. */
export const RESPONSE_KIB = 4;

/**
 * Gbit/s at which one machine copies data between regions or clouds. Medians measured by Skyplane in 2022-01: 5.0 to 5.2
 * out of AWS, 5.5 to 6.5 out of Google Cloud, 3.7 from Azure to AWS.
 */
export const COPY_GBPS = 5;

/** Error, either way, of a price that is not a list price. */
export const PRICE_ERROR = 0.25;

/** Something taken for granted, told with the estimate. */
export interface Assumption {
    /** Component that it is about. */
    readonly component: string;
    /** Argument that would replace it. */
    readonly argument: string;
    readonly text: string;
}
