import { formatMoney } from "../../placement/money";
import type { ComparedCloud } from "./document";
import { columns, indented } from "./text";

/** Heads of the comparison's columns, in every rendering. */
export const COMPARISON_HEADS = ["cloud", "at", "a month", "scaled down to out", "more", "what prevents it"];

/** The cells of a cloud's row. */
export function comparisonCells({
    cloud,
    sites,
    total,
    extra = 0,
    sure,
    obstacles,
}: ComparedCloud): string[] {
    const money = total
        ? [
              formatMoney(total.expected),
              `${formatMoney(total.min)} to ${formatMoney(total.max)}`,
              extraWords(extra, total.expected, sure ?? false),
          ]
        : ["", "", ""];
    return [cloud, sites.join(", "), ...money, obstacles.map(firstLine).join("; ")];
}

/** The comparison as text. */
export function renderComparison(comparison: readonly ComparedCloud[]): string {
    const rows = [COMPARISON_HEADS, ...comparison.map(comparisonCells)];
    return `${["Clouds by what the program costs a month:", ...indented(columns(rows))].join("\n")}\n`;
}

function extraWords(extra: number, expected: number, sure: boolean): string {
    if (extra === 0) {
        return "cheapest";
    }
    const cheapest = expected - extra;
    const share = cheapest > 0 ? ` (${Math.round((extra / cheapest) * 100)} %)` : "";
    return `${formatMoney(extra)}${share}${sure ? "" : ", within the prices' error"}`;
}

/** A message may go on with a list of problems, for which a table has no room. */
function firstLine(text: string): string {
    return text.split("\n")[0];
}
