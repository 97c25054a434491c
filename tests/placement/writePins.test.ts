import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { writePins } from "../../cli/placement/writePins";
import { NO_PINS, type Pin, type Pins } from "../../placement/pins";

const STACK = [
    "# who owns this",
    "encryptionsalt: v1:abc",
    "config:",
    "  barycenter:tier:   dev   # small",
    "",
    "  # why this is here",
    '  "prog:token":',
    "    secure: AAAB",
    "# the end",
    "",
].join("\n");

function pinsOf(components: Readonly<Record<string, Pin>>): Pins {
    return { ...NO_PINS, components };
}

const TWO = pinsOf({
    "ModelStore/weights": { site: "aws/eu-west-1", account: "012345678901" },
    "GpuCluster/serving": { site: "aws/eu-west-1", accelerators: { train: "H100", chat: "L4" } },
});

describe("writing pins", () => {
    let folder: string;
    let file: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-pins-"));
        file = path.join(folder, "Pulumi.dev.yaml");
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));

    function after(text: string, ...steps: readonly Pins[]): string {
        fs.writeFileSync(file, text);
        steps.forEach((pins) => writePins(file, pins));
        return fs.readFileSync(file, "utf8");
    }

    it("adds one line a component in the order of their names", () => {
        const added = after(STACK, TWO)
            .split("\n")
            .filter((line) => !STACK.split("\n").includes(line));
        assert.deepEqual(added, [
            "  barycenter:pins:",
            "    schemaVersion: 1",
            "    components:",
            "      GpuCluster/serving: { site: aws/eu-west-1, accelerators: { chat: L4, train: H100 } }",
            '      ModelStore/weights: { site: aws/eu-west-1, account: "012345678901" }',
        ]);
    });

    it("leaves every other line as it is, comments and spaces included", () => {
        const kept = after(STACK, TWO)
            .split("\n")
            .filter((line) => STACK.split("\n").includes(line));
        assert.equal(kept.join("\n"), STACK);
    });

    it("takes the whole block away with the last pin", () => {
        assert.equal(after(STACK, TWO, NO_PINS), STACK);
    });

    it("exchanges a block that stands between others", () => {
        const text = after("config:\n    barycenter:pins: {}\n    a:b: c # kept\n", TWO);
        assert.match(text, /^config:\n {4}barycenter:pins:\n {8}schemaVersion: 1\n/);
        assert.match(text, /\n {4}a:b: c # kept\n$/);
    });

    it("writes the same bytes again", () => {
        assert.equal(after(STACK, TWO, TWO), after(STACK, TWO));
    });

    for (const [what, text] of Object.entries({
        "an empty file": "",
        "a file without configuration": "# only this\nencryptionsalt: v1:abc\n",
        "a file without a last line break": "config:\n  a:b: c",
        "configuration in one line": "config: { a:b: c }\n",
        "an empty configuration": "config:\n",
        "configuration with anchors": "config:\n  a:b: &x c\n  a:d: *x\n",
        "a text over several lines at the end": "config:\n  a:b: |\n    one\n    two\n",
        "a comment after the last value": "config:\n  a:b: c\n  # the end\n",
    })) {
        it(`writes into ${what} and keeps its content`, () => {
            const before = (parse(text) ?? {}) as { config?: object };
            const written = parse(after(text, TWO)) as { config: Record<string, unknown> };
            const { "barycenter:pins": pins, ...config } = written.config;
            assert.deepEqual(pins, JSON.parse(JSON.stringify(TWO)));
            assert.deepEqual({ ...written, config }, { ...before, config: before.config ?? {} });
        });
    }

    it("refuses a file that is no YAML and leaves it alone", () => {
        assert.throws(() => after("config: [", TWO), /is no valid YAML/);
        assert.equal(fs.readFileSync(file, "utf8"), "config: [");
    });

    it("leaves nothing beside the file", () => {
        after(STACK, TWO);
        assert.deepEqual(fs.readdirSync(folder), ["Pulumi.dev.yaml"]);
    });

    /** What git makes of two branches that came from one. */
    function merged(base: Pins, ours: Pins, theirs: Pins): { conflicts: number; text: string } {
        const files = { ours, base, theirs };
        for (const [name, pins] of Object.entries(files)) {
            fs.writeFileSync(path.join(folder, name), STACK);
            writePins(path.join(folder, name), pins);
        }
        const { status, stdout } = spawnSync("git", ["merge-file", "-p", "ours", "base", "theirs"], {
            cwd: folder,
            encoding: "utf8",
        });
        return { conflicts: status ?? -1, text: stdout };
    }

    const at = (site: string): Pin => ({ site });
    const BASE = { "A/a": at("aws/eu-west-1"), "D/d": at("aws/eu-west-1"), "M/m": at("aws/eu-west-1") };

    it("merges pins that two branches added in different places", () => {
        const { conflicts, text } = merged(
            pinsOf(BASE),
            pinsOf({ ...BASE, "B/b": at("aws/eu-west-1") }),
            pinsOf({ ...BASE, "E/e": at("gcp/europe-west4") }),
        );
        assert.equal(conflicts, 0);
        const { config } = parse(text) as { config: { "barycenter:pins": Pins } };
        assert.deepEqual(Object.keys(config["barycenter:pins"].components), [
            "A/a",
            "B/b",
            "D/d",
            "E/e",
            "M/m",
        ]);
    });

    it("conflicts on the single line of a component that two branches placed differently", () => {
        const { conflicts, text } = merged(
            pinsOf(BASE),
            pinsOf({ ...BASE, "D/d": at("aws/us-east-1") }),
            pinsOf({ ...BASE, "D/d": at("gcp/europe-west4") }),
        );
        assert.equal(conflicts, 1);
        const conflict = /<{7}.*\n([\s\S]*?)={7}\n([\s\S]*?)>{7}/.exec(text) ?? [];
        assert.deepEqual(conflict.slice(1), [
            "      D/d: { site: aws/us-east-1 }\n",
            "      D/d: { site: gcp/europe-west4 }\n",
        ]);
    });
});
