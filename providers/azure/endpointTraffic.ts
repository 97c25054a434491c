import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import * as resources from "@pulumi/azure-native/resources";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { child } from "./children";
import { regionalName } from "./context";
import { NAMES } from "./names";
import type { WorkspaceTarget } from "./workspace";

/** API version of the SDK's own OnlineEndpoint. */
const API_VERSION = "2025-12-01";

export interface EndpointSettings {
    readonly name: pulumi.Input<string>;
    readonly identityId: pulumi.Input<string>;
    readonly publicNetworkAccess: "Enabled" | "Disabled";
}

/**
 * The endpoint, without traffic: its traffic map may name only deployments that exist, and they need the endpoint.
 *
 * It is made here and changed by `routeTraffic` alone, which writes the whole of it. An update from here would send
 * no traffic map and take every deployment out of service.
 */
export function onlineEndpoint(
    settings: EndpointSettings,
    target: WorkspaceTarget,
    scope: Scope,
): machinelearningservices.OnlineEndpoint {
    return child(
        scope,
        "endpoint",
        machinelearningservices.OnlineEndpoint,
        {
            endpointName: settings.name,
            workspaceName: target.name,
            resourceGroupName: target.resourceGroupName,
            location: scope.site.region,
            kind: "Managed",
            identity: { type: "UserAssigned", userAssignedIdentities: [settings.identityId] },
            properties: endpointProperties(settings),
            tags: scope.tags(),
        },
        { ignoreChanges: ["properties", "tags"] },
    );
}

function endpointProperties({
    publicNetworkAccess,
}: EndpointSettings): inputs.machinelearningservices.OnlineEndpointPropertiesArgs {
    return { authMode: "AADToken", publicNetworkAccess };
}

/**
 * Sends all traffic to a deployment, by an ARM template that writes the endpoint once more with its traffic map.
 *
 * A new revision is a new deployment, made before this step is updated; the old one has no traffic left when it is
 * deleted at the end of the same `up`.
 */
export function routeTraffic(
    settings: EndpointSettings,
    deployment: machinelearningservices.OnlineDeployment,
    target: WorkspaceTarget,
    scope: Scope,
): resources.Deployment {
    const template = pulumi
        .all([target.name, settings.name, settings.identityId, deployment.name])
        .apply(([workspaceName, endpointName, identityId, deploymentName]) => ({
            $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            contentVersion: "1.0.0.0",
            resources: [
                {
                    type: "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
                    apiVersion: API_VERSION,
                    name: `${workspaceName}/${endpointName}`,
                    location: scope.site.region,
                    kind: "Managed",
                    identity: { type: "UserAssigned", userAssignedIdentities: { [identityId]: {} } },
                    properties: { ...endpointProperties(settings), traffic: { [deploymentName]: 100 } },
                    tags: literals(scope.tags()),
                },
            ],
        }));
    return child(
        scope,
        "traffic",
        resources.Deployment,
        {
            deploymentName: regionalName(scope, NAMES.armDeployment, "traffic"),
            resourceGroupName: target.resourceGroupName,
            properties: { mode: "Incremental", template },
            tags: scope.tags(),
        },
        { dependsOn: [deployment] },
    );
}

/** A template takes a text that begins with `[` for an expression unless the bracket is doubled. */
function literals(tags: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
        Object.entries(tags).map(([key, value]) => [key, value.startsWith("[") ? `[${value}` : value]),
    );
}
