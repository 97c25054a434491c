import assert from "node:assert/strict";
import { CLOUDS } from "../../placement/site";
import { SimulatedClouds } from "../../testing";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import { requireEngine, skip } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";
import { differences, quickstartStack, spread } from "./quickstart";

/** Samples in a plain test run; `npm run test:faults` takes every creation. */
const SAMPLES = 4;

for (const cloud of CLOUDS) {
    describe(`a failing creation in the quickstart on ${cloud}`, function () {
        this.timeout(0);
        let engine: Engine;
        let clouds: SimulatedClouds;
        let stack: EngineStack;

        before(async function () {
            if (process.env.BARYCENTER_FAULTS !== "all") {
                skip(this, "failing creations take long: npm run test:faults runs them");
            }
            await requireEngine(this);
            clouds = await SimulatedClouds.start();
            engine = await Engine.create({ clouds: clouds.environment });
            stack = await quickstartStack(engine, cloud);
        });

        after(async () => {
            await engine?.stop();
            await clouds?.stop();
        });

        it("leaves a state from which the next up converges, whichever creation fails", async () => {
            assertSucceeded(await stack.up());
            const creations = clouds.calls().filter((call) => call.operation === "create").length;
            assertSucceeded(await stack.destroy());
            for (const nth of spread(creations, SAMPLES)) {
                clouds.arm([{ on: "create", nth, message: "injected failure" }]);
                assertFailed(await stack.up(), /injected failure/);
                clouds.arm([]);
                assertSucceeded(await stack.up());
                assert.deepEqual(differences(clouds, stack), { orphans: [], lost: [] }, `creation ${nth}`);
                assertSucceeded(await stack.destroy());
                assert.deepEqual(clouds.resources(), [], `creation ${nth}`);
            }
        });

        it("leaves a state that can be destroyed", async () => {
            for (const nth of [2, 5]) {
                clouds.arm([{ on: "create", nth, message: "injected failure" }]);
                assertFailed(await stack.up(), /injected failure/);
                clouds.arm([]);
                assertSucceeded(await stack.destroy());
                assert.deepEqual(clouds.resources(), [], `creation ${nth}`);
            }
        });
    });
}
