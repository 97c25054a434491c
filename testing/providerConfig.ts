import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { checkTypes, type Failure } from "./check";
import { activeCluster } from "./config";
import { fromStruct, toStruct } from "./grpc";
import type { SchemaRegistry } from "./schema/registry";
import type { PackageName, TypeSpec } from "./schema/types";
import { equal, isUnknown, reveal, stringAt, type Value, type Values } from "./values";

/** Options of every provider resource that are no configuration of its package. */
const engineKeys = ["version", "pluginDownloadURL"];

/** Checks a provider resource's configuration; what is not text arrives as JSON. */
export function checkProviderConfig(
    name: PackageName,
    schemas: SchemaRegistry,
    request: messages.CheckRequest,
): messages.CheckResponse {
    const given = fromStruct(request.getNews());
    const response = new messages.CheckResponse();
    response.setInputs(toStruct(given));
    const spec = schemas.provider(name);
    if (spec) {
        const values = Object.entries(reveal(given) as Values)
            .filter(([key]) => !engineKeys.includes(key))
            .map(([key, value]) => [key, decoded(value, spec.inputs[key])]);
        const failures = checkTypes(Object.fromEntries(values) as Values, {
            properties: spec.inputs,
            types: (ref) => schemas.object(name, ref),
        });
        response.setFailuresList(failures.map(failureMessage));
    }
    return response;
}

/**
 * Whether a change of a provider's configuration replaces it, and with it all that it made. azure-native says
 * nothing, bridged providers update in place, and Kubernetes replaces when the cluster becomes another one
 * (pulumi-kubernetes provider.go, DiffConfig).
 */
export function diffProviderConfig(name: PackageName, request: messages.DiffRequest): messages.DiffResponse {
    const response = new messages.DiffResponse();
    if (name === "azure-native") {
        return response;
    }
    const olds = reveal(
        fromStruct(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()),
    ) as Values;
    const news = reveal(fromStruct(request.getNews())) as Values;
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (key) => !engineKeys.includes(key) && (isUnknown(news[key]) || !equal(olds[key], news[key])),
    );
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    response.setChanges(keys.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(keys);
    response.setReplacesList(name === "kubernetes" ? clusterChanges(olds, news, keys) : []);
    return response;
}

function clusterChanges(olds: Values, news: Values, changed: readonly string[]): string[] {
    const [before, after] = [olds, news].map((each) => stringAt(each, "clusterIdentifier"));
    if (before !== undefined && before === after) {
        return [];
    }
    if (before !== undefined && after !== undefined) {
        return ["clusterIdentifier"];
    }
    const identity = ["kubeconfig", "context", "cluster"];
    const unknown = identity.find((key) => isUnknown(news[key]));
    if (unknown !== undefined) {
        return [unknown];
    }
    const clusters = [activeCluster(olds), activeCluster(news)];
    const moved = clusters.every((each) => each !== undefined) && !equal(clusters[0], clusters[1]);
    const own = changed.includes("renderYamlToDirectory") ? ["renderYamlToDirectory"] : [];
    return [...own, ...(moved ? identity.filter((key) => changed.includes(key)) : [])];
}

function decoded(value: Value, type: TypeSpec | undefined): Value {
    if (typeof value !== "string" || type === undefined || type === "string" || isUnknown(value)) {
        return value;
    }
    try {
        return JSON.parse(value) as Value;
    } catch {
        return value;
    }
}

function failureMessage({ property, reason }: Failure): messages.CheckFailure {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
}
