import assert from "node:assert/strict";
import type { CloudResource } from "../../testing/store";

/** Every object in a value, with the path to it. */
function* objectsIn(value: unknown, path = ""): Generator<[string, Record<string, unknown>]> {
    if (typeof value === "string" && /^\s*[{[]/.test(value)) {
        try {
            yield* objectsIn(JSON.parse(value), `${path}(json)`);
        } catch {
            return;
        }
    }
    if (typeof value !== "object" || value === null) {
        return;
    }
    if (!Array.isArray(value)) {
        yield [path, value as Record<string, unknown>];
    }
    for (const [key, item] of Object.entries(value)) {
        yield* objectsIn(item, `${path}.${key}`);
    }
}

const listOf = (value: unknown): unknown[] =>
    Array.isArray(value) ? value : value === undefined ? [] : [value];

/** No statement allows every action on every resource, and none allows anyone but a named principal. */
function assertLeastPrivilege(resource: CloudResource): void {
    for (const [path, object] of objectsIn(resource.inputs)) {
        const effect = object.Effect ?? object.effect;
        if (effect !== "Allow") {
            continue;
        }
        const actions = listOf(object.Action ?? object.actions).map(String);
        const resources = listOf(object.Resource ?? object.resources).map(String);
        const broad =
            actions.some((action) => /^(\*|[a-z0-9-]+:\*)$/.test(action)) && resources.includes("*");
        assert.ok(!broad, `${resource.urn}${path} allows ${actions.join(", ")} on everything`);
        assert.notEqual(object.Principal, "*", `${resource.urn}${path} allows everyone`);
    }
}

/** Values in which a secret would be in clear text. */
const SECRET_NAME = /(TOKEN|PASSWORD|SECRET|ACCESS_KEY|API_KEY)$/;

function assertNoPlainTokens(resource: CloudResource): void {
    for (const [path, object] of objectsIn(resource.inputs)) {
        if (typeof object.name === "string" && SECRET_NAME.test(object.name)) {
            assert.equal(object.value, undefined, `${resource.urn}${path} has ${object.name} in clear text`);
        }
    }
}

const PUBLIC_MEMBERS = new Set(["allUsers", "allAuthenticatedUsers"]);

function assertNotPublic(resource: CloudResource): void {
    const inputs = resource.inputs as Record<string, any>;
    switch (resource.type) {
        case "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":
            for (const property of [
                "blockPublicAcls",
                "blockPublicPolicy",
                "ignorePublicAcls",
                "restrictPublicBuckets",
            ]) {
                assert.equal(inputs[property], true, `${resource.urn}: ${property}`);
            }
            break;
        case "gcp:storage/bucket:Bucket":
            assert.equal(inputs.publicAccessPrevention, "enforced", resource.urn);
            assert.equal(inputs.uniformBucketLevelAccess, true, resource.urn);
            break;
        case "azure-native:storage:StorageAccount":
            assert.equal(inputs.allowBlobPublicAccess, false, resource.urn);
            assert.equal(inputs.minimumTlsVersion, "TLS1_2", resource.urn);
            break;
        case "azure-native:storage:BlobContainer":
            assert.ok([undefined, "None"].includes(inputs.publicAccess), resource.urn);
            break;
    }
    assert.ok(!PUBLIC_MEMBERS.has(inputs.member), `${resource.urn} is granted to ${inputs.member}`);
}

/** Buckets are private, permissions are least, tokens are no plain text. */
export function assertSafe(resources: readonly CloudResource[]): void {
    for (const resource of resources) {
        assertLeastPrivilege(resource);
        assertNoPlainTokens(resource);
        assertNotPublic(resource);
    }
    const buckets = resources.filter((resource) => resource.type === "aws:s3/bucket:Bucket").length;
    const blocks = resources.filter(
        (resource) => resource.type === "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    ).length;
    assert.equal(blocks, buckets, "every S3 bucket blocks public access");
}
