import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const FOLDER = path.resolve(__dirname, "../recorded");

/**
 * Compares URNs with the recorded ones. A name that changes replaces a user's resource, so a difference is a
 * breaking change. `BARYCENTER_RECORD=1` writes the file anew.
 */
export function assertRecorded(name: string, urns: readonly string[]): void {
    const file = path.join(FOLDER, `${name}.json`);
    const sorted = [...urns].sort();
    if (process.env.BARYCENTER_RECORD !== undefined) {
        fs.mkdirSync(FOLDER, { recursive: true });
        fs.writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
    }
    assert.ok(fs.existsSync(file), `${file} is missing: record it with BARYCENTER_RECORD=1`);
    const recorded = JSON.parse(fs.readFileSync(file, "utf8")) as string[];
    const lost = recorded.filter((urn) => !sorted.includes(urn));
    const added = sorted.filter((urn) => !recorded.includes(urn));
    assert.deepEqual(
        { lost, added },
        { lost: [], added: [] },
        `the resources of ${name} are not the recorded ones`,
    );
}
