import assert from "node:assert/strict";
import fc from "fast-check";
import { subnetOf, overlaps } from "../../../providers/azure/cidr";
import { keyParts } from "../../../providers/azure/encryption";
import { deterministicGuid } from "../../../providers/azure/guid";
import { NAMES } from "../../../providers/azure/names";
import { physicalName, type NameRule } from "../../../providers/names";
import { GUID } from "./support";

const PATTERNS: Record<NameRule["characters"], RegExp> = {
    dns: /^[a-z0-9](?:-?[a-z0-9])*$/,
    alphanumeric: /^[a-z0-9]+$/,
    mixed: /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?$/,
    digits: /^[1-9]\d*$/,
};

describe("names on Azure", () => {
    for (const [kind, rule] of Object.entries(NAMES) as [string, NameRule][]) {
        it(`keep the rule of ${kind}, whatever the component is called`, () => {
            fc.assert(
                fc.property(
                    fc.string({ minLength: 1, maxLength: 120 }),
                    fc.string(),
                    (readable, identity) => {
                        const name = physicalName(rule, readable, identity);
                        assert.ok(
                            name.length <= rule.maxLength && name.length >= (rule.minLength ?? 1),
                            name,
                        );
                        assert.match(name, PATTERNS[rule.characters]);
                        if (rule.startsWithLetter) {
                            assert.match(name, /^[A-Za-z]/);
                        }
                    },
                ),
            );
        });
    }

    it("hold no underscore where a DNS label or Log Analytics would refuse it", () => {
        for (const rule of [NAMES.dnsPrefix, NAMES.logWorkspace]) {
            assert.match(physicalName(rule, "my_service", "one"), /^my-service-[a-z0-9]{8}$/);
        }
    });

    it("carry a hash wherever a PUT would silently change what another stack made", () => {
        for (const rule of [
            NAMES.resourceGroup,
            NAMES.cluster,
            NAMES.virtualNetwork,
            NAMES.userAssignedIdentity,
        ]) {
            assert.match(physicalName(rule, "plain", "one"), /^plain-[a-z0-9]{8}$/);
            assert.notEqual(physicalName(rule, "plain", "one"), physicalName(rule, "plain", "two"));
        }
    });
});

describe("a deterministic GUID", () => {
    it("is a version 5 UUID, the same for the same text and another for another", () => {
        fc.assert(
            fc.property(fc.string(), fc.string(), (one, other) => {
                assert.match(deterministicGuid(one), GUID);
                assert.equal(deterministicGuid(one) === deterministicGuid(other), one === other);
            }),
        );
    });

    it("never changes between releases, or every role assignment would be replaced", () => {
        assert.equal(deterministicGuid("barycenter"), "296085da-1424-57e2-acb2-5147a5ef512d");
    });
});

describe("address ranges", () => {
    it("are cut into parts that lie side by side inside the whole", () => {
        assert.equal(subnetOf("10.0.0.0/16", 2, 0), "10.0.0.0/18");
        assert.equal(subnetOf("10.0.0.0/16", 2, 1), "10.0.64.0/18");
        assert.equal(subnetOf("192.168.128.0/17", 1, 1), "192.168.192.0/18");
        fc.assert(
            fc.property(fc.integer({ min: 8, max: 24 }), fc.integer({ min: 0, max: 2 }), (bits, index) => {
                const whole = `10.0.0.0/${bits}`;
                const [one, next] = [subnetOf(whole, 2, index), subnetOf(whole, 2, index + 1)];
                assert.ok(overlaps(one, whole) && overlaps(next, whole) && !overlaps(one, next));
            }),
        );
    });
});

describe("a Key Vault key", () => {
    it("is read from its identifier and from its ARM id", () => {
        const arm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v/keys/k";
        assert.deepEqual(keyParts("https://v.vault.azure.net/keys/k/1"), {
            vaultUri: "https://v.vault.azure.net",
            name: "k",
            version: "1",
            identifier: "https://v.vault.azure.net/keys/k/1",
        });
        assert.equal(keyParts(arm).identifier, "https://v.vault.azure.net/keys/k");
        assert.equal(keyParts(`${arm}/versions/7`).version, "7");
        assert.throws(() => keyParts("alias/key"), /Key Vault key/);
    });
});
