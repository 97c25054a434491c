import { HOURS_PER_MONTH, MICROS_PER_DOLLAR } from "../money";
import { formatSite, type SiteId } from "../site";
import type { Price } from "./catalogue";
import type { Source } from "./data";

/** What a team pays instead of the list price, as its stack says it. */
export interface OverrideConfig {
    /**
     * Discounts on machines, on demand. Of several that fit, the last counts.
     * @default none
     */
    readonly discounts?: readonly Discount[];
    /** Agreed prices of transfer. Of several that fit, the last counts. @default none */
    readonly transferPrices?: readonly AgreedTransfer[];
    /** Machines that are paid for already, used or not. @default none */
    readonly reservations?: readonly Reservation[];
}

export interface Discount {
    /** Cloud, or site, that it holds for. @default everywhere */
    readonly at?: string;
    /** Machine type, or the beginning of types: `g6.` or `Standard_NC`. @default all */
    readonly family?: string;
    /** Part of the list price that is saved, such as 0.2. */
    readonly share: number;
}

export interface AgreedTransfer {
    /** Cloud or site that the data leaves. */
    readonly from: string;
    /** Cloud, site or `internet` that it goes to. */
    readonly to: string;
    readonly dollarsPerGiB: number;
}

export interface Reservation {
    readonly at: string;
    readonly type: string;
    /** Machines reserved. */
    readonly count: number;
}

/** What a team pays instead of the list price, as the catalogue asks for it. */
export interface Overrides {
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

/** The team's own figures are as certain as a list price. */
const AGREED: Source = {
    id: "agreed",
    kind: "list",
    date: "agreed",
    title: "the stack's own discounts and agreed prices (barycenter:placement)",
};

export function overridesFrom({
    discounts = [],
    transferPrices = [],
    reservations = [],
}: OverrideConfig): Overrides {
    return {
        discount: (site, type) => {
            const found = discounts.findLast(
                ({ at, family }) => (at === undefined || within(site, at)) && type.startsWith(family ?? ""),
            );
            return found && { share: found.share, source: AGREED };
        },
        transfer: (from, to) => {
            const found = transferPrices.findLast(
                (each) =>
                    within(from, each.from) && (to === "internet" ? each.to === to : within(to, each.to)),
            );
            return found && { micros: Math.round(found.dollarsPerGiB * MICROS_PER_DOLLAR), source: AGREED };
        },
        reservedHours: (site, type) =>
            reservations
                .filter((each) => each.type === type && within(site, each.at))
                .reduce((hours, { count }) => hours + count * HOURS_PER_MONTH, 0),
    };
}

function within(site: SiteId, place: string): boolean {
    return place === site.cloud || place === formatSite(site);
}
