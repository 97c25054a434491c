import type { Failure } from "../../check";
import {
    hasUnknown,
    isObject,
    isUnknown,
    stringAt,
    valueAt,
    valuesAt,
    type Value,
    type Values,
} from "../../values";

const podOwners: Readonly<Record<string, string>> = {
    Pod: "",
    Deployment: "spec.template.",
    StatefulSet: "spec.template.",
    DaemonSet: "spec.template.",
    ReplicaSet: "spec.template.",
    Job: "spec.template.",
    CronJob: "spec.jobTemplate.spec.template.",
};

const quantity = /^[+-]?(?:\d+|\d+\.\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Checks what the API server validates beyond the types: selectors, pods, jobs, claims. */
export function verifyObject(inputs: Values, kind: string): Failure[] {
    const failures: Failure[] = [];
    const prefix = podOwners[kind];
    if (prefix !== undefined) {
        failures.push(...verifyPod(inputs, `${prefix}spec`));
    }
    if (["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].includes(kind)) {
        failures.push(...verifySelector(inputs), ...verifyRestart(inputs, "spec.template.spec", ["Always"]));
    }
    if (kind === "Job" || kind === "CronJob") {
        failures.push(...verifyJob(inputs, kind === "Job" ? "spec" : "spec.jobTemplate.spec"));
    }
    if (kind === "CronJob") {
        failures.push(...verifySchedule(inputs));
    }
    if (kind === "PersistentVolumeClaim") {
        failures.push(...verifyClaim(inputs));
    }
    return failures;
}

function verifySelector(inputs: Values): Failure[] {
    const labels = valueAt(inputs, "spec.template.metadata.labels");
    const selector = valueAt(inputs, "spec.selector.matchLabels");
    if (selector === undefined || hasUnknown(selector) || hasUnknown(labels)) {
        return [];
    }
    const fits =
        isObject(selector) &&
        Object.entries(selector).every(([key, value]) => isObject(labels) && labels[key] === value);
    return fits
        ? []
        : [
              {
                  property: "spec.template.metadata.labels",
                  reason: `\`selector\` does not match template \`labels\` (${JSON.stringify(labels ?? {})})`,
              },
          ];
}

function verifyRestart(inputs: Values, at: string, allowed: readonly string[]): Failure[] {
    const policy = stringAt(inputs, `${at}.restartPolicy`) ?? "Always";
    return allowed.includes(policy) || isUnknown(valueAt(inputs, `${at}.restartPolicy`))
        ? []
        : [
              {
                  property: `${at}.restartPolicy`,
                  reason: `Unsupported value: "${policy}": supported values: ${allowed.map((each) => `"${each}"`).join(", ")}`,
              },
          ];
}

function verifyJob(inputs: Values, at: string): Failure[] {
    const failures = verifyRestart(inputs, `${at}.template.spec`, ["OnFailure", "Never"]);
    const indexed = stringAt(inputs, `${at}.completionMode`) === "Indexed";
    if (valueAt(inputs, `${at}.backoffLimitPerIndex`) !== undefined && !indexed) {
        failures.push({ property: `${at}.backoffLimitPerIndex`, reason: "requires completionMode Indexed" });
    }
    if (indexed && valueAt(inputs, `${at}.completions`) === undefined) {
        failures.push({
            property: `${at}.completions`,
            reason: "Required value: when completion mode is Indexed",
        });
    }
    const policy = valueAt(inputs, `${at}.podFailurePolicy`);
    if (policy !== undefined && stringAt(inputs, `${at}.template.spec.restartPolicy`) !== "Never") {
        failures.push({
            property: `${at}.template.spec.restartPolicy`,
            reason: "must be Never when podFailurePolicy is specified",
        });
    }
    return failures;
}

function verifySchedule(inputs: Values): Failure[] {
    const schedule = stringAt(inputs, "spec.schedule");
    if (
        schedule === undefined ||
        /^@(?:hourly|daily|midnight|weekly|monthly|yearly|annually|every .+)$/.test(schedule)
    ) {
        return [];
    }
    const fields = schedule.trim().split(/\s+/);
    const fits = fields.length === 5 && fields.every((each) => /^[\d*/,\-?A-Za-z]+$/.test(each));
    return fits
        ? []
        : [{ property: "spec.schedule", reason: `Invalid value: "${schedule}": expected exactly 5 fields` }];
}

function verifyClaim(inputs: Values): Failure[] {
    return [
        ...(valuesAt(inputs, "spec.accessModes[*]").length === 0
            ? [{ property: "spec.accessModes", reason: "Required value: at least 1 access mode is required" }]
            : []),
        ...(valueAt(inputs, "spec.resources.requests.storage") === undefined
            ? [{ property: "spec.resources.requests.storage", reason: "Required value" }]
            : []),
        ...verifyQuantities(valueAt(inputs, "spec.resources"), "spec.resources"),
    ];
}

function verifyPod(inputs: Values, at: string): Failure[] {
    const failures: Failure[] = [];
    const names = new Set<string>();
    const volumes = new Set(valuesAt(inputs, `${at}.volumes[*].name`).map(String));
    for (const list of ["initContainers", "containers"]) {
        valuesAt(inputs, `${at}.${list}[*]`).forEach((container, index) => {
            const property = `${at}.${list}[${index}]`;
            const name = stringAt(container, "name");
            if (name !== undefined && (!/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name) || name.length > 63)) {
                failures.push({
                    property: `${property}.name`,
                    reason: `"${name}" is no DNS label of at most 63 characters`,
                });
            }
            if (name !== undefined && names.has(name)) {
                failures.push({ property: `${property}.name`, reason: `Duplicate value: "${name}"` });
            }
            names.add(name ?? "");
            failures.push(...verifyContainer(container, property, volumes));
        });
    }
    if (
        valueAt(inputs, at) !== undefined &&
        valuesAt(inputs, `${at}.containers[*]`).length === 0 &&
        !isUnknown(valueAt(inputs, `${at}.containers`))
    ) {
        failures.push({ property: `${at}.containers`, reason: "Required value" });
    }
    return failures;
}

function verifyContainer(container: Value, at: string, volumes: ReadonlySet<string>): Failure[] {
    const failures = verifyQuantities(valueAt(container, "resources"), `${at}.resources`);
    const limit = valueAt(container, "resources.limits");
    const request = valueAt(container, "resources.requests");
    for (const key of ["nvidia.com/gpu", "google.com/tpu", "aws.amazon.com/neuron"]) {
        const limited = isObject(limit) ? limit[key] : undefined;
        const requested = isObject(request) ? request[key] : undefined;
        if (
            requested !== undefined &&
            String(requested) !== String(limited) &&
            !isUnknown(requested) &&
            !isUnknown(limited)
        ) {
            failures.push({
                property: `${at}.resources.limits["${key}"]`,
                reason: `must be equal to ${key} request of ${String(requested)}`,
            });
        }
    }
    valuesAt(container, "volumeMounts[*]").forEach((mount, index) => {
        const name = stringAt(mount, "name");
        if (name !== undefined && !volumes.has(name)) {
            failures.push({ property: `${at}.volumeMounts[${index}].name`, reason: `Not found: "${name}"` });
        }
    });
    valuesAt(container, "ports[*]").forEach((port, index) => {
        const name = stringAt(port, "name");
        if (
            name !== undefined &&
            (name.length > 15 || !/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name) || !/[a-z]/.test(name))
        ) {
            failures.push({
                property: `${at}.ports[${index}].name`,
                reason: `"${name}" must be at most 15 lower-case letters, digits and hyphens with at least one letter`,
            });
        }
    });
    return failures;
}

function verifyQuantities(resources: Value | undefined, at: string): Failure[] {
    return ["limits", "requests"].flatMap((list) =>
        Object.entries((valueAt(resources, list) as Values | undefined) ?? {})
            .filter(([, value]) => !isUnknown(value) && !quantity.test(String(value)))
            .map(([key, value]) => ({
                property: `${at}.${list}[${JSON.stringify(key)}]`,
                reason: `${JSON.stringify(value)} is no quantity such as 500m, 16Gi or 1`,
            })),
    );
}
