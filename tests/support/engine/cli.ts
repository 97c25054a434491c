/**
 * A run of the Pulumi CLI as a child process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { automation } from "@pulumi/pulumi";
import { killTree } from "./processes";
import { readEvents } from "./result";

const POLL = 20;

/** How to start the CLI. */
export interface CliOptions {
    readonly cwd: string;
    readonly environment: NodeJS.ProcessEnv;
    /** Where the CLI writes its events. @default it writes none */
    readonly eventLog?: string;
}

/** How the CLI ended. */
export interface CliExit {
    /** Null when it was killed. */
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A running CLI. */
export class CliRun {
    private static readonly running = new Set<CliRun>();

    /** Settles when the CLI has ended; never rejects because of a failed operation. */
    readonly exit: Promise<CliExit>;
    private readonly child: ChildProcess;

    constructor(
        command: string,
        args: readonly string[],
        private readonly options: CliOptions,
    ) {
        const log = options.eventLog === undefined ? [] : ["--event-log", options.eventLog];
        this.child = spawn(command, [...args, ...log], {
            cwd: options.cwd,
            env: options.environment,
            stdio: ["ignore", "pipe", "pipe"],
        });
        CliRun.running.add(this);
        let stdout = "";
        let stderr = "";
        this.child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
        this.child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
        this.exit = new Promise<CliExit>((resolve, reject) => {
            this.child.once("error", reject);
            this.child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
        }).finally(() => CliRun.running.delete(this));
    }

    /** Kills the CLI with all that it has started (SIGKILL), and waits for its end. */
    async kill(): Promise<void> {
        if (this.child.pid !== undefined && this.child.exitCode === null) {
            killTree(this.child.pid);
        }
        await this.exit;
    }

    /** The events that the CLI has written so far. */
    events(): automation.EngineEvent[] {
        return this.options.eventLog === undefined ? [] : readEvents(this.options.eventLog);
    }

    /**
     * Waits until the events satisfy a condition.
     *
     * @returns false when the CLI ended before
     */
    async until(condition: (events: automation.EngineEvent[]) => boolean): Promise<boolean> {
        let ended = false;
        const end = this.exit.finally(() => (ended = true));
        while (!condition(this.events())) {
            if (ended) {
                return false;
            }
            await Promise.race([end, new Promise((resolve) => setTimeout(resolve, POLL))]);
        }
        return true;
    }

    /** Kills whatever still runs. */
    static killAll(): void {
        for (const run of CliRun.running) {
            if (run.child.pid !== undefined) {
                killTree(run.child.pid);
            }
        }
    }
}
