/**
 * A stack of a real engine, as tests handle it.
 */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { automation } from "@pulumi/pulumi";
import {
    checkpointFile,
    type ExportedStack,
    type PendingOperation,
    readDeployment,
    type ResourceState,
} from "./checkpoint";
import { type CliExit, CliRun } from "./cli";
import { type StackConfig, writePlainConfig } from "./config";
import { serve } from "./inline";
import { type StepResult, summarise } from "./result";

/** What can be done to a stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** How one operation differs from the plain one. */
export interface StepOptions {
    /** More flags for the CLI. */
    readonly args?: readonly string[];
    /** More environment variables. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Directories of policy packs. */
    readonly policyPacks?: readonly string[];
    /** For an inline stack: the program to run from now on. */
    readonly program?: automation.PulumiFn;
}

/** An operation that is under way. */
export interface RunningStep {
    /** Kills the CLI and all that it has started, as a crash of the machine would. */
    kill(): Promise<void>;
    /** Waits until the events so far satisfy a condition; false when the CLI ended before. */
    until(condition: (events: automation.EngineEvent[]) => boolean): Promise<boolean>;
    /** What happened, once the CLI has ended in whatever way. */
    readonly result: Promise<StepResult>;
}

/** Where a stack lives. */
export interface StackPlace {
    readonly cli: string;
    readonly environment: NodeJS.ProcessEnv;
    /** The folder of the file backend. */
    readonly state: string;
    readonly project: string;
    readonly stack: string;
    /** Where the program runs. */
    readonly directory: string;
    /** A folder of the stack's own, outside of the project: the stack file and the event logs. */
    readonly scratch: string;
}

const FLAGS: Record<Operation, readonly string[]> = {
    preview: ["preview"],
    up: ["up", "--yes", "--skip-preview"],
    refresh: ["refresh", "--yes", "--skip-preview"],
    destroy: ["destroy", "--yes", "--skip-preview"],
};

/** A stack. Operations return what happened and don't throw when they fail: see assertions.ts. */
export class EngineStack {
    private steps = 0;

    private constructor(
        private readonly place: StackPlace,
        private program: automation.PulumiFn | undefined,
    ) {}

    /**
     * Creates the stack in the backend.
     *
     * @param program the program of an inline stack; otherwise the project in `place.directory` is run
     * @throws AssertionError with the CLI's output when that fails
     */
    static async create(
        place: StackPlace,
        config: StackConfig,
        program?: automation.PulumiFn,
    ): Promise<EngineStack> {
        const manifest = path.join(place.scratch, "Pulumi.yaml");
        if (!fs.existsSync(manifest)) {
            fs.writeFileSync(manifest, `name: ${place.project}\nruntime: nodejs\n`);
        }
        const stack = new EngineStack(place, program);
        await stack.administer("stack", "init", place.stack);
        await stack.setConfig(config);
        return stack;
    }

    /** The folder in which the program runs; a test may edit a copied project there. */
    get directory(): string {
        return this.place.directory;
    }

    preview(options?: StepOptions): Promise<StepResult> {
        return this.step("preview", options);
    }

    up(options?: StepOptions): Promise<StepResult> {
        return this.step("up", options);
    }

    refresh(options?: StepOptions): Promise<StepResult> {
        return this.step("refresh", options);
    }

    destroy(options?: StepOptions): Promise<StepResult> {
        return this.step("destroy", options);
    }

    /** Begins an operation without waiting for its end. */
    async start(operation: Operation, options: StepOptions = {}): Promise<RunningStep> {
        this.program = options.program ?? this.program;
        const served = this.program && (await serve(this.program));
        const packs = (options.policyPacks ?? []).flatMap((pack) => ["--policy-pack", path.resolve(pack)]);
        const args = [
            ...FLAGS[operation],
            "--config-file",
            this.configFile,
            ...packs,
            ...(served?.flags ?? []),
        ];
        const run = this.run([...args, ...(options.args ?? [])], {
            cwd: this.place.directory,
            environment: options.environment,
            eventLog: path.join(this.place.scratch, `${++this.steps}-${operation}.jsonl`),
        });
        const result = run.exit
            .finally(() => served?.close())
            .then((exit) => summarise({ operation, ...exit }, run.events()));
        return { kill: () => run.kill(), until: (condition) => run.until(condition), result };
    }

    /** Sets configuration values, beside those that are there. */
    async setConfig(config: StackConfig): Promise<void> {
        const secrets = writePlainConfig(this.configFile, this.place.project, config);
        for (const [key, value] of secrets) {
            await this.administer("config", "set", "--secret", key, value);
        }
    }

    /** Gives up the lock that a killed run has left behind. */
    async cancel(): Promise<void> {
        await this.administer("cancel", "--yes");
    }

    /**
     * Runs any other command of the CLI on this stack.
     *
     * @returns what it wrote to standard output
     * @throws AssertionError with the CLI's output when it fails
     */
    async pulumi(...args: string[]): Promise<string> {
        return (await this.administer(...args)).stdout;
    }

    /** The whole state, as `pulumi stack export` prints it. */
    async export(): Promise<ExportedStack> {
        const { stdout } = await this.administer("stack", "export");
        return JSON.parse(stdout) as ExportedStack;
    }

    /** Replaces the whole state. */
    async import(exported: ExportedStack): Promise<void> {
        const file = path.join(this.place.scratch, "import.json");
        fs.writeFileSync(file, JSON.stringify(exported));
        await this.administer("stack", "import", "--file", file);
    }

    /** The stack's outputs, with the secret ones decrypted. */
    async outputs(): Promise<Record<string, unknown>> {
        const { stdout } = await this.administer("stack", "output", "--json", "--show-secrets");
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    /** The resources that the engine has recorded, the stack itself and the providers included. */
    resources(): readonly ResourceState[] {
        return readDeployment(this.checkpoint).resources ?? [];
    }

    /** The operations that had begun when the last run was killed. */
    pendingOperations(): readonly PendingOperation[] {
        return readDeployment(this.checkpoint).pending_operations ?? [];
    }

    /** The text of the state file, to look for what must not be in it. */
    stateText(): string {
        return fs.readFileSync(this.checkpoint, "utf8");
    }

    private get checkpoint(): string {
        return checkpointFile(this.place.state, this.place.project, this.place.stack);
    }

    private get configFile(): string {
        return path.join(this.place.scratch, `Pulumi.${this.place.stack}.yaml`);
    }

    private async step(operation: Operation, options?: StepOptions): Promise<StepResult> {
        return (await this.start(operation, options)).result;
    }

    /** Runs a command that must succeed and that doesn't run the program. */
    private async administer(...args: string[]): Promise<CliExit> {
        const exit = await this.run(args, { cwd: this.place.scratch }).exit;
        assert.equal(exit.exitCode, 0, `pulumi ${args.join(" ")}:\n${exit.stdout}${exit.stderr}`);
        return exit;
    }

    private run(args: string[], how: RunPlace): CliRun {
        const stack = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", this.place.stack];
        const general = ["--non-interactive", "--color", "never"];
        return new CliRun(this.place.cli, [...args, ...stack, ...general], {
            cwd: how.cwd,
            eventLog: how.eventLog,
            environment: { ...this.place.environment, ...how.environment },
        });
    }
}

interface RunPlace {
    readonly cwd: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly eventLog?: string;
}
