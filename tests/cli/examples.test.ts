import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { plan } from "../../cli/plan/plan";
import { componentsOf } from "./support";

const ROOT = path.resolve(__dirname, "../..");
const RECORDED = path.join(ROOT, "tests", "recorded");

/** URNs that the real engine recorded for an example, without the stack, providers and stack references. */
function recordedUrns(file: string): string[] {
    const urns = JSON.parse(fs.readFileSync(path.join(RECORDED, file), "utf8")) as string[];
    return urns.filter((urn) => !/[:$]pulumi:(?:pulumi|providers):[^:]+::/.test(urn));
}

describe("a plan of an example", function () {
    this.timeout(120_000);

    for (const file of fs.readdirSync(RECORDED).filter((name) => name.endsWith(".json"))) {
        const [example = "", stack = ""] = file.split(".");
        it(`shows what the real engine makes of ${example} on ${stack}`, async () => {
            const document = await plan({ directory: path.join(ROOT, "examples", example), stack });
            assert.deepEqual(document.errors, []);
            const components = componentsOf(document);
            const resources = [
                ...document.resources,
                ...components.flatMap((component) => component.resources),
            ];
            const planned = [...components, ...resources.filter((resource) => !resource.read)].map(
                ({ urn }) => urn,
            );
            const recorded = recordedUrns(file);
            const missing = recorded.filter((urn) => !planned.includes(urn));
            const surplus = planned.filter((urn) => !recorded.includes(urn));
            assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
        });
    }
});
