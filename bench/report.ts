/**
 * Prints results as ratios to a baseline of the same run.
 */
import { least, ratio, type Result, type Sample } from "./measure";

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
    const amounts = Math.max(...results.map((result) => absolute(result).length));
    for (const result of results) {
        const role = result === baseline ? "baseline" : `${ratios(result, baseline)} of ${baseline.name}`;
        note(`${result.name.padEnd(width)}  ${absolute(result).padEnd(amounts)}  ${role}`);
    }
}

function absolute(result: Result): string {
    const [time, processor, memory] = [
        least(result, "milliseconds"),
        least(result, "processor"),
        least(result, "mebibytes"),
    ];
    return [
        duration(time ?? NaN),
        ...(processor === undefined ? [] : [`${duration(processor)} of processor`]),
        ...(memory === undefined ? [] : [`${memory.toFixed(0)} MiB`]),
    ].join(", ");
}

function duration(milliseconds: number): string {
    return milliseconds < 10_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function ratios(result: Result, baseline: Result): string {
    return MEASURES.flatMap(([measure, word]) => {
        const value = ratio(result, baseline, measure);
        return value === undefined ? [] : `${value.toFixed(2)} in ${word}`;
    }).join(", ");
}
