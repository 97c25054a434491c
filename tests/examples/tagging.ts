import assert from "node:assert/strict";
import { SchemaRegistry, type CloudResource } from "../../testing";

const schemas = new SchemaRegistry();

/** Resources whose own argument called `tags` or `labels` is something else than cost tags, and where those are. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
    "gcp:container/cluster:Cluster": ["resourceLabels"],
    "gcp:container/nodePool:NodePool": ["nodeConfig", "resourceLabels"],
    "aws:autoscaling/tag:Tag": [],
};

/** Where a type takes cost tags, as its SDK declares it; undefined where it takes none. */
function tagPath(type: string): readonly string[] | undefined {
    if (type in ELSEWHERE) {
        return ELSEWHERE[type]?.length === 0 ? undefined : ELSEWHERE[type];
    }
    if (type.startsWith("kubernetes:")) {
        return type.startsWith("kubernetes:helm.sh/") ? undefined : ["metadata", "labels"];
    }
    const inputs = schemas.resource(type)?.inputs ?? {};
    const property = type.startsWith("gcp:") ? "labels" : "tags";
    return property in inputs ? [property] : undefined;
}

/** Every resource whose type takes tags has the component's. */
export function assertTagged(resources: readonly CloudResource[]): void {
    const untagged = resources.filter((resource) => {
        const path = tagPath(resource.type);
        const tags = path?.reduce<any>((value, key) => value?.[key], resource.inputs);
        return path !== undefined && typeof tags?.component !== "string";
    });
    assert.deepEqual(
        untagged.map((resource) => resource.urn),
        [],
        "resources without cost tags",
    );
    assert.ok(
        resources.some((resource) => tagPath(resource.type)),
        "no resource takes tags at all",
    );
}
