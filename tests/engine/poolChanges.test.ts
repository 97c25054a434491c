import assert from "node:assert/strict";
import { GpuCluster, type PoolArgs } from "../../index";
import { assertSucceeded } from "../support/engine/assertions";
import type { StepResult } from "../support/engine/result";
import type { EngineStack } from "../support/engine/workspace";
import {
    assertReplacedBeside,
    attached,
    changesOf,
    CLOUDS,
    configOn,
    OPERATORS,
    type Managed,
} from "./clouds";

/** Another accelerator that the cloud sells. */
const OTHER: Readonly<Record<Managed, PoolArgs["accelerator"]>> = {
    aws: "A10G",
    gcp: "T4",
    azure: "A100-80GB",
};

const CHAT: PoolArgs = { accelerator: ["L4", "T4"], max: 4, spot: { onDemandBase: 1 } };
const SPARE: PoolArgs = { cpu: { vcpu: 4, memoryGiB: 16 }, max: 3 };

for (const cloud of CLOUDS) {
    describe(`a change to one pool on ${cloud}`, function () {
        this.timeout(240_000);
        const at = attached();
        let stack: EngineStack;
        let pools: Record<string, PoolArgs> = { chat: CHAT, spare: SPARE };

        before(async () => {
            stack = await at.engine.inline(
                "pools",
                cloud,
                async () => void new GpuCluster("serving", { pools, controlPlane: OPERATORS }),
                configOn(cloud),
            );
            assertSucceeded(await stack.up());
        });

        /** Brings a change up, which touches resources of that pool and no others. */
        async function changed(pool: string, next: Record<string, PoolArgs>): Promise<StepResult> {
            pools = next;
            const up = await stack.up();
            const changes = changesOf(up);
            const component = (name: string, type: string) =>
                name === "serving" && type === "barycenter:index:GpuCluster";
            const touched = changes.filter(({ name, type }) => !component(name, type));
            assert.ok(touched.length > 0, "nothing was changed");
            assert.deepEqual(
                touched.filter(({ name }) => !new RegExp(`^serving-pool-${pool}(-|$)`).test(name)),
                [],
            );
            return up;
        }

        const chat = (change: Partial<PoolArgs>): Record<string, PoolArgs> => ({
            ...pools,
            chat: { ...pools.chat, ...change },
        });
        const replaced = (result: StepResult) => result.steps.filter((step) => step.op === "replace");

        it("of its labels updates it in place", async () => {
            const up = await changed("chat", chat({ labels: { team: "search" } }));
            assert.deepEqual(replaced(up), []);
        });

        it("of its size updates it in place", async () => {
            const up = await changed("chat", chat({ max: 6 }));
            assert.deepEqual(replaced(up), []);
        });

        it("of its disk touches nothing else, and makes a replacement beside it", async () => {
            const up = await changed("chat", chat({ diskGiB: 300 }));
            if (cloud === "azure") {
                assertReplacedBeside(up);
            } else {
                assert.deepEqual(replaced(up), []);
            }
        });

        it("of its accelerator makes another pool beside it before it goes", async () => {
            assertReplacedBeside(await changed("chat", chat({ accelerator: OTHER[cloud] })));
        });

        it("that adds one touches none of the others", async () => {
            const up = await changed("extra", { ...pools, extra: { accelerator: ["L4", "T4"] } });
            assert.deepEqual([...new Set(changesOf(up).map(({ op }) => op as string))].sort(), [
                "create",
                "update",
            ]);
        });

        it("that removes one touches none of the others", async () => {
            const { extra: _, ...left } = pools;
            const up = await changed("extra", left);
            assert.deepEqual([...new Set(changesOf(up).map(({ op }) => op as string))].sort(), [
                "delete",
                "update",
            ]);
        });
    });
}
