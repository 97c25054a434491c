import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { assertSucceeded } from "../support/engine/assertions";
import type { ExportedStack } from "../support/engine/checkpoint";
import type { EngineStack } from "../support/engine/workspace";
import { attached, CLOUDS } from "./clouds";

const QUICKSTART = path.resolve(__dirname, "../../examples/quickstart");
const FOLDER = path.resolve(__dirname, "../recorded/states");

/** What a state says of the machine and the moment of an `up`, and of nothing that exists. */
const INCIDENTAL = new Set(["manifest", "created", "modified", "sourcePosition", "stackTrace"]);

/** The state as JSON that is the same wherever it is recorded, but for the cipher of its simulated secrets. */
function recordable(state: ExportedStack): string {
    const { version: engine, magic } = (state.deployment as { manifest: Record<string, string> }).manifest;
    const text = JSON.stringify(state, (key, value: unknown) => (INCIDENTAL.has(key) ? undefined : value));
    const { version, deployment } = JSON.parse(text) as ExportedStack;
    // The engine imports no state without its version, the hash of that and a moment.
    const manifest = { time: "2026-01-01T00:00:00Z", magic, version: engine };
    return `${JSON.stringify({ version, deployment: { manifest, ...deployment } })}\n`;
}

for (const cloud of CLOUDS) {
    describe(`a quickstart on ${cloud} that an earlier state of this package has brought up`, function () {
        this.timeout(180_000);
        const at = attached();
        const file = path.join(FOLDER, `quickstart.${cloud}.json`);
        let stack: EngineStack;

        before(async () => {
            stack = await at.engine.project(QUICKSTART, cloud, { copy: true });
            if (process.env.BARYCENTER_RECORD !== undefined) {
                assertSucceeded(await stack.up());
                fs.mkdirSync(FOLDER, { recursive: true });
                fs.writeFileSync(file, recordable(await stack.export()));
            }
            assert.ok(fs.existsSync(file), `${file} is missing: record it with BARYCENTER_RECORD=1`);
            await stack.import(JSON.parse(fs.readFileSync(file, "utf8")) as ExportedStack);
        });

        it("is recorded without a trace of the machine that recorded it", () => {
            const text = fs.readFileSync(file, "utf8");
            assert.doesNotMatch(
                text,
                /file:\/\/|"\/(home|root|tmp|work|Users)\/|PRIVATE KEY|simulated-secret/,
            );
        });

        it("loses and replaces nothing when today's package previews it", async () => {
            const preview = await stack.preview();
            assertSucceeded(preview);
            assert.ok(preview.steps.some((step) => step.op === "same"));
            assert.deepEqual(
                preview.steps
                    .filter(({ op }) => /delete|replace/.test(op))
                    .map(({ op, urn, diffs }) => `${op} ${urn} [${diffs.join(", ")}]`),
                [],
            );
        });
    });
}
