import type { Failure } from "../../check";
import { isObject, isUnknown, stringAt, valueAt, type Value, type Values } from "../../values";

const dnsLabel = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedPart = /^[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?$/;

/**
 * Longest names, where it is not the 253 of a DNS subdomain: labels of 63; a CronJob leaves 11 characters for
 * its jobs' suffix (validation of the batch API); a Job's name becomes a label.
 */
const longest: Readonly<Record<string, number>> = {
    Namespace: 63,
    Service: 63,
    Job: 63,
    CronJob: 52,
    StatefulSet: 63,
};
const labelNames = new Set(["Namespace", "Service"]);
/** RBAC names are path segments: anything but a slash. */
const freeNames = new Set(["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"]);

/** Checks name, namespace, labels and annotations the way the API server does. */
export function verifyMetadata(inputs: Values, kind: string): Failure[] {
    const name = stringAt(inputs, "metadata.name");
    const namespace = stringAt(inputs, "metadata.namespace");
    return [
        ...(name === undefined || freeNames.has(kind) ? [] : verifyName("metadata.name", name, kind)),
        ...(namespace === undefined ? [] : verifyName("metadata.namespace", namespace, "Namespace")),
        ...verifyLabels("metadata.labels", valueAt(inputs, "metadata.labels")),
        ...verifyAnnotations(valueAt(inputs, "metadata.annotations")),
        ...verifyLabels("spec.template.metadata.labels", valueAt(inputs, "spec.template.metadata.labels")),
    ];
}

function verifyName(property: string, name: string, kind: string): Failure[] {
    const max = longest[kind] ?? 253;
    if (name.length > max) {
        return [
            {
                property,
                reason: `"${name}" is too long (${name.length}): at most ${max} characters for a ${kind}`,
            },
        ];
    }
    const pattern = labelNames.has(kind) ? dnsLabel : dnsSubdomain;
    return pattern.test(name)
        ? []
        : [
              {
                  property,
                  reason: `"${name}" must be lower-case letters, digits and hyphens${pattern === dnsSubdomain ? " (and dots)" : ""}, beginning and ending with a letter or digit`,
              },
          ];
}

/** Keys are an optional DNS prefix and 63 characters; label values are 63 characters too. */
export function verifyLabels(property: string, labels: Value | undefined): Failure[] {
    if (!isObject(labels)) {
        return [];
    }
    return Object.entries(labels).flatMap(([key, value]): Failure[] => {
        const at = `${property}[${JSON.stringify(key)}]`;
        const text = String(value);
        const valueFits = isUnknown(value) || text === "" || (text.length <= 63 && qualifiedPart.test(text));
        return [
            ...verifyKey(at, key),
            ...(valueFits
                ? []
                : [
                      {
                          property: at,
                          reason: `${JSON.stringify(value)} is no label value: at most 63 letters, digits and -_., beginning and ending with a letter or digit`,
                      },
                  ]),
            ...(typeof value === "string" || value === null
                ? []
                : [{ property: at, reason: "a label value is a string" }]),
        ];
    });
}

function verifyAnnotations(annotations: Value | undefined): Failure[] {
    if (!isObject(annotations)) {
        return [];
    }
    const size = Object.entries(annotations).reduce(
        (sum, [key, value]) => sum + key.length + String(value).length,
        0,
    );
    return [
        ...Object.keys(annotations).flatMap((key) =>
            verifyKey(`metadata.annotations[${JSON.stringify(key)}]`, key),
        ),
        ...(size > 262144
            ? [{ property: "metadata.annotations", reason: `too long: ${size} bytes, at most 262144` }]
            : []),
    ];
}

function verifyKey(property: string, key: string): Failure[] {
    const slash = key.lastIndexOf("/");
    const prefix = slash < 0 ? undefined : key.slice(0, slash);
    const name = key.slice(slash + 1);
    const prefixFits = prefix === undefined || (prefix.length <= 253 && dnsSubdomain.test(prefix));
    return prefixFits && name.length <= 63 && qualifiedPart.test(name)
        ? []
        : [
              {
                  property,
                  reason: `"${key}" is no qualified name: an optional DNS prefix and /, then at most 63 letters, digits and -_.`,
              },
          ];
}
