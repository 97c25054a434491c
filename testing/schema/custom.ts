import type { ResourceSpec } from "./types";

/** Groups of Kubernetes itself whose names look like those of custom resources. */
const ownGroups = new Set(
    [
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "auditregistration",
        "authentication",
        "authorization",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "internal.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "settings",
        "storage",
        "storagemigration",
    ].map((each) => `${each}.k8s.io`),
);

/**
 * Whether a token may name a Kubernetes custom resource: `kubernetes:<group>/<version>:<Kind>` of a group that
 * is not Kubernetes' own, and that a definition in the cluster adds.
 */
export function isCustomType(token: string): boolean {
    const match = /^kubernetes:([a-z0-9-]+(?:\.[a-z0-9-]+)+)\/v\d+(?:(?:alpha|beta)\d+)?:[A-Z]\w*$/.exec(
        token,
    );
    return match !== null && !ownGroups.has(match[1]);
}

/** A custom resource has metadata like any object; the rest is its definition's business. */
export function customSpec(token: string): ResourceSpec {
    const [, apiVersion, kind] = token.split(":");
    return {
        inputs: {
            apiVersion: { values: [apiVersion] },
            kind: { values: [kind] },
            metadata: { ref: "in:meta.v1.ObjectMeta" },
        },
        required: ["apiVersion", "kind"],
        open: true,
        outputs: { apiVersion: "string", kind: "string", metadata: { ref: "out:meta.v1.ObjectMeta" } },
        promised: ["apiVersion", "kind", "metadata"],
        secretInputs: [],
        secretOutputs: [],
        constants: { apiVersion, kind },
        replaces: [],
    };
}
