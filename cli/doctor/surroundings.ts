import { clusterOf } from "../../testing/config";
import type { CloudConfig } from "../../testing/rules/types";
import { stringAt, type Values } from "../../testing/values";
import { providerUrn } from "../urn";
import type { Deployment, StateResource } from "./checkpoint";

/** What stands for something that a state does not tell. */
export const UNTOLD = {
    account: "<account>",
    region: "<region>",
    project: "<project>",
    subscription: "<subscription>",
} as const;

/**
 * Where a resource's provider works: as its configuration in the state says, else as the ids of its other resources
 * show, else with placeholders that a reader fills in.
 */
export function surroundings(resource: StateResource, deployment: Deployment): CloudConfig {
    const reference = resource.provider ?? "";
    const provider = (deployment.resources ?? []).find((each) => each.urn === providerUrn(reference));
    const config = (provider?.inputs ?? {}) as Values;
    const siblings = (deployment.resources ?? []).filter((each) => each.provider === reference);
    // The resource's own inputs refer to others, so they tell as much as its siblings do.
    const text = JSON.stringify([
        config,
        resource.inputs,
        siblings.map(({ id, outputs }) => [id, outputs?.arn]),
    ]);
    const told = (pattern: RegExp) => pattern.exec(text)?.[1];
    return {
        region: stringAt(config, "region") ?? stringAt(config, "location") ?? UNTOLD.region,
        account: told(/arn:[\w-]*:[\w-]*:[\w-]*:(\d{12}):/) ?? told(/"(\d{12})"/) ?? UNTOLD.account,
        project: stringAt(config, "project") ?? told(/projects\/([a-z][a-z0-9-]+)\//) ?? UNTOLD.project,
        subscription:
            stringAt(config, "subscriptionId") ??
            told(/\/subscriptions\/([\da-f-]{36})/i) ??
            UNTOLD.subscription,
        tenant: stringAt(config, "tenantId") ?? "<tenant>",
        cluster: clusterOf(config),
        namespace: stringAt(config, "namespace") ?? "default",
        provider: config,
    };
}
