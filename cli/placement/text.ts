/**
 * A placement as text: what everything costs a month, and why it is where it is.
 */
import { count, short } from "../../placement/flows";
import type { Placed, PlacedFlow, Placement } from "../../placement/explain";
import { dollars, formatMoney } from "../../placement/money";
import { PARTS, type Line } from "../../placement/pricing/lines";
import { columns, indented } from "../plan/text";
import { costWords, moneyWords, reasons, routeWords, totalWords, volumeWords } from "./words";

/** Blocks of text, each with its title; empty ones are left out. */
export function placementBlocks(placement: Placement, verbose: boolean): string[] {
    const { placed, flows, assumptions, quotas, sources } = placement;
    return [
        titled(
            "Monthly cost and place",
            placed.flatMap((each) => placedLines(each, placement, verbose)),
        ),
        titled("Data that moves in a month", flowLines(flows)),
        titled("Total", totalWords(placement)),
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

function placedLines(placed: Placed, placement: Placement, verbose: boolean): string[] {
    const { component, site, parts, lines, unpriced } = placed;
    const split = PARTS.filter((part) => parts[part] !== 0).map(
        (part) => `${part} ${formatMoney(parts[part])}`,
    );
    return [
        columns([[component, site, costWords(placed)]], [40, 20])[0],
        ...indented([
            ...(unpriced === undefined ? [] : [`no price is known: ${unpriced}`]),
            ...(split.length > 1 ? [split.join(", ")] : []),
            ...(verbose ? lines.map(lineText) : []),
            ...reasons(placed, placement),
        ]),
    ];
}

function lineText({ text, quantity, unit, price, micros }: Line): string {
    return `${formatMoney(micros.expected)}: ${text}, ${count(quantity.expected)} ${unit} at $${perUnit(price.micros)} (${price.source.kind}, ${price.source.date})`;
}

const perUnit = (micros: number): string => String(Number(dollars(micros).toPrecision(4)));

function flowLines(flows: readonly PlacedFlow[]): string[] {
    return columns(
        flows.map((flow) => [flow.text, routeWords(flow), volumeWords(flow.gib), moneyWords(flow.micros)]),
    );
}

function titled(title: string, lines: readonly string[]): string {
    return lines.length === 0 ? "" : [`${title}:`, ...indented(lines)].join("\n");
}
