import { spawn } from "node:child_process";
import * as path from "node:path";
import { plan, type PlanRequest } from "../../cli/plan/plan";
import type { PlanDocument, PlannedComponent } from "../../cli/plan/document";

const ROOT = path.join(__dirname, "..", "..");

/** Folder of a program that the tests plan. */
export function fixture(name: string): string {
    return path.join(__dirname, "fixtures", name);
}

const plans = new Map<string, Promise<PlanDocument>>();

/** Plans a program in this process; the program itself runs in its own. The same question is asked once. */
export function planned(name: string, request: Omit<PlanRequest, "directory"> = {}): Promise<PlanDocument> {
    const key = JSON.stringify([name, request]);
    const known = plans.get(key) ?? plan({ directory: fixture(name), ...request });
    plans.set(key, known);
    return known;
}

/** All components of a plan, nested ones included. */
export function componentsOf(document: Pick<PlanDocument, "components">): PlannedComponent[] {
    return document.components.flatMap((component) => [component, ...componentsOf(component)]);
}

export interface CliEnd {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A running `barycenter` command. */
export interface RunningCli {
    readonly ended: Promise<CliEnd>;
    kill(signal: NodeJS.Signals): void;
    /** Resolves with the first match in what it writes to standard error. */
    says(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the command line from its sources. */
export function startCli(args: readonly string[], input = ""): RunningCli {
    const child = spawn(
        process.execPath,
        ["--require", "tsx/cjs", path.join(ROOT, "cli", "main.ts"), ...args],
        {
            cwd: ROOT,
            stdio: ["pipe", "pipe", "pipe"],
        },
    );
    child.stdin.end(input);
    let stdout = "";
    let stderr = "";
    const waiting: (() => void)[] = [];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        waiting.forEach((check) => check());
    });
    return {
        ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, stdout, stderr }))),
        kill: (signal) => void child.kill(signal),
        says: (pattern) =>
            new Promise((resolve) => {
                const check = () => {
                    const found = pattern.exec(stderr);
                    if (found) {
                        resolve(found);
                    }
                };
                waiting.push(check);
                check();
            }),
    };
}

/** Runs the command line to its end. */
export function cli(...args: string[]): Promise<CliEnd> {
    return startCli(args).ended;
}
