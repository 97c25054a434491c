import { randomBytes } from "node:crypto";
import * as applicationinsights from "@pulumi/azure-native/applicationinsights";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import * as network from "@pulumi/azure-native/network";
import * as operationalinsights from "@pulumi/azure-native/operationalinsights";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec } from "../cloud";
import type { NameRule } from "../names";
import type { Scope } from "../scope";
import { child } from "./children";
import { clientConfig, regionalName, resourceGroup, subscription } from "./context";
import { allowPrivateEndpoint, closedStore, needsManagedNetwork, reachStore } from "./managedNetwork";
import { NAMES } from "./names";
import { HARDENED } from "./storageAccount";

/** An Azure Machine Learning workspace that endpoints go to. */
export interface WorkspaceTarget {
    readonly id: pulumi.Input<string>;
    readonly name: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    /** ARM id of its own storage account; absent where the workspace exists already. */
    readonly storageId?: pulumi.Output<string>;
    /** What its endpoints reach others by; a deployment comes after. */
    readonly links: readonly pulumi.Resource[];
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

const ID_FORM =
    /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.MachineLearningServices\/workspaces\/([^/]+)$/i;

/** Whether the endpoint can be private: only where the landing zone names a subnet to reach it from. */
export function isPrivate(spec: ManagedInferenceSpec, scope: Scope): boolean {
    return spec.expose === "network" && (scope.site.zone.subnets ?? []).length > 0;
}

/**
 * The landing zone's workspace, or one of the service's own.
 *
 * @throws RunError when the landing zone's is no resource id of a workspace
 */
export function workspace(
    spec: ManagedInferenceSpec,
    scope: Scope,
    containerRegistry: pulumi.Input<string> | undefined,
): WorkspaceTarget {
    const id = scope.site.zone.machineLearningWorkspace;
    if (id === undefined) {
        return createdWorkspace(spec, scope, containerRegistry);
    }
    const [, resourceGroupName, name] = ID_FORM.exec(id) ?? [];
    if (resourceGroupName === undefined || name === undefined) {
        throw new pulumi.RunError(
            `${scope.name}: machineLearningWorkspace '${id}' is no resource id of a workspace`,
        );
    }
    return { id, name, resourceGroupName, links: [], nodes: {} };
}

function createdWorkspace(
    spec: ManagedInferenceSpec,
    scope: Scope,
    containerRegistry: pulumi.Input<string> | undefined,
): WorkspaceTarget {
    const group = resourceGroup(scope);
    const isolated = isPrivate(spec, scope);
    const common = { resourceGroupName: group.name, location: scope.site.region, tags: scope.tags() };
    const account = child(scope, "workspace-storage", storage.StorageAccount, {
        ...common,
        ...HARDENED,
        accountName: scope.globalName(NAMES.storageAccount, "workspace", subscription(scope)),
        sku: { name: "Standard_LRS" },
        accessTier: "Hot",
        publicNetworkAccess: isolated ? "Disabled" : "Enabled",
        networkRuleSet: { defaultAction: isolated ? "Deny" : "Allow", bypass: "AzureServices" },
    });
    const vault = child(
        scope,
        "workspace-vault",
        keyvault.Vault,
        {
            ...common,
            vaultName: neverUsed(scope, NAMES.keyVault, "vault"),
            properties: {
                tenantId: clientConfig(scope).tenantId,
                sku: { family: "A", name: "standard" },
                enableRbacAuthorization: true,
                enableSoftDelete: true,
                // The shortest.
                softDeleteRetentionInDays: 7,
                publicNetworkAccess: isolated ? "disabled" : "enabled",
            },
        },
        { ignoreChanges: ["vaultName"] },
    );
    const logs = child(scope, "workspace-logs", operationalinsights.Workspace, {
        ...common,
        workspaceName: regionalName(scope, NAMES.logWorkspace, "workspace-logs"),
        sku: { name: "PerGB2018" },
        retentionInDays: 30,
    });
    const insights = child(scope, "workspace-insights", applicationinsights.Component, {
        ...common,
        resourceName: regionalName(scope, NAMES.insights, "workspace-insights"),
        kind: "web",
        applicationType: "web",
        workspaceResourceId: logs.id,
    });
    const made = child(
        scope,
        "workspace",
        machinelearningservices.Workspace,
        {
            ...common,
            workspaceName: neverUsed(scope, NAMES.workspace, "workspace"),
            friendlyName: scope.name,
            kind: "Default",
            sku: { name: "Basic", tier: "Basic" },
            identity: { type: "SystemAssigned" },
            storageAccount: account.id,
            keyVault: vault.id,
            applicationInsights: insights.id,
            ...(containerRegistry === undefined ? {} : { containerRegistry }),
            // The workspace's own storage account takes no key.
            systemDatastoresAuthMode: "Identity",
            publicNetworkAccess: isolated ? "Disabled" : "Enabled",
            managedNetwork: {
                isolationMode: needsManagedNetwork(spec, scope) ? "AllowInternetOutbound" : "Disabled",
            },
        },
        { ignoreChanges: ["workspaceName"] },
    );
    const networked = {
        name: made.name,
        resourceGroupName: group.name,
        principalId: made.identity.apply((identity) => identity?.principalId ?? ""),
    };
    // Only what is closed to the internet is reached by a private endpoint.
    const own: Record<string, pulumi.Resource> = isolated
        ? {
              "storage-link-access": allowPrivateEndpoint(
                  scope,
                  "storage-link-access",
                  networked,
                  account.id,
              ),
              "vault-link-access": allowPrivateEndpoint(scope, "vault-link-access", networked, vault.id),
          }
        : {};
    const store = closedStore(spec);
    const links = { ...own, ...(store ? reachStore(store, networked, scope) : {}) };
    const endpoint: Record<string, pulumi.Resource> = isolated
        ? { "workspace-endpoint": privateEndpoint(scope, made) }
        : {};
    return {
        id: made.id,
        name: made.name,
        resourceGroupName: group.name,
        storageId: account.id,
        links: Object.values(links),
        nodes: {
            ...(group.resource ? { "resource-group": group.resource } : {}),
            "workspace-storage": account,
            "workspace-vault": vault,
            "workspace-logs": logs,
            "workspace-insights": insights,
            workspace: made,
            ...links,
            ...endpoint,
        },
    };
}

/**
 * A name that was never used before, drawn when the resource is made and ignored ever after.
 *
 * A deleted vault or workspace holds its name for a week or two (pulumi-azure-native#1174, Azure/azure-cli#33756), so
 * with a name that follows from the program, an `up` after a `destroy` would fail for so long.
 */
function neverUsed(scope: Scope, rule: NameRule, suffix: string): string {
    return regionalName(scope, rule, suffix, randomBytes(8).toString("hex"));
}

/** The workspace and its endpoints inside the landing zone's network. Its DNS zones are the network owner's. */
function privateEndpoint(scope: Scope, target: machinelearningservices.Workspace): network.PrivateEndpoint {
    const name = regionalName(scope, NAMES.privateEndpoint, "workspace-endpoint");
    return child(scope, "workspace-endpoint", network.PrivateEndpoint, {
        privateEndpointName: name,
        resourceGroupName: resourceGroup(scope).name,
        location: scope.site.region,
        subnet: { id: scope.site.zone.subnets?.[0] },
        privateLinkServiceConnections: [
            { name, privateLinkServiceId: target.id, groupIds: ["amlworkspace"] },
        ],
        tags: scope.tags(),
    });
}
