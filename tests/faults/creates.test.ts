import assert from "node:assert/strict";
import { CLOUDS } from "../../placement/site";
import { SimulatedClouds } from "../../testing";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";
import { moments } from "./moments";
import { creationsOn, differences, quickstartStack } from "./quickstart";

for (const cloud of CLOUDS) {
    describe(`a failing creation in the quickstart on ${cloud}`, function () {
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

        /** Brings the stack up while one creation fails. */
        async function failing(urn: string): Promise<void> {
            clouds.arm([{ when: (call) => call.urn === urn, message: "injected failure" }]);
            const up = await stack.up();
            assertFailed(up, /injected failure/);
            assert.deepEqual(up.failed, [urn]);
            clouds.arm([]);
        }

        it("leaves a state from which the next up converges, whichever creation fails", async () => {
            for (const urn of moments(creations, 0.2, 0.7)) {
                await failing(urn);
                assertSucceeded(await stack.up());
                assert.deepEqual(differences(clouds, stack), { orphans: [], lost: [] }, urn);
                assertSucceeded(await stack.destroy());
                assert.deepEqual(clouds.resources(), [], urn);
            }
        });

        it("leaves a state that can be destroyed", async () => {
            for (const urn of moments(creations, 0.4)) {
                await failing(urn);
                assertSucceeded(await stack.destroy());
                assert.deepEqual(clouds.resources(), [], urn);
            }
        });
    });
}
