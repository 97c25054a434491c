/**
 * Prints results as ratios to a baseline of the same run.
 */
import { ratio, typical, type Result, type Sample } from "./measure";

/** Prints a heading. */
export function title(text: string): void {
    console.log(`\n${text}`);
}

/** Prints a line of its own. */
export function note(text: string): void {
    console.log(`  ${text}`);
}

/** What is compared, in words. */
const MEASURES: readonly (readonly [keyof Sample, string])[] = [
    ["milliseconds", "time"],
    ["processor", "processor time"],
    ["mebibytes", "memory"],
];

/** Prints each result against the first of them, which is the baseline. */
export function printRatios(results: readonly Result[]): void {
    const baseline = results[0];
    const width = Math.max(...results.map(({ name }) => name.length));
    for (const result of results) {
        const role = result === baseline ? "baseline" : `${ratios(result, baseline)} of ${baseline.name}`;
        note(`${result.name.padEnd(width)}  ${absolute(result).padEnd(17)}  ${role}`);
    }
}

function absolute(result: Result): string {
    const milliseconds = typical(result, "milliseconds") ?? NaN;
    const mebibytes = typical(result, "mebibytes");
    const time =
        milliseconds < 10_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    return mebibytes === undefined ? time : `${time}, ${mebibytes.toFixed(0)} MiB`;
}

function ratios(result: Result, baseline: Result): string {
    return MEASURES.flatMap(([measure, word]) => {
        const value = ratio(result, baseline, measure);
        return value === undefined ? [] : `${value.toFixed(2)} in ${word}`;
    }).join(", ");
}
