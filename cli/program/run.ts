import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import * as path from "node:path";
import { UsageError } from "../errors";
import type { ResolvedConfig } from "../project/config";
import type { Project } from "../project/project";
import type { Stack } from "../project/stack";
import { endWithUs } from "./processes";

/** How a program ended. */
export interface ProgramEnd {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    /** The end of what it wrote to its standard error. */
    readonly lastWords: string;
}

/** Which program, for which stack, against which monitor. */
export interface ProgramRun {
    readonly project: Project;
    readonly stack: Stack;
    readonly config: ResolvedConfig;
    /** Address that serves both the monitor and the engine. */
    readonly address: string;
    readonly typecheck: boolean;
    /** Takes what the program writes to its own output and error streams. */
    readonly onOutput: (text: string) => void;
}

const KEPT = 4000;

/**
 * Runs a user's program in a process of its own, with the runner of the SDK that the program itself imports, as the
 * language host does. It always ends: by itself, or with this process.
 *
 * @throws UsageError when the program's dependencies are not installed
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
    const { project } = run;
    const child = spawn(
        process.execPath,
        [...project.nodeArguments, runnerFor(project.directory), ...flags(run), project.entryPoint],
        { cwd: project.directory, env: environment(run), stdio: ["ignore", "pipe", "pipe"] },
    );
    const release = endWithUs(child);
    let lastWords = "";
    child.stdout.setEncoding("utf8").on("data", run.onOutput);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
        lastWords = (lastWords + text).slice(-KEPT);
        run.onOutput(text);
    });
    return new Promise((resolve, reject) => {
        child.once("error", (error) => {
            release();
            reject(error);
        });
        child.once("close", (code, signal) => {
            release();
            resolve({ code, signal, lastWords: lastWords.trim() });
        });
    });
}

function runnerFor(directory: string): string {
    try {
        return createRequire(path.join(directory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
    } catch {
        throw new UsageError(`@pulumi/pulumi is not installed in ${directory}: run npm install there`);
    }
}

function flags({ project, stack, address }: ProgramRun): string[] {
    return [
        `--monitor=${address}`,
        `--engine=${address}`,
        `--organization=${stack.organization}`,
        `--project=${project.name}`,
        `--stack=${stack.name}`,
        `--root-directory=${project.root}`,
        `--pwd=${project.directory}`,
        "--parallel=16",
        "--dry-run",
    ];
}

function environment({ project, config, typecheck }: ProgramRun): NodeJS.ProcessEnv {
    const inherited = { ...process.env };
    // Both would make the SDK take checks for checked.
    delete inherited.PULUMI_NODEJS_TRANSPILE_ONLY;
    delete inherited.PULUMI_NODEJS_TYPESCRIPT;
    return {
        ...inherited,
        BARYCENTER_PLAN: "1",
        PULUMI_CONFIG: JSON.stringify(config.values),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
        ...(project.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        ...(typecheck ? {} : { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
        ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
        // gRPC would take a proxy for the loopback too.
        no_grpc_proxy: [process.env.no_grpc_proxy ?? process.env.no_proxy, "127.0.0.1"]
            .filter(Boolean)
            .join(","),
    };
}
