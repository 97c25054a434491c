import assert from "node:assert/strict";
import { diagnose, type Finding } from "../../cli/doctor/diagnose";
import { CLOUDS } from "../../placement/site";
import type { CloudResource } from "../../testing/store";
import { assertFailed } from "../support/engine/assertions";
import { moments } from "./moments";
import { creationsOn, Quickstart } from "./quickstart";
import { doctor, doubles, followDoctor, unrecorded } from "./recovery";

/** What the services say of a name that is taken. */
const TAKEN = /already ?(?:exist|own|associated|taken)|exists already|in use|\b409\b|conflict/i;

for (const cloud of CLOUDS) {
    describe(`the quickstart on ${cloud}, when its up is cut off`, function () {
        this.timeout(0);
        const creations = creationsOn(cloud);
        let quickstart: Quickstart;

        before(async function () {
            quickstart = await Quickstart.start(this, cloud);
        });

        after(() => quickstart?.stop());

        /** Kills an up at a creation, before or after the thing is made. */
        async function kill(urn: string, point: "before" | "after"): Promise<void> {
            const killed = await quickstart.kill("up", (run) => [
                { when: (call) => call.urn === urn, point, run, message: "killed" },
            ]);
            assert.equal(killed.exitCode, null, `the creation of ${urn} was not reached`);
        }

        it("converges after a kill before anything is made", async () => {
            for (const urn of moments(creations, 0.5)) {
                await kill(urn, "before");
                // What was under way beside it may have been made.
                await quickstart.recover();
                await quickstart.assertConverges(urn);
            }
        });

        it("makes nothing twice silently after a kill that leaves it unrecorded, and converges by what doctor says", async () => {
            const { clouds, stack } = quickstart;
            for (const urn of moments(creations, 0.455)) {
                await kill(urn, "after");
                const made = unrecorded(clouds, stack);
                const urns = made.map((each) => each.urn ?? "");
                assert.ok(urns.includes(urn));
                const examination = await doctor(stack);
                assert.equal(examination.exitCode, 1);
                assert.deepEqual(
                    urns.filter((each) => !examination.text.includes(each)),
                    [],
                    "doctor does not report these",
                );
                const { findings } = examination.diagnosis;
                if (urns.every((each) => hasFixedName(findings.find((finding) => finding.urn === each)))) {
                    await assertNotMadeTwice(made);
                }
                await followDoctor(clouds, stack, examination);
                await quickstart.assertConverges(urn);
            }
        });

        it("makes nothing named twice silently when an answer is lost, and finds the rest by its tags", async () => {
            const { clouds, stack } = quickstart;
            for (const urn of moments(creations, 0.6)) {
                await quickstart.failing("up", {
                    when: (call) => call.urn === urn,
                    point: "after",
                    message: "connection reset",
                });
                const [lost, ...others] = unrecorded(clouds, stack);
                assert.deepEqual(others, []);
                assert.equal(lost?.urn, urn);
                await assertNotMadeTwice([lost]);
                // The engine takes a lost answer for a failure, so its state tells doctor nothing.
                unrecorded(clouds, stack).forEach((resource) => clouds.simulator.store.drop(resource));
                await quickstart.assertConverges(urn);
            }
        });

        /** The next up goes on with what is there, is refused a second one, or makes one that its tags tell apart. */
        async function assertNotMadeTwice(made: readonly CloudResource[]): Promise<void> {
            const { clouds, stack } = quickstart;
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
