import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { SimulatedClouds } from "../../testing";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { VertexDouble } from "../providers/gcp/vertexDouble";
import { requireEngine } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";
import { cases, EDITS, exampleFolders } from "./catalogue";
import { platformStack } from "./platform";
import { assertRecorded } from "./recorded";
import { assertSafe } from "./safety";
import { assertTagged } from "./tagging";

const TRANSPILE = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

describe("the examples", () => {
    it("are all covered here", () => {
        assert.deepEqual(
            exampleFolders()
                .filter((name) => !name.startsWith("placement-"))
                .sort(),
            Object.keys(EDITS).sort(),
        );
    });

    for (const { example, cloud, directory, edit } of cases()) {
        describe(`${example} on ${cloud}`, function () {
            this.timeout(180_000);
            let engine: Engine;
            let clouds: SimulatedClouds;
            let stack: EngineStack;
            let vertex: VertexDouble;

            before(async function () {
                await requireEngine(this);
                clouds = await SimulatedClouds.start();
                vertex = await VertexDouble.start();
                vertex.anyEndpoint = true;
                vertex.polls = 0;
                engine = await Engine.create({
                    clouds: { ...clouds.environment, BARYCENTER_VERTEX_API: vertex.address },
                });
                if (example === "bring-your-own") {
                    await platformStack(engine, cloud);
                }
                stack = await engine.project(directory, cloud, { copy: true });
            });

            after(async () => {
                await engine?.stop();
                await clouds?.stop();
                await vertex?.stop();
            });

            it("previews the resources that up creates", async () => {
                const preview = await stack.preview({ environment: TRANSPILE });
                assertSucceeded(preview);
                const up = await stack.up({ environment: TRANSPILE });
                assertSucceeded(up);
                const created = (result: typeof up): string[] =>
                    result.steps
                        .filter((step) => step.op === "create")
                        .map((step) => step.urn)
                        .sort();
                assert.deepEqual(created(preview), created(up));
                assertRecorded(`${example}.${cloud}`, created(up));
            });

            it("keeps everything private, with least privilege and no secret in clear text", () => {
                assertSafe(clouds.resources());
                assert.doesNotMatch(
                    stack.stateText(),
                    /BEGIN [A-Z ]*PRIVATE KEY|client-key-data|simulated-secret/,
                );
            });

            it("tags every resource that takes tags", () => {
                assertTagged(clouds.resources());
            });

            it("changes nothing when it is brought up again", async () => {
                assertNoChanges(await stack.up({ environment: TRANSPILE }));
            });

            it("changes nothing when it is refreshed", async () => {
                assertNoChanges(await stack.refresh({ environment: TRANSPILE }));
            });

            it("touches only what an edit is about", async () => {
                const file = path.join(stack.directory, "index.ts");
                const program = fs.readFileSync(file, "utf8");
                assert.ok(program.includes(edit.from), `${edit.from} is not in the program`);
                fs.writeFileSync(file, program.replace(edit.from, edit.to));
                const result = await stack.up({ environment: TRANSPILE });
                assertSucceeded(result);
                const touched = result.steps.filter(
                    (step) =>
                        !["same", "read", "refresh"].includes(step.op) && step.type !== "pulumi:pulumi:Stack",
                );
                assert.ok(touched.length > 0, "the edit changed nothing");
                assert.deepEqual(
                    touched.filter((step) => !edit.touches.test(step.name)).map((step) => step.urn),
                    [],
                );
            });

            it("leaves nothing when it is destroyed", async () => {
                assertSucceeded(await stack.destroy({ environment: TRANSPILE }));
                assert.deepEqual(
                    clouds.resources().map((resource) => resource.urn),
                    [],
                );
                assert.deepEqual([...vertex.models.keys()], []);
            });
        });
    }
});
