import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { cli, fixture } from "./support";

/** What the command line writes of a program that can't be placed, with the stack's view of placement. */
async function refusal(placement: object, ...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await cli(
        ...["plan", fixture("placed"), "-c", `barycenter:placement=${JSON.stringify(placement)}`, ...more],
    );
    assert.equal(code, 1, stdout + stderr);
    assert.equal(stdout, "");
    return stderr;
}

/** Errors, without the mention of those that could not be looked at because of another. */
const errorsIn = (text: string): string[] =>
    text.split("\n").filter((line) => line.startsWith("error: ") && !/was not looked at/.test(line));

describe("a program that can't be placed", function () {
    this.timeout(120_000);

    it("names a region that there is not, with the nearest, wherever it stands", async () => {
        const text = await refusal({ allow: ["aws/eu-wst-1"] }, "-c", "corpusAt=aws/eu-wst-3");
        assert.match(
            text,
            /barycenter:placement\.allow\.0: .*'aws\/eu-wst-1'; did you mean 'aws\/eu-west-\d'/,
        );
        assert.match(text, /ModelStore\/corpus at: .*'aws\/eu-wst-3'; did you mean 'aws\/eu-west-\d'/);
    });

    it("names the smallest set of conditions that can't hold together, and no other", async () => {
        const conditions = { allow: ["aws/eu-west-1"], deny: ["gcp"] };
        const text = await refusal(conditions, "-c", 'accelerators=["H100"]');
        const [error, ...others] = errorsIn(text);
        assert.deepEqual(others, []);
        assert.match(error ?? "", /can't be placed: these conditions can't hold together/);
        assert.match(text, /aws\/eu-west-1/);
        assert.doesNotMatch(text, /not gcp/);
    });

    it("tells once what the place of a component breaks", async () => {
        const text = await refusal({ residency: ["US"] });
        assert.equal(text.match(/residency US/g)?.length, 1);
        assert.doesNotMatch(text, /can't hold together/);
    });

    it("names an accelerator that there is not, with the nearest", async () => {
        const text = await refusal({}, "-c", 'accelerators=["L44"]');
        assert.match(text, /did you mean 'L4'/);
        assert.doesNotMatch(text, /\n\s+at /);
    });

    it("tells an absurd size in its own bounds", async () => {
        const text = await refusal({}, "-c", "corpusGiB=1000000000000000");
        assert.equal(errorsIn(text).length, 1);
        assert.match(text, /sizeGiB: .*1000000000000000/);
    });

    it("tells a broken catalogue file by its name and all that is wrong with it", async () => {
        const directory = fs.mkdtempSync(fixture("pinned-"));
        try {
            fs.cpSync(fixture("placed"), directory, { recursive: true });
            fs.writeFileSync(path.join(directory, "prices.json"), '{"schemaVersion": 1}');
            const { code, stderr } = await cli(
                ...["plan", directory, "-c", 'barycenter:placement={"catalog":"prices.json"}'],
            );
            assert.equal(code, 1);
            assert.equal(errorsIn(stderr).length, 1);
            assert.match(stderr, /prices\.json is a broken catalogue/);
            assert.match(stderr, /clouds\.aws\.machines: missing/);
        } finally {
            fs.rmSync(directory, { recursive: true });
        }
    });

    it("tells a wrong number of its view of placement", async () => {
        const text = await refusal({ latency: { to: "DE", ms: -1 } });
        assert.match(text, /barycenter:placement\.latency\.ms: /);
    });
});

describe("a plan that is made again", function () {
    this.timeout(240_000);

    it("is the same ten times, to the byte", async () => {
        const texts = new Set<string>();
        for (let run = 0; run < 10; run++) {
            texts.add((await cli("plan", fixture("placed"), "--json")).stdout);
        }
        assert.equal(texts.size, 1);
    });
});
