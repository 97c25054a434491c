import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parseUrn } from "../../cli/urn";
import type { CloudName } from "../../placement/site";
import { type Fault, SimulatedClouds } from "../../testing";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack, type RunningStep, type StepResult } from "../support/engine/workspace";
import { differences, doctor, doubles, followDoctor, unrecorded } from "./recovery";

const DIRECTORY = path.resolve(__dirname, "../../examples/quickstart");
const RECORDED = path.resolve(__dirname, "../recorded");

/** The URNs of what the quickstart creates in the clouds, by the recorded ones. */
export function creationsOn(cloud: CloudName): string[] {
    const file = path.join(RECORDED, `quickstart.${cloud}.json`);
    const urns = JSON.parse(fs.readFileSync(file, "utf8")) as string[];
    return urns.filter((urn) => /^(aws|gcp|azure-native|kubernetes):/.test(parseUrn(urn).type));
}

/**
 * The quickstart in clouds of its own. Each run of its program has a process of its own too: an inline program would
 * outlive a CLI that is killed, and disturb the runs that follow.
 */
export class Quickstart {
    private constructor(
        readonly clouds: SimulatedClouds,
        private readonly engine: Engine,
        readonly stack: EngineStack,
    ) {}

    /** Call it in a `before` hook, which skips the tests where there is no engine. */
    static async start(context: Mocha.Context, cloud: CloudName): Promise<Quickstart> {
        await requireEngine(context);
        const clouds = await SimulatedClouds.start();
        const engine = await Engine.create({ clouds: clouds.environment });
        return new Quickstart(clouds, engine, await engine.project(DIRECTORY, cloud));
    }

    async stop(): Promise<void> {
        await this.engine.stop();
        await this.clouds.stop();
    }

    /**
     * Kills the CLI in the middle of an operation, and gives up the lock.
     *
     * @param faults what goes wrong meanwhile, given the way to kill it
     */
    async kill(
        operation: "up" | "destroy",
        faults: (now: () => Promise<void>) => readonly Fault[],
    ): Promise<StepResult> {
        // eslint-disable-next-line prefer-const -- the faults refer to it before it is there
        let running: RunningStep | undefined;
        this.clouds.arm(faults(async () => running?.kill()));
        running = await this.stack.start(operation);
        const result = await running.result;
        this.clouds.arm([]);
        await this.stack.cancel();
        return result;
    }

    /** Brings the stack up or down while a fault strikes, which must make it fail. */
    async failing(operation: "up" | "destroy", fault: Fault & { message: string }): Promise<StepResult> {
        this.clouds.arm([fault]);
        const result = await this.stack[operation]();
        assertFailed(result, new RegExp(fault.message));
        this.clouds.arm([]);
        return result;
    }

    /** Does what doctor says, if a run has made something without recording it. */
    async recover(): Promise<void> {
        if (unrecorded(this.clouds, this.stack).length > 0) {
            await followDoctor(this.clouds, this.stack, await doctor(this.stack));
        }
    }

    /** The next up makes the stack whole: everything is recorded and exists once, and all of it can be destroyed. */
    async assertConverges(moment: string): Promise<void> {
        assertSucceeded(await this.stack.up());
        assert.deepEqual(differences(this.clouds, this.stack), { orphans: [], lost: [] }, moment);
        assert.deepEqual(doubles(this.clouds), [], moment);
        await this.assertDestroys(moment);
    }

    async assertDestroys(moment: string): Promise<void> {
        assertSucceeded(await this.stack.destroy());
        assert.deepEqual(this.clouds.resources(), [], moment);
    }
}
