import { hex, uuid } from "./names";
import type { CloudConfig } from "./rules/types";
import type { PackageName } from "./schema/types";
import { type Context } from "./rules/types";
import { isObject, isUnknown, stringAt, type Value, type Values } from "./values";

/** Numbers that look like accounts and belong to no one. */
const account = "123456789012";
const project = "simulated-project";
const subscription = "00000000-0000-4000-8000-000000000001";
const tenant = "00000000-0000-4000-8000-000000000002";

/** Reads a provider's configuration; what it leaves out gets the simulated clouds' own account and region. */
export function readConfig(name: PackageName, provider: Values): CloudConfig {
    const region = stringAt(provider, "region") ?? stringAt(provider, "location");
    return {
        region:
            region ??
            { aws: "us-east-1", gcp: "us-central1", "azure-native": "westeurope", kubernetes: "" }[name],
        account: roleAccount(provider) ?? account,
        project: stringAt(provider, "project") ?? project,
        subscription: stringAt(provider, "subscriptionId") ?? subscription,
        tenant: stringAt(provider, "tenantId") ?? tenant,
        cluster: name === "kubernetes" ? clusterOf(provider) : "",
        namespace: stringAt(provider, "namespace") ?? "default",
        provider,
    };
}

/** The account of the role that the AWS provider assumes. */
function roleAccount(provider: Values): string | undefined {
    const text = JSON.stringify(provider.assumeRoles ?? provider.assumeRole ?? "");
    return /arn:[\w-]+:iam::(\d{12}):role/.exec(text)?.[1];
}

/** The API server that a kubeconfig leads to. */
export function clusterOf(provider: Values): string {
    const active = activeCluster(provider);
    return stringAt(active, "server") ?? stringAt(provider, "clusterIdentifier") ?? "ambient";
}

/**
 * The entry of the kubeconfig's active cluster, which is all that the Kubernetes provider compares to find out
 * whether it talks to another cluster (pulumi-kubernetes provider.go, getActiveClusterFromConfig).
 */
export function activeCluster(provider: Values): Values | undefined {
    const config = parseKubeconfig(provider.kubeconfig);
    const contextName = stringAt(provider, "context") ?? stringAt(config, "current-context");
    const named = (list: Value | undefined, name: string | undefined) =>
        Array.isArray(list) ? list.find((each) => stringAt(each, "name") === name) : undefined;
    const context = named(config?.contexts, contextName);
    const clusterName = stringAt(provider, "cluster") ?? stringAt(context, "context.cluster");
    const entry = named(config?.clusters, clusterName);
    return isObject(entry) && isObject(entry.cluster) ? entry.cluster : undefined;
}

function parseKubeconfig(value: Value | undefined): Values | undefined {
    if (isObject(value)) {
        return value;
    }
    if (typeof value !== "string" || isUnknown(value)) {
        return undefined;
    }
    try {
        // YAML contains JSON, and a kubeconfig may be either.
        const { parse } = require("yaml") as typeof import("yaml");
        const parsed = parse(value) as Value;
        return isObject(parsed) ? parsed : undefined;
    } catch {
        return undefined;
    }
}

/** Where a resource exists: what is in another scope can have the same id and is another thing. */
export function scopeOf(name: PackageName, config: CloudConfig, region: string): string {
    switch (name) {
        case "aws":
            return `${config.account}/${region}`;
        case "gcp":
            return config.project;
        case "azure-native":
            return config.subscription;
        case "kubernetes":
            return config.cluster;
    }
}

/** The region a resource's inputs or its provider put it in. */
export function regionOf(name: PackageName, type: string, inputs: Values, config: CloudConfig): string {
    // IAM is one for the whole account.
    if (name === "aws" && type.startsWith("aws:iam/")) {
        return "global";
    }
    const own = ["region", "location", "zone"].map((each) => stringAt(inputs, each)).find(Boolean);
    return own ?? config.region;
}

/** Generators of values that only one resource has. */
export function generators(seed: string): Pick<Context, "hex" | "digits" | "uuid"> {
    return {
        hex: (label, length) => hex(`${seed}:${label}`, length),
        digits: (label, length) => digits(`${seed}:${label}`, length),
        uuid: (label) => uuid(`${seed}:${label}`),
    };
}

function digits(seed: string, length: number): string {
    const text = [...hex(seed, length)].map((each) => String(parseInt(each, 16) % 10)).join("");
    return text.startsWith("0") ? `1${text.slice(1)}` : text;
}
