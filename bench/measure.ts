/**
 * Runs subjects in turns and compares the least of their measures.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";

/** One run. */
export interface Sample {
    /** From start to end. */
    readonly milliseconds: number;
    /** Of processor time, all threads together: what other programs do to the machine shows less in it. */
    readonly processor?: number;
    /** Peak of the resident set. */
    readonly mebibytes?: number;
}

/**
 * Processor time in milliseconds of the child processes of this one that have ended, with theirs; undefined where
 * the system has no /proc.
 */
export function childrenProcessor(): number | undefined {
    try {
        // The command's name is in brackets and may hold blanks: fields are counted from what follows it.
        const fields = fs
            .readFileSync("/proc/self/stat", "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        const [user, system] = [fields[13], fields[14]].map(Number);
        return (user + system) * MILLISECONDS_PER_TICK;
    } catch {
        return undefined;
    }
}

/** Linux counts processor time in hundredths of a second for user programs, whatever its own clock does. */
const MILLISECONDS_PER_TICK = 10;

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
 * Runs all subjects once, then all again, and so on, so that whatever else the machine does meets each alike. Each
 * round starts with another subject, so that none always follows the same one.
 *
 * @param rounds measured runs of each, after one that only fills the file caches
 */
export async function compare(subjects: readonly Subject[], rounds: number): Promise<Result[]> {
    const samples = subjects.map((): Sample[] => []);
    for (let round = 0; round <= rounds; round++) {
        for (let turn = 0; turn < subjects.length; turn++) {
            const index = (round + turn) % subjects.length;
            const sample = await subjects[index].run();
            if (round > 0) {
                samples[index].push(sample);
            }
        }
    }
    return subjects.map(({ name }, index) => ({ name, samples: samples[index] }));
}

/**
 * The least of one measure over a subject's rounds; undefined where it was not taken. Other programs only ever add
 * to a measure, so the least is the one that they disturbed least.
 */
export function least({ samples }: Result, measure: keyof Sample): number | undefined {
    const values = samples.flatMap((sample) => sample[measure] ?? []);
    return values.length > 0 ? Math.min(...values) : undefined;
}

/** A measure as a multiple of the baseline's. */
export function ratio(result: Result, baseline: Result, measure: keyof Sample): number | undefined {
    const [value, base] = [least(result, measure), least(baseline, measure)];
    return value === undefined || base === undefined ? undefined : value / base;
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
