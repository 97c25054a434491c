import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { child } from "./children";
import { deterministicGuid } from "./guid";

/** Built-in roles by GUID (learn.microsoft.com: Azure built-in roles). */
export const ROLES = {
    storageBlobDataReader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    storageBlobDataContributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    networkContributor: "4d97b98b-1d4f-4787-a291-c67834d212e7",
    aksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    acrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    /** Wraps and unwraps with a key: what storage does. */
    keyVaultCryptoServiceEncryptionUser: "e147488a-f6f5-4113-8e2d-b22465e65bf6",
    /** Also encrypts and decrypts with a key: what the control plane of AKS does. */
    keyVaultCryptoUser: "12338af0-0e69-4776-bea7-57ae8d297424",
    /** Approves private endpoints: Azure AI Enterprise Network Connection Approver. */
    networkConnectionApprover: "b556d68e-0be0-4f35-a333-ad7ee1ce17ea",
    roleBasedAccessControlAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
} as const;

/** Who gets which role where. */
export interface Assignment {
    readonly principalId: pulumi.Input<string>;
    /**
     * `ServicePrincipal` for every identity made in the same `up`: Entra ID replicates it slowly, and without the
     * type the assignment fails with PrincipalNotFound (Azure/avdaccelerator#99). Never left out, because the SDK
     * would then say `User`.
     */
    readonly principalType: pulumi.Input<"ServicePrincipal" | "Group" | "User">;
    readonly role: (typeof ROLES)[keyof typeof ROLES];
    /** ARM id of the resource. */
    readonly scopeId: pulumi.Input<string>;
    readonly condition?: pulumi.Input<string | undefined>;
}

/**
 * Assigns a role. Its GUID is made of what cannot change on an assignment (who, what, where), so that a replacement
 * never meets its predecessor's name.
 */
export function assignRole(
    scope: Scope,
    suffix: string,
    assignment: Assignment,
    opts: pulumi.CustomResourceOptions = {},
): authorization.RoleAssignment {
    const { principalId, principalType, role, scopeId, condition } = assignment;
    const place = scope.childName(suffix);
    return child(
        scope,
        suffix,
        authorization.RoleAssignment,
        {
            roleAssignmentName: pulumi
                .all([principalId, scopeId])
                .apply(([principal, where]) =>
                    deterministicGuid(JSON.stringify([place, principal, where, role])),
                ),
            principalId,
            principalType,
            roleDefinitionId: roleDefinitionId(scopeId, role),
            scope: scopeId,
            ...(condition === undefined
                ? {}
                : {
                      condition,
                      conditionVersion: pulumi.output(condition).apply((text) => (text ? "2.0" : undefined)),
                  }),
        },
        opts,
    );
}

/** Id of a built-in role in the subscription of the scope, the form that Azure returns it in. */
function roleDefinitionId(scopeId: pulumi.Input<string>, role: string): pulumi.Output<string> {
    return pulumi
        .output(scopeId)
        .apply(
            (id) =>
                `/subscriptions/${id.split("/")[2] ?? ""}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        );
}
