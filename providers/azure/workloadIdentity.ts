import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type ServiceAccountSpec, type WorkloadIdentity } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { regionalName, resourceGroup } from "./context";
import { NAMES } from "./names";

const AUDIENCE = "api://AzureADTokenExchange";
const TOKEN_PATH = "/var/run/secrets/azure/tokens/azure-identity-token";

/** A user-assigned identity in the component's resource group. */
export function userAssignedIdentity(scope: Scope, suffix: string): managedidentity.UserAssignedIdentity {
    return child(scope, suffix, managedidentity.UserAssignedIdentity, {
        resourceName: regionalName(scope, NAMES.userAssignedIdentity, suffix),
        resourceGroupName: resourceGroup(scope).name,
        location: scope.site.region,
        tags: scope.tags(),
    });
}

/**
 * A user-assigned identity that trusts a Kubernetes service account through its cluster's token issuer. It is the
 * same thing for AKS and for another cloud's cluster; they differ in what the pod needs. On AKS a webhook injects
 * the token; elsewhere the pod projects it.
 *
 * One credential an identity, because concurrent writes to one identity end in 409 (pulumi-azure-native#4343).
 *
 * @throws RunError when the cluster's issuer is not known
 */
export function workloadIdentity(spec: ServiceAccountSpec, scope: Scope): WorkloadIdentity {
    const { cluster, namespace, serviceAccount } = spec;
    const unknownIssuer = (): pulumi.RunError =>
        new pulumi.RunError(
            `${scope.name}: the issuer of the cluster's service account tokens is not known, so Azure cannot trust them; turn the cluster's OIDC issuer on, or give the adopted cluster its 'issuer'`,
        );
    if (!cluster.issuer) {
        throw unknownIssuer();
    }
    const identity = userAssignedIdentity(scope, "identity");
    const federation = child(scope, "federation", managedidentity.FederatedIdentityCredential, {
        federatedIdentityCredentialResourceName: scope.physicalName(NAMES.federatedCredential, "federation", {
            namespace,
            serviceAccount,
        }),
        resourceName: identity.name,
        resourceGroupName: resourceGroup(scope).name,
        issuer: cluster.issuer.apply((url) => {
            if (url === "") {
                throw unknownIssuer();
            }
            return url;
        }),
        subject: `system:serviceaccount:${namespace}:${serviceAccount}`,
        audiences: [AUDIENCE],
    });
    const dependencies = [identity, federation];
    return {
        cloud: "azure",
        id: identity.principalId,
        pod:
            cluster.cloud === "azure"
                ? nativeAccess(identity, dependencies)
                : foreignAccess(identity, dependencies),
        nodes: { identity, federation },
    };
}

function nativeAccess(
    identity: managedidentity.UserAssignedIdentity,
    dependencies: readonly pulumi.Resource[],
): PodAccess {
    return {
        ...NO_ACCESS,
        serviceAccountAnnotations: { "azure.workload.identity/client-id": identity.clientId },
        podLabels: { "azure.workload.identity/use": "true" },
        dependencies,
    };
}

function foreignAccess(
    identity: managedidentity.UserAssignedIdentity,
    dependencies: readonly pulumi.Resource[],
): PodAccess {
    return {
        ...NO_ACCESS,
        environment: [
            { name: "AZURE_CLIENT_ID", value: identity.clientId },
            { name: "AZURE_TENANT_ID", value: identity.tenantId },
            { name: "AZURE_FEDERATED_TOKEN_FILE", value: TOKEN_PATH },
            { name: "AZURE_AUTHORITY_HOST", value: "https://login.microsoftonline.com/" },
        ],
        tokens: [{ path: TOKEN_PATH, audience: AUDIENCE }],
        dependencies,
    };
}
