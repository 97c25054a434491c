/**
 * Money as whole micro-dollars, so that sums are exact and equal inputs give equal plans on every machine.
 */

/** Micro-dollars; always a whole number. */
export type Micros = number;

/** Hours of an average month. */
export const HOURS_PER_MONTH = 730;

export const MICROS_PER_DOLLAR = 1_000_000;

export function dollars(micros: Micros): number {
    return micros / MICROS_PER_DOLLAR;
}

/** `$4,310`: whole dollars, because no estimate is good to the cent; `under $1` for what would read as nothing. */
export function formatMoney(micros: Micros): string {
    const rounded = Math.round(Math.abs(dollars(micros)));
    const sign = micros < 0 && rounded > 0 ? "-" : "";
    return rounded === 0 && micros !== 0 ? "under $1" : `${sign}$${grouped(rounded)}`;
}

/** `$4,310 (3,100 to 6,900)`; the range is left out where it says nothing more. */
export function formatRange(expected: Micros, low: Micros, high: Micros): string {
    const [from, to] = [low, high].map((micros) => grouped(Math.round(dollars(micros))));
    const text = formatMoney(expected);
    return from === to ? text : `${text} (${from} to ${to})`;
}

/** `1,234,567`, whatever the machine's language is. */
export function grouped(whole: number): string {
    return String(whole).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}
