/**
 * The real Pulumi engine for tests: the CLI with a local file state, no login, no account and no network.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { automation } from "@pulumi/pulumi";
import { parse } from "yaml";
import { ensurePulumi } from "../../../scripts/engines/pulumi";
import { CliRun } from "./cli";
import type { StackConfig } from "./config";
import { copyProject } from "./directories";
import { engineEnvironment, type EngineFolders, foldersIn } from "./environment";
import { EngineStack, type StackPlace } from "./stack";
import { completeCli } from "./standIns";

export { secret, type StackConfig } from "./config";
export { EngineStack, type RunningStep, type StepOptions } from "./stack";
export type { Diagnostic, Step, StepResult } from "./result";

/** How an engine is set up. */
export interface EngineOptions {
    /** Environment variables that attach simulated clouds, such as PULUMI_DEBUG_PROVIDERS. @default none */
    readonly clouds?: Readonly<Record<string, string>>;
}

/** How a project directory is run. */
export interface ProjectOptions {
    readonly config?: StackConfig;
    /** Run a copy, which the test may edit, instead of the directory itself. Neither way is the directory changed. */
    readonly copy?: boolean;
}

/** An engine with a home, a state and a search path of its own. */
export class Engine {
    private static readonly live = new Set<Engine>();
    private readonly environment: NodeJS.ProcessEnv;
    private stacks = 0;

    private constructor(
        private readonly cli: string,
        private readonly folders: EngineFolders,
        clouds: Readonly<Record<string, string>>,
    ) {
        this.environment = engineEnvironment(folders, clouds);
    }

    /**
     * Sets an engine up.
     *
     * @throws Error when there is no CLI: call requireEngine() first, which skips the tests then
     */
    static async create(options: EngineOptions = {}): Promise<Engine> {
        const cli = await ensurePulumi();
        if (cli === undefined) {
            throw new Error("there is no Pulumi CLI, and no Go to build it");
        }
        const folders = foldersIn(
            fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "barycenter-engine-")),
        );
        for (const folder of [folders.home, folders.state, folders.bin]) {
            fs.mkdirSync(folder);
        }
        const engine = new Engine(completeCli(cli, folders.bin), folders, options.clouds ?? {});
        Engine.live.add(engine);
        return engine;
    }

    /** A stack whose program is a function of the test. */
    inline(
        project: string,
        stack: string,
        program: automation.PulumiFn,
        config: StackConfig = {},
    ): Promise<EngineStack> {
        const scratch = this.scratch();
        return EngineStack.create(this.place(project, stack, scratch, scratch), config, program);
    }

    /**
     * A stack of the project in a directory. The stack file is kept elsewhere, so the directory stays as it is; one
     * that the directory has for this stack gives the first values.
     */
    async project(directory: string, stack: string, options: ProjectOptions = {}): Promise<EngineStack> {
        const manifest = fs.readFileSync(path.join(directory, "Pulumi.yaml"), "utf8");
        const { name } = parse(manifest) as { name: string };
        const scratch = this.scratch();
        const stackFile = path.join(directory, `Pulumi.${stack}.yaml`);
        if (fs.existsSync(stackFile)) {
            fs.copyFileSync(stackFile, path.join(scratch, path.basename(stackFile)));
        }
        const program = options.copy ? path.join(scratch, "project") : path.resolve(directory);
        if (options.copy) {
            copyProject(directory, program);
        }
        return EngineStack.create(this.place(name, stack, program, scratch), options.config ?? {});
    }

    /** Kills what still runs and removes every file of this engine. */
    async stop(): Promise<void> {
        CliRun.killAll();
        Engine.live.delete(this);
        await fs.promises.rm(this.folders.root, { recursive: true, force: true, maxRetries: 5 });
    }

    /** What stop() does, for the engines that a test run has left when its process ends. */
    static stopAll(): void {
        CliRun.killAll();
        for (const engine of Engine.live) {
            fs.rmSync(engine.folders.root, { recursive: true, force: true, maxRetries: 5 });
        }
    }

    private scratch(): string {
        const folder = path.join(this.folders.root, "work", String(++this.stacks));
        fs.mkdirSync(folder, { recursive: true });
        return folder;
    }

    private place(project: string, stack: string, directory: string, scratch: string): StackPlace {
        const { cli, environment, folders } = this;
        return { cli, environment, state: folders.state, project, stack, directory, scratch };
    }
}

process.once("exit", () => Engine.stopAll());
