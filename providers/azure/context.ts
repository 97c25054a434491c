import * as authorization from "@pulumi/azure-native/authorization";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { siteProvider } from "..";
import type { NameRule } from "../names";
import type { Scope } from "../scope";
import { child } from "./children";
import { NAMES } from "./names";

/** Options of an invoke that belongs to a scope: the same provider as the scope's resources. */
export function invokeOptions(scope: Scope): pulumi.InvokeOutputOptions {
    const provider = scope.site.provider ?? siteProvider(scope.site);
    return { parent: scope.component, ...(provider ? { provider } : {}) };
}

/** Subscription that the scope's resources go to: the landing zone's, the stack's, or the deploying principal's. */
export function subscription(scope: Scope): pulumi.Input<string> {
    return knownSubscription(scope) ?? clientConfig(scope).subscriptionId;
}

/** The scope's subscription where it is known without asking Azure. A provider given in code hides its own. */
export function knownSubscription(scope: Scope): string | undefined {
    const { zone, provider } = scope.site;
    return zone.account ?? (provider ? undefined : new pulumi.Config("azure-native").get("subscriptionId"));
}

/** Tenant, subscription and object id of who deploys. */
export function clientConfig(scope: Scope): pulumi.Output<authorization.GetClientConfigResult> {
    return authorization.getClientConfigOutput(invokeOptions(scope));
}

/** Applications that sign in people: the Azure CLI (and azd), and Azure PowerShell. */
const SIGNS_IN_PEOPLE = new Set([
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "1950a258-227b-4e31-a9cf-717495945fc2",
]);

/** Who deploys, as a role assignment wants it. A service principal's token is issued to its own application. */
export function deployer(scope: Scope): {
    readonly principalId: pulumi.Output<string>;
    readonly principalType: pulumi.Output<"User" | "ServicePrincipal">;
} {
    const { objectId, clientId } = clientConfig(scope);
    return {
        principalId: objectId,
        principalType: clientId.apply((id) =>
            SIGNS_IN_PEOPLE.has(id.toLowerCase()) ? "User" : "ServicePrincipal",
        ),
    };
}

/**
 * Physical name of a resource that lives in a region: the region and the subscription are part of it, because a
 * replacement elsewhere exists together with its predecessor for a while.
 */
export function regionalName(scope: Scope, rule: NameRule, suffix: string, immutable?: unknown): string {
    const { region, zone } = scope.site;
    return scope.physicalName(rule, suffix, { region, account: zone.account, immutable });
}

/**
 * Physical name of a resource whose name is taken from all subscriptions together, in a region or in the world: two
 * teams may well have the same project, stack and component.
 */
export function worldwideName(scope: Scope, rule: NameRule, suffix: string): pulumi.Output<string> {
    const { region } = scope.site;
    return pulumi
        .output(subscription(scope))
        .apply((account) => scope.physicalName(rule, suffix, { region, account }));
}

/** A resource group and whether it is ours. */
export interface ResourceGroup {
    readonly name: pulumi.Input<string>;
    /** Absent where the landing zone names the group. */
    readonly resource?: resources.ResourceGroup;
}

const groups = new WeakMap<pulumi.ComponentResource, Map<string, ResourceGroup>>();

/**
 * The resource group of a component at a site: the landing zone's, or one of the component's own, made when it is
 * first asked for. A component asks several times (its identities, its workspace, its endpoint).
 */
export function resourceGroup(scope: Scope, opts: pulumi.CustomResourceOptions = {}): ResourceGroup {
    const { region, zone } = scope.site;
    if (zone.resourceGroup !== undefined) {
        return { name: zone.resourceGroup };
    }
    const known = groups.get(scope.component) ?? new Map<string, ResourceGroup>();
    groups.set(scope.component, known);
    const key = `${zone.account ?? ""}/${region}`;
    const existing = known.get(key);
    if (existing) {
        return existing;
    }
    const resource = child(
        scope,
        "resource-group",
        resources.ResourceGroup,
        {
            resourceGroupName: regionalName(scope, NAMES.resourceGroup, "resource-group"),
            location: region,
            tags: scope.tags(),
        },
        opts,
    );
    const made = { name: resource.name, resource };
    known.set(key, made);
    return made;
}
