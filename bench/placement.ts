/**
 * What the search for places costs, and what other solvers pay for the same answer.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { valueOf, type Problem } from "../placement/solver/problem";
import { solve } from "../placement/solver/solve";
import { bruteForce } from "../tests/placement/random";
import { highsOptimum } from "../tests/placement/ilp";
import type { Search } from "./placementOnce";
import { demands, problem, SHAPES, type Shape } from "../tests/placement/programs";
import { note, title } from "./report";
import { installSkyPilot, skyPilotPlan, type SkyPilot } from "./skypilot";

const COUNTS = [5, 10, 20, 50] as const;
const ROUNDS = 3;

/** Plans that brute force can try within some seconds. */
const BRUTE_FORCE_PLANS = 2e6;

interface Timed<T> {
    readonly milliseconds: number;
    readonly result: T;
}

/** The least time of some runs, after one that only warms up. */
async function timed<T>(run: () => T | Promise<T>, rounds = ROUNDS): Promise<Timed<T>> {
    let best = Infinity;
    let result: T = await run();
    for (let round = 0; round < rounds; round++) {
        const begin = performance.now();
        result = await run();
        best = Math.min(best, performance.now() - begin);
    }
    return { milliseconds: best, result };
}

/** Runs all parts. */
export async function benchPlacement(): Promise<void> {
    benchSizes();
    await benchOthers();
}

/** Each shape and size on all regions of three clouds, against the smallest of its shape. */
function benchSizes(): void {
    title("The search over all regions of three clouds, each in a process of its own");
    for (const shape of SHAPES) {
        let baseline: Search | undefined;
        for (const count of COUNTS) {
            const found = searchOnce(shape, count);
            baseline ??= found;
            const of = (key: "milliseconds" | "mebibytes"): string =>
                (found[key] / (baseline?.[key] ?? NaN)).toFixed(key === "milliseconds" ? 1 : 2);
            note(
                [
                    `${shape}, ${count} components, ${found.flows} flows, ${found.sites} sites`.padEnd(47),
                    `${found.milliseconds.toFixed(1)} ms`.padStart(11),
                    `${found.mebibytes.toFixed(0)} MiB`.padStart(8),
                    (found === baseline
                        ? "baseline"
                        : `${of("milliseconds")} in time, ${of("mebibytes")} in memory`
                    ).padEnd(33),
                    found.end,
                ].join("  "),
            );
        }
    }
}

function searchOnce(shape: Shape, count: number): Search {
    const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--require", "tsx/cjs", path.join(__dirname, "placementOnce.ts"), shape, String(count)],
        { encoding: "utf8" },
    );
    if (status !== 0) {
        throw new Error(`a search failed:\n${stdout}${stderr}`);
    }
    return JSON.parse(stdout) as Search;
}

/** The same problems on fewer sites, where others finish too. */
async function benchOthers(): Promise<void> {
    title("Beside others, on problems that they finish; each optimum valued by the same cost function");
    const skyPilot = installSkyPilot();
    if ("missing" in skyPilot) {
        note(`SkyPilot could not be installed: ${skyPilot.missing}`);
    }
    const cases: readonly (readonly [Shape, number, number])[] = [
        ["chain", 4, 12],
        ["tree", 5, 12],
        ["chain", 10, 20],
        ["dag", 10, 20],
        ["tree", 20, 20],
        ["dag", 20, 20],
    ];
    for (const [shape, count, sites] of cases) {
        const made = problem(demands(shape, count), undefined, sites);
        const ours = await timed(() => solve(made).plans[0]?.value.total);
        note(
            `${shape}, ${count} components, ${made.clouds.length} sites: ${ours.milliseconds.toFixed(1)} ms, ` +
                `$${dollars(ours.result)}: baseline`,
        );
        if (made.clouds.length ** count <= BRUTE_FORCE_PLANS) {
            line("brute force", ours, await timed(() => bruteForce(made)[0]?.total, 1));
        }
        const highs = await timed(async () => {
            const plan = await highsOptimum(made);
            return plan && valueOf(made, plan)?.total;
        }, 1);
        line("HiGHS", ours, highs);
        if (!("missing" in skyPilot)) {
            benchSkyPilot(skyPilot, made, ours);
        }
    }
}

/** The least of some runs, each in a process of its own; what its start takes does not count. */
function benchSkyPilot(
    skyPilot: Exclude<SkyPilot, { readonly missing: string }>,
    made: Problem,
    ours: Timed<number | undefined>,
): void {
    for (const prices of ["ours", "its own"] as const) {
        const runs = Array.from({ length: ROUNDS }, () => skyPilotPlan(skyPilot, made, prices));
        const [{ algorithm, assignment }] = runs;
        line(`SkyPilot's ${algorithm}, ${prices === "ours" ? "our" : "its own"} transfer prices`, ours, {
            milliseconds: Math.min(...runs.map(({ milliseconds }) => milliseconds)),
            result: valueOf(made, assignment)?.total,
        });
    }
}

function line(name: string, ours: Timed<number | undefined>, theirs: Timed<number | undefined>): void {
    const times = theirs.milliseconds / ours.milliseconds;
    note(
        `  ${name.padEnd(56)} ${(times < 10 ? times.toFixed(2) : times.toFixed(0)).padStart(7)} times as long, $${dollars(theirs.result)}`,
    );
}

function dollars(micros: number | undefined): string {
    return micros === undefined ? "-" : (micros / 1e6).toFixed(2);
}
