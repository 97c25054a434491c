import type { Price } from "../catalogue/catalogue";
import type { Micros } from "../money";

/** Parts of a bill. */
export const PARTS = ["compute", "storage", "transfer", "fixed", "carbon"] as const;
export type Part = (typeof PARTS)[number];

/** A quantity, or an amount, when scaled down, on average, and when scaled out. */
export interface Range {
    readonly min: number;
    readonly expected: number;
    readonly max: number;
}

/** One line of an estimate: so much of something at so much each, a month. */
export interface Line {
    readonly part: Part;
    /** What it pays for, such as `g6.xlarge (L4), spot`. */
    readonly text: string;
    /** What is counted: `h`, `GiB-month`, `GiB`. */
    readonly unit: string;
    readonly quantity: Range;
    /** Price of one. */
    readonly price: Price;
    /** Micro-dollars a month. */
    readonly micros: Range;
}

export function line(part: Part, text: string, unit: string, quantity: Range, price: Price): Line {
    const of = (count: number): Micros => Math.round(count * price.micros);
    return {
        part,
        text,
        unit,
        quantity,
        price,
        micros: { min: of(quantity.min), expected: of(quantity.expected), max: of(quantity.max) },
    };
}

/** The same quantity however much it is used. */
export function steady(count: number): Range {
    return { min: count, expected: count, max: count };
}

export function total(lines: readonly Line[], which: keyof Range = "expected"): Micros {
    return lines.reduce((sum, { micros }) => sum + micros[which], 0);
}

/** An offer of a component at a site: what it costs there, and what was chosen for it. */
export interface Offer {
    /** Why nothing, or not all, of it has a price, where it has none: the lines then say too little. */
    readonly unpriced?: string;
    readonly lines: readonly Line[];
    /** Accelerator by pool, or under the component's own name for a managed endpoint. */
    readonly accelerators: Readonly<Record<string, string>>;
    /** Machines by type that it needs at most, for quotas. */
    readonly machines: readonly {
        readonly type: string;
        readonly most: number;
        readonly spot: boolean;
        readonly vcpu: number;
        readonly accelerator?: string;
        readonly count: number;
    }[];
}

/** An offer of which no price is known. */
export function unpriced(reason: string): Offer {
    return { unpriced: reason, lines: [], accelerators: {}, machines: [] };
}

/** What a cluster of the user's own costs is in no price list. */
export const OWN_CLUSTER: Offer = unpriced("a cluster of your own is in no price list");

/** Why a component has no offer at a site. */
export interface Refusal {
    /** Kind of the reason, which groups sites in an explanation. */
    readonly reason: "machine" | "price" | "region" | "managed";
    readonly text: string;
}

export function isRefusal(given: Offer | Refusal): given is Refusal {
    return "reason" in given;
}
