/**
 * Runs subjects in turns and compares their medians.
 */
import { spawnSync } from "node:child_process";

/** One run. */
export interface Sample {
    /** From start to end. */
    readonly milliseconds: number;
    /** Of processor time, all threads together: what other programs do to the machine shows less in it. */
    readonly processor?: number;
    /** Peak of the resident set. */
    readonly mebibytes?: number;
}

/** Something that can be run many times. */
export interface Subject {
    readonly name: string;
    run(): Sample | Promise<Sample>;
}

/** A subject's runs, in the order of the rounds. */
export interface Result {
    readonly name: string;
    readonly samples: readonly Sample[];
}

/**
 * Runs all subjects once, then all again, and so on, so that whatever else the machine does meets each alike.
 *
 * @param rounds measured runs of each, after one that only fills the file caches
 */
export async function compare(subjects: readonly Subject[], rounds: number): Promise<Result[]> {
    const samples = subjects.map((): Sample[] => []);
    for (let round = 0; round <= rounds; round++) {
        for (const [index, subject] of subjects.entries()) {
            const sample = await subject.run();
            if (round > 0) {
                samples[index].push(sample);
            }
        }
    }
    return subjects.map(({ name }, index) => ({ name, samples: samples[index] }));
}

/** Median of one measure over a subject's rounds; undefined where it was not taken. */
export function typical({ samples }: Result, measure: keyof Sample): number | undefined {
    const values = samples.flatMap((sample) => sample[measure] ?? []);
    return values.length > 0 ? median(values) : undefined;
}

/** Median over the rounds of the ratio within a round, in which both subjects met the same machine. */
export function ratio(result: Result, baseline: Result, measure: keyof Sample): number | undefined {
    const values = result.samples.flatMap((sample, round) => {
        const [value, base] = [sample[measure], baseline.samples[round][measure]];
        return value === undefined || base === undefined ? [] : value / base;
    });
    return values.length > 0 ? median(values) : undefined;
}

/** The middle one; of an even number, the mean of the two in the middle. */
function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

/**
 * Runs JavaScript in a process of its own. `REPORT` in it prints the time since `START` and the peak memory so far.
 *
 * @throws Error with the process's output when it fails
 */
export function inProcess(script: string, directory: string, args: readonly string[] = []): Sample {
    const ran = spawnSync(process.execPath, ["-e", script, ...args], {
        cwd: directory,
        encoding: "utf8",
        // The preloads of this process (tsx) are no part of what is measured.
        env: { ...process.env, NODE_OPTIONS: "" },
    });
    const line = ran.stdout.split("\n").findLast((each) => each.startsWith(MARK));
    if (ran.status !== 0 || line === undefined) {
        throw new Error(`a measured process failed:\n${ran.stdout}${ran.stderr}`);
    }
    return JSON.parse(line.slice(MARK.length)) as Sample;
}

const MARK = "measured ";

/** JavaScript that starts the clock. */
export const START = `const started = process.hrtime.bigint();`;

/** JavaScript that prints a {@link Sample}. On Linux and macOS alike, Node gives the peak in KiB. */
export const REPORT = `console.log(${JSON.stringify(MARK)} + JSON.stringify({
    milliseconds: Number(process.hrtime.bigint() - started) / 1e6,
    processor: (process.cpuUsage().user + process.cpuUsage().system) / 1000,
    mebibytes: process.resourceUsage().maxRSS / 1024,
}));`;
