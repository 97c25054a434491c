/** A cloud's refusal, in the service's own words. */
export class CloudError extends Error {}
