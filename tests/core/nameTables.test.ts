import assert from "node:assert/strict";
import fc from "fast-check";
import { NAMES as aws } from "../../providers/aws/names";
import { NAMES as azure } from "../../providers/azure/names";
import { NAMES as gcp } from "../../providers/gcp/names";
import { NAMES as kubernetes } from "../../providers/kubernetes/names";
import { physicalName, type NameRule } from "../../providers/names";

const TABLES: Record<string, Record<string, NameRule>> = { aws, gcp, azure, kubernetes };

const LEGAL = {
    dns: /^[a-z0-9-]+$/,
    alphanumeric: /^[a-z0-9]+$/,
    mixed: /^[A-Za-z0-9_-]+$/,
    digits: /^[1-9]\d*$/,
};

/** Component names and suffixes as the package makes them: the longest that a component may have among them. */
const readable = fc
    .tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$/), fc.stringMatching(/^[a-z][a-z0-9.-]{0,40}$/))
    .map(([name, suffix]) => `${name}-${suffix}`);

for (const [cloud, table] of Object.entries(TABLES)) {
    describe(`names on ${cloud}`, () => {
        for (const [kind, rule] of Object.entries(table)) {
            it(`of a ${kind} fit the service's rule, and say where it was read`, () => {
                assert.ok(rule.source.length > 3);
                fc.assert(
                    fc.property(readable, fc.string(), (name, identity) => {
                        const made = physicalName(rule, name, identity);
                        assert.ok(
                            made.length <= rule.maxLength && made.length >= (rule.minLength ?? 1),
                            made,
                        );
                        assert.match(made, LEGAL[rule.characters]);
                        assert.doesNotMatch(made, /^-|-$|--/);
                        if (rule.startsWithLetter) {
                            assert.match(made, /^[A-Za-z]/);
                        }
                    }),
                );
            });

            it(`of a ${kind} are never the same for two places in a program`, () => {
                fc.assert(
                    fc.property(readable, readable, (one, other) => {
                        fc.pre(one !== other);
                        assert.notEqual(physicalName(rule, one, one), physicalName(rule, other, other));
                    }),
                );
            });
        }
    });
}
