/**
 * The sentences about a placement that every rendering of a plan has: text, Markdown and HTML.
 */
import type { Placed, PlacedFlow, Placement } from "../../placement/explain";
import { count, short } from "../../placement/flows";
import { dollars, formatMoney, formatRange } from "../../placement/money";
import { PARTS } from "../../placement/pricing/lines";

/** What a component costs a month, with what the components that live in it have moved. */
export function ownCost({ parts }: Placed): number {
    return PARTS.reduce((sum, part) => sum + parts[part], 0);
}

export function costWords(placed: Placed): string {
    return placed.unpriced === undefined ? `${formatMoney(ownCost(placed))} a month` : "not priced";
}

/** `aws/eu-west-1 → gcp/europe-west4`. */
export function routeWords({ from, to }: Pick<PlacedFlow, "from" | "to">): string {
    return from === to ? `within ${from}` : `${from} → ${to}`;
}

/** What moving data costs. */
export function moneyWords(micros: number): string {
    return micros === 0 ? "free" : formatMoney(micros);
}

/** GiB for people: TiB where there are many. */
export function volumeWords(gib: number): string {
    return gib >= 1024 ? `${count(gib / 1024)} TiB` : `${count(gib)} GiB`;
}

/** Why a component is where it is. */
export function reasons(placed: Placed, placement: Placement): string[] {
    return placed.given
        ? ["the program, its pin or the stack's default says this place"]
        : whyChosen(placed, placement);
}

function whyChosen(
    { binding, flips, priceFlip, runnerUp }: Placed,
    { total: { expected: total }, holds }: Placement,
): string[] {
    return [
        runnerUp === undefined
            ? "no other place is possible"
            : `next best: ${runnerUp.site}, ${isMoney(runnerUp.extra, total) ? `${formatMoney(runnerUp.extra)} a month more` : "about the same"}` +
              (holds ? "" : "; the prices are not sure enough to tell them apart"),
        ...binding
            .filter(({ saves }) => isMoney(saves, total))
            .map(
                ({ condition, saves, site }) =>
                    `without '${condition}' it would be at ${site} and save ${formatMoney(saves)} a month`,
            ),
        ...flips.map(
            ({ flow, direction, gib, site }) =>
                `${direction} ${volumeWords(gib)} a month of ${flowName(flow)}, ${site} wins`,
        ),
        ...(priceFlip === undefined
            ? []
            : [
                  `above $${perHour(priceFlip.above)} an hour for ${priceFlip.line} (now $${perHour(priceFlip.now)}), ${priceFlip.site} wins`,
              ]),
    ];
}

/** A saving that is lost in the error of what it is a part of is not worth a figure. */
function isMoney(micros: number, of: number): boolean {
    return dollars(micros) >= 1 && micros >= of / 200;
}

/** `weights → chat`, without the arithmetic behind it. */
function flowName(text: string): string {
    return text.split(":")[0];
}

const perHour = (micros: number): string => String(Number(dollars(micros).toPrecision(3)));

/** What everything costs a month, how sure that is, and whether another place may cost less. */
export function totalWords({ total, error, shares, oldest, holds, tie }: Placement): string[] {
    const unsure = Math.round((1 - shares.list) * 100);
    const kinds = (["derived", "stale", "assumed"] as const)
        .filter((kind) => shares[kind] >= 0.005)
        .map((kind) => `${Math.round(shares[kind] * 100)} % ${kind}`);
    return [
        `${formatRange(total.expected, error.low, error.high)} a month` +
            (unsure > 0
                ? `, of prices that are ${kinds.join(", ")}, the oldest of ${oldest}`
                : `, all of list prices, the oldest of ${oldest}`),
        `${formatMoney(total.min)} scaled down, ${formatMoney(total.max)} scaled out`,
        ...(tie
            ? [
                  `a tie: ${Object.entries(tie.sites)
                      .map(([component, site]) => `${short(component)} at ${site}`)
                      .join(", ")} may cost ${formatMoney(tie.saves)} less; a tie stays with the data`,
              ]
            : holds
              ? []
              : ["other places may cost less: the prices are not sure enough to tell"]),
    ];
}
