import assert from "node:assert/strict";
import { diagnose, type Finding } from "../../cli/doctor/diagnose";
import { CLOUDS } from "../../placement/site";
import { type Fault, SimulatedClouds } from "../../testing";
import type { CloudResource } from "../../testing/store";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack, type RunningStep } from "../support/engine/workspace";
import { moments } from "./moments";
import { creationsOn, differences, quickstartStack } from "./quickstart";
import { doctor, doubles, followDoctor, unrecorded } from "./recovery";

/** What the services say of a name that is taken. */
const TAKEN = /already ?(?:exist|own|associated)|exists already|in use|\b409\b|conflict/i;

for (const cloud of CLOUDS) {
    describe(`the quickstart on ${cloud}`, function () {
        this.timeout(0);
        const creations = creationsOn(cloud);
        let engine: Engine;
        let clouds: SimulatedClouds;
        let stack: EngineStack;

        before(async function () {
            await requireEngine(this);
            clouds = await SimulatedClouds.start();
            engine = await Engine.create({ clouds: clouds.environment });
            stack = await quickstartStack(engine, cloud);
        });

        after(async () => {
            await engine?.stop();
            await clouds?.stop();
        });

        /** Kills an up at a creation, before or after the thing is made, and gives up the lock. */
        async function kill(urn: string, point: "before" | "after"): Promise<void> {
            // eslint-disable-next-line prefer-const -- the fault below refers to it before it is there
            let running: RunningStep | undefined;
            const run: Fault["run"] = () => running?.kill();
            clouds.arm([{ when: (call) => call.urn === urn, point, run, message: "killed" }]);
            running = await stack.start("up");
            assert.equal((await running.result).exitCode, null, `the creation of ${urn} was not reached`);
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
            for (const urn of moments(creations, 0.5)) {
                await kill(urn, "before");
                // What was under way beside it may have been made.
                if (unrecorded(clouds, stack).length > 0) {
                    await followDoctor(clouds, stack, await doctor(stack));
                }
                await assertConverges(urn);
            }
        });

        it("makes nothing twice silently after a kill that leaves it unrecorded, and converges by what doctor says", async () => {
            for (const urn of moments(creations, 0.3)) {
                await kill(urn, "after");
                const made = unrecorded(clouds, stack);
                assert.ok(made.length > 0, urn);
                const examination = await doctor(stack);
                const { findings } = examination.diagnosis;
                assert.equal(examination.exitCode, 1);
                for (const { urn: unreported } of made) {
                    assert.ok(
                        examination.text.includes(unreported ?? ""),
                        `doctor does not report ${unreported}`,
                    );
                }
                if (made.every(({ urn }) => hasFixedName(findings.find((each) => each.urn === urn)))) {
                    await assertNotMadeTwice(made);
                }
                await followDoctor(clouds, stack, examination);
                await assertConverges(urn);
            }
        });

        it("makes nothing named twice silently when an answer is lost, and finds the rest by its tags", async () => {
            for (const urn of moments(creations, 0.6)) {
                clouds.arm([
                    { when: (call) => call.urn === urn, point: "after", message: "connection reset" },
                ]);
                assertFailed(await stack.up(), /connection reset/);
                clouds.arm([]);
                const [lost, ...others] = unrecorded(clouds, stack);
                assert.deepEqual(others, []);
                assert.equal(lost?.urn, urn);
                await assertNotMadeTwice([lost]);
                // The engine takes a lost answer for a failure, so its state tells doctor nothing.
                unrecorded(clouds, stack).forEach((resource) => clouds.simulator.store.drop(resource));
                await assertConverges(urn);
            }
        });

        /** The next up goes on with what is there, is refused a second one, or makes one that its tags tell apart. */
        async function assertNotMadeTwice(made: readonly CloudResource[]): Promise<void> {
            const next = await stack.up();
            const twice = doubles(clouds);
            if (next.exitCode !== 0) {
                assertFailed(next, TAKEN);
            } else {
                assert.deepEqual(
                    unrecorded(clouds, stack).map(({ urn }) => urn),
                    twice,
                );
            }
            for (const urn of twice) {
                const first = made.find((each) => each.urn === urn);
                assert.ok(first && !hasFixedName(asPending(first)), `${urn} is made twice`);
                const { tags, labels } = first.inputs as Record<string, Record<string, unknown> | undefined>;
                assert.ok((tags ?? labels)?.component, `nothing tells whose ${urn} is`);
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
