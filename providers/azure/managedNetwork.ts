import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import type * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { NAMES } from "./names";
import { assignRole, ROLES } from "./roles";
import { accountOf, type StoreAccount } from "./storeAccounts";

/** A workspace of ours, by what its managed network needs. */
export interface NetworkedWorkspace {
    readonly name: pulumi.Input<string>;
    readonly resourceGroupName: pulumi.Input<string>;
    /** The workspace's own identity, which makes and approves its private endpoints. */
    readonly principalId: pulumi.Output<string>;
}

/**
 * Whether endpoints run in a network that Azure manages for the workspace: where they must reach what is closed to
 * the internet. It depends on the landing zone and on the store, not on `expose`, because it can't be turned off
 * again (learn.microsoft.com machine-learning/how-to-managed-network).
 */
export function needsManagedNetwork(spec: ManagedInferenceSpec, scope: Scope): boolean {
    return (scope.site.zone.subnets ?? []).length > 0 || closedStore(spec) !== undefined;
}

/** The account of the model's store, where endpoints can't reach it but by a private endpoint. */
export function closedStore({ model }: ManagedInferenceSpec): StoreAccount | undefined {
    const account = model && accountOf(model.store);
    return account?.closed ? account : undefined;
}

/**
 * Lets the workspace approve its private endpoint to a resource. Azure gives its identity no right to, not even on the
 * workspace's own storage account and vault, and the network is made with the first deployment.
 */
export function allowPrivateEndpoint(
    scope: Scope,
    suffix: string,
    workspace: NetworkedWorkspace,
    scopeId: pulumi.Input<string>,
): pulumi.Resource {
    return assignRole(scope, suffix, {
        principalId: workspace.principalId,
        principalType: "ServicePrincipal",
        role: ROLES.networkConnectionApprover,
        scopeId,
    });
}

/** A private endpoint from the workspace's managed network to a storage account. */
export function reachStore(
    store: StoreAccount,
    workspace: NetworkedWorkspace,
    scope: Scope,
): Record<string, pulumi.Resource> {
    const access = allowPrivateEndpoint(scope, "model-link-access", workspace, store.assignableAt);
    const rule = child(
        scope,
        "model-link",
        machinelearningservices.ManagedNetworkSettingsRule,
        {
            ruleName: scope.physicalName(NAMES.outboundRule, "model-link"),
            workspaceName: workspace.name,
            resourceGroupName: workspace.resourceGroupName,
            properties: {
                type: "PrivateEndpoint",
                category: "UserDefined",
                destination: {
                    serviceResourceId: store.id,
                    subresourceTarget: "blob",
                    sparkEnabled: false,
                },
            },
        },
        { dependsOn: [access] },
    );
    return { "model-link-access": access, "model-link": rule };
}
