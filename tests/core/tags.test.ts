import assert from "node:assert/strict";
import fc from "fast-check";
import { cloudTags } from "../../cost/tags";
import { CLOUDS, type CloudName } from "../../placement/site";

/** Written from the clouds' own documents, apart from the rules in the code. */
const LEGAL: Record<CloudName, { key: RegExp; value: RegExp; count: number }> = {
    aws: {
        key: /^(?!aws:)[A-Za-z0-9 +\-=._:/@]{1,128}$/i,
        value: /^[A-Za-z0-9 +\-=._:/@]{0,256}$/,
        count: 50,
    },
    gcp: { key: /^[a-z][a-z0-9_-]{0,62}$/, value: /^[a-z0-9_-]{0,63}$/, count: 64 },
    azure: {
        key: /^(?!microsoft|azure|windows)[^<>%&\\?/\u0000-\u001f]{1,128}$/i,
        value: /^.{0,256}$/,
        count: 50,
    },
    kubernetes: {
        key: /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/,
        value: /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/,
        count: 64,
    },
};

const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "grapheme", maxLength: 80 }),
    fc.stringMatching(/^[A-Za-z0-9._/:@-]{1,90}$/),
    fc.constantFrom(
        "aws:x",
        "Azure-thing",
        "microsoft",
        "windows",
        "-",
        " ",
        "é",
        "Team",
        "team",
        "TEAM",
        "a".repeat(200),
    ),
);
const tags = fc.dictionary(text, text, { maxKeys: 40 });

/** Two keys that differ in case alone are one key on Azure and Kubernetes labels stay apart from each other. */
const canonical = (cloud: CloudName, key: string): string => (cloud === "azure" ? key.toLowerCase() : key);

describe("cost tags", () => {
    for (const cloud of CLOUDS) {
        it(`are legal on ${cloud}, whatever is given`, () => {
            fc.assert(
                fc.property(tags, (given) => {
                    const mapped = Object.entries(cloudTags(cloud, given));
                    assert.ok(mapped.length <= LEGAL[cloud].count);
                    for (const [key, value] of mapped) {
                        assert.match(key, LEGAL[cloud].key);
                        assert.match(value, LEGAL[cloud].value);
                    }
                }),
                { numRuns: 400 },
            );
        });

        it(`never make one key of two on ${cloud}`, () => {
            fc.assert(
                fc.property(tags, (given) => {
                    const keys = Object.keys(given).filter((key) => key.length > 0);
                    const mapped = Object.keys(cloudTags(cloud, given)).map((key) => canonical(cloud, key));
                    assert.equal(new Set(mapped).size, keys.length);
                }),
                { numRuns: 400 },
            );
        });

        it(`never make one value of two on ${cloud}`, () => {
            fc.assert(
                fc.property(text, text, (one, other) => {
                    fc.pre(one !== other);
                    assert.notEqual(cloudTags(cloud, { k: one }).k, cloudTags(cloud, { k: other }).k);
                }),
                { numRuns: 400 },
            );
        });

        it(`are the same in every run and any order on ${cloud}`, () => {
            fc.assert(
                fc.property(tags, (given) => {
                    const reversed = Object.fromEntries(Object.entries(given).reverse());
                    assert.deepEqual(cloudTags(cloud, given), cloudTags(cloud, reversed));
                }),
            );
        });

        it(`keep what is already legal on ${cloud}`, () => {
            const given = { "cost-centre": "4711", owner: "platform", tier: "dev" };
            assert.deepEqual(cloudTags(cloud, given), given);
        });
    }

    it("are refused when there are more than a resource may have", () => {
        const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag-${index}`, "x"]));
        assert.throws(() => cloudTags("aws", many), /51 tags, aws allows 50/);
        assert.doesNotThrow(() => cloudTags("gcp", many));
    });
});
