import assert from "node:assert/strict";
import { diagnose, type Finding } from "../../cli/doctor/diagnose";
import { CLOUDS } from "../../placement/site";
import { type Fault, SimulatedClouds } from "../../testing";
import type { CloudResource } from "../../testing/store";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import { requireEngine, skip } from "../support/engine/require";
import { Engine, type EngineStack, type RunningStep } from "../support/engine/workspace";
import { differences, quickstartStack, spread } from "./quickstart";
import { doctor, doubles, followDoctor, unrecorded } from "./recovery";

/** What the services say of a name that is taken. */
const TAKEN = /already ?(?:exist|own|associated)|exists already|in use|\b409\b|conflict/i;

/** Every creation in the full run, else the one at this part of the way. */
function moments(creations: number, part: number): number[] {
    return process.env.BARYCENTER_FAULTS === "all"
        ? spread(creations, creations)
        : [Math.max(1, Math.round(creations * part))];
}

for (const cloud of CLOUDS) {
    describe(`the quickstart on ${cloud}`, function () {
        this.timeout(0);
        let engine: Engine;
        let clouds: SimulatedClouds;
        let stack: EngineStack;
        let creations: number;

        before(async function () {
            if (process.env.BARYCENTER_FAULTS !== "all") {
                skip(this, "kills at many moments take long: npm run test:faults runs them");
            }
            await requireEngine(this);
            clouds = await SimulatedClouds.start();
            engine = await Engine.create({ clouds: clouds.environment });
            stack = await quickstartStack(engine, cloud);
            const preview = await stack.preview();
            assertSucceeded(preview);
            const ofClouds = /^(aws|gcp|azure-native|kubernetes):/;
            creations = preview.steps.filter(({ op, type }) => op === "create" && ofClouds.test(type)).length;
        });

        after(async () => {
            await engine?.stop();
            await clouds?.stop();
        });

        /** Kills an up at the n-th creation, before or after the thing is made, and gives up the lock. */
        async function kill(nth: number, point: "before" | "after"): Promise<void> {
            // eslint-disable-next-line prefer-const -- the fault below refers to it before it is there
            let running: RunningStep | undefined;
            const run: Fault["run"] = () => running?.kill();
            clouds.arm([{ nth, point, run, message: "killed" }]);
            running = await stack.start("up");
            assert.equal((await running.result).exitCode, null, `creation ${nth} was not killed`);
            clouds.arm([]);
            await stack.cancel();
        }

        /** The stack is whole: everything is recorded and exists once, and all of it can be destroyed. */
        async function assertConverges(moment: string): Promise<void> {
            const up = await stack.up();
            assertSucceeded(up);
            assert.deepEqual(differences(clouds, stack), { orphans: [], lost: [] }, moment);
            assert.deepEqual(doubles(clouds), [], moment);
            assertSucceeded(await stack.destroy());
            assert.deepEqual(clouds.resources(), [], moment);
        }

        it("converges after a kill before anything is made", async () => {
            for (const nth of moments(creations, 1 / 2)) {
                await kill(nth, "before");
                // What was under way beside it may have been made.
                if (unrecorded(clouds, stack).length > 0) {
                    await followDoctor(clouds, stack, await doctor(stack));
                }
                await assertConverges(`creation ${nth}`);
            }
        });

        it("makes nothing twice silently after a kill that leaves it unrecorded, and converges by what doctor says", async () => {
            for (const nth of moments(creations, 1 / 3)) {
                await kill(nth, "after");
                const made = unrecorded(clouds, stack);
                assert.ok(made.length > 0, `creation ${nth}`);
                const examination = await doctor(stack);
                const { findings } = examination.diagnosis;
                assert.equal(examination.exitCode, 1);
                for (const { urn } of made) {
                    assert.ok(examination.text.includes(urn ?? ""), `doctor does not report ${urn}`);
                }
                if (made.every(({ urn }) => hasFixedName(findings.find((each) => each.urn === urn)))) {
                    await assertNotMadeTwice(`creation ${nth}`);
                }
                await followDoctor(clouds, stack, examination);
                await assertConverges(`creation ${nth}`);
            }
        });

        it("makes nothing named twice silently when an answer is lost, and finds the rest by its tags", async () => {
            for (const nth of moments(creations, 2 / 3)) {
                clouds.arm([{ nth, point: "after", message: "connection reset" }]);
                assertFailed(await stack.up(), /connection reset/);
                clouds.arm([]);
                const [lost, ...others] = unrecorded(clouds, stack);
                assert.deepEqual(others, []);
                assert.ok(lost, `creation ${nth}`);
                if (hasFixedName(asPending(lost))) {
                    await assertNotMadeTwice(`creation ${nth}`);
                } else {
                    assertSucceeded(await stack.up());
                    const tags = lost.inputs.tags as Record<string, unknown> | undefined;
                    assert.ok(tags?.component, `nothing tells whose ${lost.urn} is`);
                }
                // The engine takes a lost answer for a failure, so its state tells doctor nothing.
                unrecorded(clouds, stack).forEach((resource) => clouds.simulator.store.drop(resource));
                await assertConverges(`creation ${nth}`);
            }
        });

        /** The next up meets what is there: it goes on with it, or the service refuses a second one. */
        async function assertNotMadeTwice(moment: string): Promise<void> {
            const next = await stack.up();
            assert.deepEqual(doubles(clouds), [], moment);
            if (next.exitCode === 0) {
                assert.deepEqual(differences(clouds, stack), { orphans: [], lost: [] }, moment);
            } else {
                assertFailed(next, TAKEN);
            }
        }
    });
}

/** Its name is in the program or a hash of it, so that a second attempt comes to the same name. */
function hasFixedName(finding: Finding | undefined): boolean {
    return finding?.id?.kind === "known" && !finding.engineNamed;
}

/** What doctor says of a creation that was interrupted. */
function asPending({ urn = "", type, inputs }: CloudResource): Finding | undefined {
    const resource = { urn, type, inputs, custom: true };
    return diagnose({ pending_operations: [{ type: "creating", resource }] }).findings[0];
}
