/**
 * A placement as text: what everything costs a month, and why it is where it is.
 */
import { count, short } from "../../placement/flows";
import type { Placed, PlacedFlow, Placement } from "../../placement/explain";
import { dollars, formatMoney, formatRange } from "../../placement/money";
import { PARTS, type Line } from "../../placement/pricing/lines";
import { columns, indented } from "../plan/text";

/** Blocks of text, each with its title; empty ones are left out. */
export function placementBlocks(placement: Placement, verbose: boolean): string[] {
    const { placed, flows, assumptions, quotas, sources } = placement;
    return [
        titled(
            "Monthly cost and place",
            placed.flatMap((each) => placedLines(each, placement, verbose)),
        ),
        titled("Data that moves in a month", flowLines(flows)),
        titled("Total", totalLines(placement)),
        titled(
            "Assumed for the cost",
            assumptions.map(({ component, argument, text }) => `${short(component)} ${text} (${argument})`),
        ),
        titled(
            "Quotas that it needs when scaled out",
            columns(
                quotas.map(({ site, name, amount, unit }) => [site, `${count(amount)} ${unit}`, name]),
            ).flatMap((line, index) => [line, ...(verbose ? indented([quotas[index].command]) : [])]),
        ),
        verbose
            ? titled(
                  "Prices from",
                  sources.map(({ date, kind, title }) => `${date} ${kind}: ${title}`),
              )
            : "",
    ].filter(Boolean);
}

function placedLines(placed: Placed, { total, holds }: Placement, verbose: boolean): string[] {
    const { component, site, parts, lines, runnerUp, given, unpriced } = placed;
    const own = PARTS.reduce((sum, part) => sum + parts[part], 0);
    const split = PARTS.filter((part) => parts[part] !== 0).map(
        (part) => `${part} ${formatMoney(parts[part])}`,
    );
    const cost = unpriced === undefined ? `${formatMoney(own)} a month` : "not priced";
    return [
        columns([[component, site, cost]], [40, 20])[0],
        ...indented([
            ...(unpriced === undefined ? [] : [`no price is known: ${unpriced}`]),
            ...(split.length > 1 ? [split.join(", ")] : []),
            ...(verbose ? lines.map(lineText) : []),
            ...(given
                ? ["the program, its pin or the stack's default says this place"]
                : whyLines(placed, runnerUp, total.expected, holds)),
        ]),
    ];
}

function whyLines(
    { binding, flips, priceFlip }: Placed,
    runnerUp: Placed["runnerUp"],
    total: number,
    holds: boolean,
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
                `${direction} ${volume(gib)} a month of ${flowName(flow)}, ${site} wins`,
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

function lineText({ text, quantity, unit, price, micros }: Line): string {
    return `${formatMoney(micros.expected)}: ${text}, ${count(quantity.expected)} ${unit} at $${perUnit(price.micros)} (${price.source.kind}, ${price.source.date})`;
}

const perHour = (micros: number): string => String(Number(dollars(micros).toPrecision(3)));
const perUnit = (micros: number): string => String(Number(dollars(micros).toPrecision(4)));

function flowLines(flows: readonly PlacedFlow[]): string[] {
    return columns(
        flows.map(({ text, from, to, gib, micros }) => [
            text,
            from === to ? `within ${from}` : `${from} → ${to}`,
            volume(gib),
            micros === 0 ? "free" : formatMoney(micros),
        ]),
    );
}

/** GiB for people: TiB where there are many. */
function volume(gib: number): string {
    return gib >= 1024 ? `${count(gib / 1024)} TiB` : `${count(gib)} GiB`;
}

function totalLines({ total, error, shares, oldest, holds, tie }: Placement): string[] {
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

function titled(title: string, lines: readonly string[]): string {
    return lines.length === 0 ? "" : [`${title}:`, ...indented(lines)].join("\n");
}
