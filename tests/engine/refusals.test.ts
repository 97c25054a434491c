import assert from "node:assert/strict";
import * as path from "node:path";
import { assertFailed } from "../support/engine/assertions";
import type { StepResult } from "../support/engine/result";
import { attached, configOn } from "./clouds";

/** A program that makes the mistake, as a project: inline programs don't end when an output is refused. */
describe("a mistake that only an output shows", function () {
    this.timeout(120_000);
    const at = attached();

    async function previewOf(mistake: string): Promise<StepResult> {
        const directory = path.join(__dirname, "fixtures", "refusals");
        const config = { ...configOn("aws"), mistake };
        return (await at.engine.project(directory, mistake, { config })).preview();
    }

    const REFUSALS: Readonly<Record<string, readonly [what: string, message: RegExp]>> = {
        argument: ["a secret among a job's arguments", /'once': args\.1 is a secret/],
        command: ["a secret in a service's command", /'chat': command\.1 is a secret/],
        version: ["a reference of another version", /has version 2, this package understands 1/],
        region: ["a reference to another region", /aws\/us-east-1: adopt it there, not at aws\/eu-west-1/],
        cloud: ["a reference to another cloud", /aws\/eu-west-1: adopt it there, not at gcp\/europe-west4/],
    };

    for (const [mistake, [what, message]] of Object.entries(REFUSALS)) {
        it(`ends the preview with its reason alone: ${what}`, async () => {
            const preview = await previewOf(mistake);
            assertFailed(preview, message);
            const shown = preview.stdout + preview.stderr;
            assert.doesNotMatch(shown, /^\s+at .*\.[jt]s:\d+/m);
            assert.ok(!shown.includes("c0nf1dent1al"));
        });
    }
});
