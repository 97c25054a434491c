import assert from "node:assert/strict";
import { CLOUDS } from "../../placement/site";
import { assertSucceeded } from "../support/engine/assertions";
import { moments } from "./moments";
import { creationsOn, Quickstart } from "./quickstart";

for (const cloud of CLOUDS) {
    describe(`the quickstart on ${cloud}, when the service refuses`, function () {
        this.timeout(0);
        const creations = creationsOn(cloud);
        let quickstart: Quickstart;

        before(async function () {
            quickstart = await Quickstart.start(this, cloud);
        });

        after(() => quickstart?.stop());

        async function failToCreate(urn: string): Promise<void> {
            const fault = { when: (call: { urn: string }) => call.urn === urn, message: "injected failure" };
            assert.deepEqual((await quickstart.failing("up", fault)).failed, [urn]);
        }

        it("comes up whole with the next up, whichever creation fails", async () => {
            for (const urn of moments(creations, 0.2, 0.7)) {
                await failToCreate(urn);
                await quickstart.assertConverges(urn);
            }
        });

        it("can be destroyed, whichever creation fails", async () => {
            for (const urn of moments(creations, 0.4)) {
                await failToCreate(urn);
                await quickstart.assertDestroys(urn);
            }
        });

        it("is gone after the next destroy, whichever deletion fails", async () => {
            for (const urn of moments(creations, 0.5)) {
                assertSucceeded(await quickstart.stack.up());
                await quickstart.failing("destroy", {
                    on: "delete",
                    when: (call) => call.urn === urn,
                    message: "injected failure",
                });
                assert.ok(quickstart.clouds.resources().some((each) => each.urn === urn));
                await quickstart.assertDestroys(urn);
            }
        });
    });
}
