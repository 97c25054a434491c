/**
 * Prints results as ratios to a baseline of the same run.
 */
import type { Result } from "./measure";

/** Prints a heading. */
export function title(text: string): void {
    console.log(`\n${text}`);
}

/** Prints a line of its own. */
export function note(text: string): void {
    console.log(`  ${text}`);
}

/** Prints each result against the baseline, which is the first of them unless another is named. */
export function printRatios(results: readonly Result[], baseline: Result = results[0]): void {
    const width = Math.max(...results.map(({ name }) => name.length));
    for (const result of results) {
        const role = result === baseline ? "baseline" : `${ratio(result, baseline)} of ${baseline.name}`;
        note(`${result.name.padEnd(width)}  ${absolute(result).padEnd(20)}  ${role}`);
    }
}

function absolute({ milliseconds, mebibytes }: Result): string {
    const time =
        milliseconds < 10_000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    return mebibytes === undefined ? time : `${time}, ${mebibytes.toFixed(0)} MiB`;
}

function ratio(result: Result, baseline: Result): string {
    const time = (result.milliseconds / baseline.milliseconds).toFixed(2);
    const memory =
        result.mebibytes !== undefined && baseline.mebibytes !== undefined
            ? ` in time, ${(result.mebibytes / baseline.mebibytes).toFixed(2)} in memory,`
            : " in time";
    return `${time}${memory}`;
}
