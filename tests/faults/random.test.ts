import { CLOUDS } from "../../placement/site";
import type { Fault } from "../../testing";
import { hex } from "../../testing/names";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { full, rounds } from "./moments";
import { creationsOn, Quickstart } from "./quickstart";

/** BARYCENTER_SEED repeats a run. */
const SEED = process.env.BARYCENTER_SEED ?? String(Date.now() % 1_000_000);

/** A number from 0 up to 1 that depends on the seed and on what it is for. */
const random = (...purpose: readonly (string | number)[]) =>
    parseInt(hex([SEED, ...purpose].join(":"), 8), 16) / 2 ** 32;

/** How long a call takes, before and after something has happened, so that a kill meets calls under way. */
const PACE = 60;
const SLOWLY: readonly Fault[] = (["before", "after"] as const).map((point) => ({
    on: ["create", "delete"],
    point,
    delay: PACE,
}));

/** Strikes at a random one of `count` calls, at a random time in it. */
function sometime(
    on: "create" | "delete",
    count: number,
    purpose: readonly (string | number)[],
    now: () => Promise<void>,
): Fault {
    const later = random(...purpose, "later") * 2 * PACE;
    return {
        on,
        nth: 1 + Math.floor(random(...purpose, "nth") * count),
        run: () => void setTimeout(() => void now(), later),
    };
}

// A plain test run kills at chosen moments: see kills.test.ts.
for (const cloud of full ? CLOUDS : []) {
    describe(`the quickstart on ${cloud}, at random (BARYCENTER_SEED=${SEED})`, function () {
        this.timeout(0);
        const count = creationsOn(cloud).length;
        let quickstart: Quickstart;

        before(async function () {
            quickstart = await Quickstart.start(this, cloud);
        });

        after(() => quickstart?.stop());

        it("converges by what doctor says after a kill of an up", async () => {
            for (const round of rounds()) {
                await quickstart.kill("up", (now) => [
                    sometime("create", count, [cloud, "up", round], now),
                    ...SLOWLY,
                ]);
                await quickstart.recover();
                await quickstart.assertConverges(`round ${round}`);
            }
        });

        it("is gone after the next destroy after a kill of a destroy", async () => {
            for (const round of rounds()) {
                assertSucceeded(await quickstart.stack.up());
                await quickstart.kill("destroy", (now) => [
                    sometime("delete", count, [cloud, "destroy", round], now),
                    ...SLOWLY,
                ]);
                await quickstart.assertDestroys(`round ${round}`);
            }
        });

        it("comes up whole however long each call takes", async () => {
            for (const round of rounds()) {
                quickstart.clouds.arm(
                    creationsOn(cloud).map((urn) => ({
                        when: (call) => call.urn === urn,
                        point: "after",
                        delay: random(urn, round) * 300,
                    })),
                );
                assertSucceeded(await quickstart.stack.up());
                quickstart.clouds.arm([]);
                assertNoChanges(await quickstart.stack.up());
                await quickstart.assertDestroys(`round ${round}`);
            }
        });
    });
}
