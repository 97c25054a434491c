import type { SiteId } from "../site";
import type { Price } from "./catalogue";
import type { Source } from "./data";

/** What a team pays instead of the list price. */
export interface Overrides {
    /** Share of the list price that a machine type costs less, such as 0.2; undefined where none was agreed. */
    discount(site: SiteId, type: string): { readonly share: number; readonly source: Source } | undefined;
    /** Agreed price of a GiB between two places. */
    transfer(from: SiteId, to: SiteId | "internet"): Price | undefined;
    /** Machine hours a month that are paid for already. */
    reservedHours(site: SiteId, type: string): number;
}

export const NO_OVERRIDES: Overrides = {
    discount: () => undefined,
    transfer: () => undefined,
    reservedHours: () => 0,
};
