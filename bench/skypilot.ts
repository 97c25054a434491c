/**
 * SkyPilot's optimizer, to compare with. It is installed for the time of the benchmark, from PyPI, where that can be
 * reached, and is called below its command line, since that asks for accounts of the clouds.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { flatRate, isPooled, type Assignment, type Problem } from "../placement/solver/problem";
import { tieredCost } from "../placement/tiers";
import { temporaryFolder } from "./folders";

const VERSION = "0.14.1";
const MINUTE = 60_000;

/** Where Python finds SkyPilot, or why it can't. */
export type SkyPilot = { readonly python: string; readonly home: string } | { readonly missing: string };

/** What moves from a component to another. */
interface Edge {
    readonly from: number;
    readonly to: number;
    readonly gib: number;
    /** Dollars from site to site; without them, SkyPilot's own prices hold. */
    readonly dollars?: readonly (readonly number[])[];
}

export interface SkyPilotPlan {
    readonly algorithm: string;
    readonly milliseconds: number;
    readonly assignment: Assignment;
}

/** Installs SkyPilot in an environment of its own. */
export function installSkyPilot(): SkyPilot {
    const home = temporaryFolder("skypilot");
    const python = path.join(home, "venv", "bin", "python");
    for (const [command, ...args] of [
        ["python3", "-m", "venv", path.join(home, "venv")],
        [python, "-m", "pip", "install", "--quiet", `skypilot==${VERSION}`],
    ]) {
        const { status, stderr, error } = spawnSync(command, args, {
            encoding: "utf8",
            timeout: 10 * MINUTE,
        });
        if (status !== 0) {
            return { missing: (stderr || error?.message || "unknown reason").trim().split("\n")[0] };
        }
    }
    return { python, home };
}

/**
 * Has SkyPilot solve a problem.
 *
 * @param prices whose prices of transfer it reckons with. It prices each edge alone, never what leaves a site together.
 */
export function skyPilotPlan(
    { python, home }: Extract<SkyPilot, { readonly python: string }>,
    problem: Problem,
    prices: "its own" | "ours",
): SkyPilotPlan {
    const input = {
        clouds: problem.clouds,
        costs: problem.components.map(({ costs }) =>
            problem.clouds.map((_, site) => {
                const cost = costs[site];
                return cost === undefined ? null : cost / 1e6;
            }),
        ),
        edges: edgesOf(problem, prices === "ours"),
    };
    const { status, stdout, stderr } = spawnSync(python, [path.join(__dirname, "skypilot.py")], {
        encoding: "utf8",
        input: JSON.stringify(input),
        maxBuffer: 2 ** 28,
        timeout: 10 * MINUTE,
        // It keeps a state of its own at home, and would tell its makers of the run.
        env: { ...process.env, HOME: home, SKYPILOT_DISABLE_USAGE_COLLECTION: "1" },
    });
    const line = stdout
        .split("\n")
        .filter((each) => each.startsWith("{"))
        .pop();
    if (status !== 0 || line === undefined) {
        throw new Error(`SkyPilot failed:\n${stdout}${stderr}`);
    }
    return JSON.parse(line) as SkyPilotPlan;
}

/** The flows between components; those between the same two are one edge. */
function edgesOf(problem: Problem, priced: boolean): Edge[] {
    const edges = new Map<string, Edge>();
    for (const flow of problem.flows) {
        if (flow.to === "internet" || flow.to === flow.from) {
            throw new Error("a task of SkyPilot sends to other tasks alone");
        }
        const key = `${flow.from}-${flow.to}`;
        const before = edges.get(key);
        const dollars = priced ? dollarsOf(problem, flow) : undefined;
        edges.set(key, {
            from: flow.from,
            to: flow.to,
            gib: flow.gib + (before?.gib ?? 0),
            ...(dollars
                ? {
                      dollars: dollars.map((row, source) =>
                          row.map((each, target) => each + (before?.dollars?.[source]?.[target] ?? 0)),
                      ),
                  }
                : {}),
        });
    }
    return [...edges.values()];
}

/** What no price is known for: far above all plans. */
const NEVER = 1e9;

function dollarsOf(problem: Problem, flow: Problem["flows"][number]): number[][] {
    const sites = [...problem.clouds.keys()];
    return sites.map((source) =>
        sites.map((target) => {
            const tiers = isPooled(problem, flow, source, target) ? problem.transfer.internet[source] : [];
            const micros =
                flow.gib * flatRate(problem, flow, source, target) +
                (tiers === undefined ? Infinity : tieredCost(tiers, flow.gib));
            return Number.isFinite(micros) ? micros / 1e6 : NEVER;
        }),
    );
}
