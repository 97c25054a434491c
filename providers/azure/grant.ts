import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type PrefixAccess, type Principal } from "../cloud";
import type { Scope } from "../scope";
import { blobCondition, type BlobContainerNames } from "./blobConditions";
import { assignRole, ROLES } from "./roles";

/** Where a store's grants are assigned. */
export interface GrantTarget {
    /** ARM id that roles are assigned on: the container, or the group that holds the account alone. */
    readonly scopeId: pulumi.Input<string>;
    /** Names that narrow a scope wider than the container. */
    readonly within?: pulumi.Input<BlobContainerNames>;
}

/**
 * One assignment for all that a consumer uses of a store: Azure has one for a principal, role and scope, whatever its
 * condition, and refuses a second with RoleAssignmentExists.
 */
export function grant(
    target: GrantTarget,
    principal: Principal,
    accesses: readonly PrefixAccess[],
    scope: Scope,
): PodAccess {
    const readsOnly = accesses.every(({ mode }) => mode === "read");
    const trimmed = accesses.map(({ mode, prefix }) => ({ mode, prefix: prefix.replace(/^\/+|\/+$/g, "") }));
    const assignment = assignRole(scope, "grant", {
        principalId: principal.id,
        principalType: "ServicePrincipal",
        role: readsOnly ? ROLES.storageBlobDataReader : ROLES.storageBlobDataContributor,
        scopeId: target.scopeId,
        condition: pulumi.output(target.within).apply((within) => blobCondition(trimmed, within)),
    });
    return {
        ...NO_ACCESS,
        // How Triton signs in (as of 2.71). It takes the account from its URL, but only while no variable names one,
        // and a workload may use two stores.
        environment: [{ name: "AZURE_STORAGE_AUTH_TYPE", value: "default" }],
        dependencies: [assignment],
    };
}
