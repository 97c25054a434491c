import assert from "node:assert/strict";
import fc from "fast-check";
import { physicalName, type NameRule } from "../../providers/names";

const rule = (given: Partial<NameRule>): NameRule => ({
    maxLength: 24,
    characters: "dns",
    source: "test",
    ...given,
});

const anyRule = fc.record({
    maxLength: fc.integer({ min: 12, max: 100 }),
    characters: fc.constantFrom("dns" as const, "alphanumeric" as const, "mixed" as const),
    startsWithLetter: fc.constant(true as const),
    source: fc.constant("test"),
});
const logical = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/), fc.string({ maxLength: 60 }));

const LEGAL = {
    dns: /^[a-z][a-z0-9-]*$/,
    alphanumeric: /^[a-z][a-z0-9]*$/,
    mixed: /^[A-Za-z][A-Za-z0-9_-]*$/,
};

describe("physical names", () => {
    it("fit the rule, whatever the logical name", () => {
        fc.assert(
            fc.property(anyRule, logical, fc.string(), (given, name, identity) => {
                const made = physicalName(given, name, identity);
                assert.ok(made.length >= 1 && made.length <= given.maxLength, made);
                assert.match(made, LEGAL[given.characters]);
                assert.doesNotMatch(made, /[-_]$/);
            }),
            { numRuns: 1000 },
        );
    });

    it("are as long as the service wants at least", () => {
        fc.assert(
            fc.property(fc.stringMatching(/^[a-z]{1,3}$/), (name) => {
                assert.ok(physicalName(rule({ minLength: 6 }), name, name).length >= 6);
            }),
        );
    });

    it("differ for two identities when they are shared beyond the stack", () => {
        const shared = rule({ shared: true });
        assert.notEqual(physicalName(shared, "weights", "team-a"), physicalName(shared, "weights", "team-b"));
    });

    it("differ for two long names that begin alike", () => {
        const [one, other] = ["a-very-long-component-name-one", "a-very-long-component-name-two"];
        assert.notEqual(physicalName(rule({}), one, one), physicalName(rule({}), other, other));
    });

    it("are the same in every run", () => {
        assert.equal(
            physicalName(rule({ shared: true }), "weights", "id"),
            physicalName(rule({ shared: true }), "weights", "id"),
        );
    });

    it("stay readable where they fit and are not shared", () => {
        assert.equal(physicalName(rule({}), "chat-model", "id"), "chat-model");
    });

    it("carry a hash where a character had to go", () => {
        assert.match(
            physicalName(rule({ characters: "alphanumeric" }), "chat-model", "id"),
            /^chatmodel[a-z0-9]{8}$/,
        );
    });

    it("are ten digits without a leading zero where the service wants a number", () => {
        fc.assert(
            fc.property(fc.string(), (identity) => {
                assert.match(
                    physicalName(rule({ maxLength: 10, characters: "digits" }), "x", identity),
                    /^[1-9]\d{9}$/,
                );
            }),
        );
    });
});
