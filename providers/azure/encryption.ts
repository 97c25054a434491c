import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { assignRole, ROLES } from "./roles";

/** A Key Vault key by its parts. */
export interface KeyParts {
    readonly vaultUri: string;
    readonly name: string;
    /** Absent follows the newest version. */
    readonly version?: string;
    /** `https://vault.vault.azure.net/keys/name[/version]`. */
    readonly identifier: string;
}

const IDENTIFIER = /^(https:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]+))?\/?$/i;
const ARM_ID = /\/providers\/Microsoft\.KeyVault\/vaults\/([^/]+)\/keys\/([^/]+)(?:\/versions\/([^/]+))?$/i;

/**
 * Parts of a key that is given by its identifier (`https://vault.vault.azure.net/keys/name`) or its ARM id.
 *
 * @throws RunError when it is neither
 */
export function keyParts(key: string): KeyParts {
    const byIdentifier = IDENTIFIER.exec(key);
    const byArmId = ARM_ID.exec(key);
    if (!byIdentifier && !byArmId) {
        throw new pulumi.RunError(
            `'${key}' is no Key Vault key: https://<vault>.vault.azure.net/keys/<name>, or the key's ARM id`,
        );
    }
    const vaultUri = byIdentifier?.[1] ?? `https://${byArmId?.[1]}.vault.azure.net`;
    const [, , name = "", version] = (byIdentifier ?? byArmId)!;
    return {
        vaultUri,
        name,
        version,
        identifier: [vaultUri, "keys", name, version].filter(Boolean).join("/"),
    };
}

/** What an identity does with a key. */
type KeyRole = (typeof ROLES)["keyVaultCryptoServiceEncryptionUser" | "keyVaultCryptoUser"];

/**
 * Lets an identity use a key, where the key is given as a plain ARM id: an identifier does not tell its resource
 * group, so its owner has to assign the role there.
 */
export function allowKey(
    scope: Scope,
    suffix: string,
    key: pulumi.Input<string>,
    principalId: pulumi.Input<string>,
    role: KeyRole,
): pulumi.Resource[] {
    if (typeof key !== "string" || !key.startsWith("/")) {
        return [];
    }
    return [
        assignRole(scope, suffix, {
            principalId,
            principalType: "ServicePrincipal",
            role,
            scopeId: key.replace(/\/versions\/[^/]+$/i, ""),
        }),
    ];
}
