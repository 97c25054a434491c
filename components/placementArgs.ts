import type { PlacementConstraints } from "../placement/demand";

/** Conditions on where a component may be. */
export interface PlacementArgs extends PlacementConstraints {
    /**
     * Countries by their ISO 3166-1 code, or sets of them: `EU`, `EEA`, `GDPR` (the EEA and countries with an adequate
     * protection). Copies of a store count too.
     * @default none
     */
    readonly residency?: readonly string[];
    /** Clouds (`gcp`) and sites (`aws/eu-west-1`) that it may use. @default all */
    readonly allow?: readonly string[];
    /** Clouds and sites that it may not use. @default none */
    readonly deny?: readonly string[];
    /**
     * Round trip to users, whose country or nearest site is named, in ms at most. Estimated from the distance.
     * @default none
     */
    readonly latency?: { readonly to: string; readonly ms: number };
}
