import * as storage from "@pulumi/azure-native/storage";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { subscription, type ResourceGroup } from "./context";
import { allowKey, keyParts } from "./encryption";
import { NAMES } from "./names";
import { hasZones } from "./regions";
import { ROLES } from "./roles";
import { userAssignedIdentity } from "./workloadIdentity";

export interface StorageAccountSettings {
    readonly spec: ObjectStoreSpec;
    readonly scope: Scope;
    readonly group: ResourceGroup;
    readonly guards: { readonly protect: boolean; readonly retainOnDelete: boolean };
    readonly region: string;
    /** Ends the suffixes of a replica's children; empty for the primary account. */
    readonly suffix: string;
}

export interface StorageAccountNodes {
    readonly suffix: string;
    readonly account: storage.StorageAccount;
    readonly service: storage.BlobServiceProperties;
    readonly container: storage.BlobContainer;
    readonly lifecycle: storage.ManagementPolicy;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/** What every account of ours has: no key, no anonymous reader, TLS 1.2, no copies into another tenant. */
export const HARDENED = {
    kind: "StorageV2",
    enableHttpsTrafficOnly: true,
    // The service's own default is TLS 1.0.
    minimumTlsVersion: "TLS1_2",
    allowBlobPublicAccess: false,
    // Absent means true.
    allowSharedKeyAccess: false,
    defaultToOAuthAuthentication: true,
    allowCrossTenantReplication: false,
} as const;

/** An account, its blob service's settings, its container and its lifecycle rules. */
export function storageAccount(settings: StorageAccountSettings): StorageAccountNodes {
    const { spec, scope, group, guards, region } = settings;
    const named = (name: string): string => (settings.suffix === "" ? name : `${name}-${settings.suffix}`);
    const encryption = keyEncryption(settings, named);
    const resourceGroupName = group.name;

    const account = child(
        scope,
        named("account"),
        storage.StorageAccount,
        {
            ...HARDENED,
            accountName: scope.globalName(NAMES.storageAccount, region, subscription(scope)),
            resourceGroupName,
            location: region,
            sku: { name: hasZones(region) ? "Standard_ZRS" : "Standard_LRS" },
            accessTier: "Hot",
            publicNetworkAccess: "Enabled",
            networkRuleSet: networkRules(scope),
            ...encryption.args,
            tags: scope.tags(),
        },
        { ...guards, dependsOn: encryption.ready },
    );
    const accountName = account.name;
    const days = spec.keepVersionsDays;
    const service = child(
        scope,
        named("blob-service"),
        storage.BlobServiceProperties,
        {
            accountName,
            resourceGroupName,
            blobServicesName: "default",
            isVersioningEnabled: true,
            ...(days > 0
                ? {
                      deleteRetentionPolicy: { enabled: true, days: Math.min(days, 365) },
                      containerDeleteRetentionPolicy: { enabled: true, days: Math.min(days, 365) },
                  }
                : {}),
            ...(spec.replicas.length > 0 ? { changeFeed: { enabled: true } } : {}),
        },
        guards,
    );
    const container = child(
        scope,
        named("container"),
        storage.BlobContainer,
        {
            accountName,
            resourceGroupName,
            containerName: scope.physicalName(NAMES.container),
            publicAccess: "None",
        },
        // The service's settings of one account are written one after the other, or Azure answers 409.
        { ...guards, dependsOn: [service] },
    );
    const lifecycle = child(
        scope,
        named("lifecycle"),
        storage.ManagementPolicy,
        {
            accountName,
            resourceGroupName,
            managementPolicyName: "default",
            policy: { rules: lifecycleRules(days) },
        },
        { dependsOn: [service], retainOnDelete: guards.retainOnDelete },
    );
    return {
        suffix: settings.suffix,
        account,
        service,
        container,
        lifecycle,
        nodes: {
            [named("account")]: account,
            [named("blob-service")]: service,
            [named("container")]: container,
            [named("lifecycle")]: lifecycle,
            ...encryption.nodes,
        },
    };
}

/** Whether the landing zone's subnets alone reach what is made in it. */
export function isClosed(scope: Scope): boolean {
    return (scope.site.zone.subnets ?? []).length > 0;
}

/** The landing zone's subnets alone where it names them; otherwise tokens are what guards the account. */
function networkRules(scope: Scope): inputs.storage.NetworkRuleSetArgs {
    return isClosed(scope)
        ? {
              defaultAction: "Deny",
              bypass: "AzureServices",
              virtualNetworkRules: (scope.site.zone.subnets ?? []).map((id) => ({
                  virtualNetworkResourceId: id,
                  action: "Allow" as const,
              })),
          }
        : { defaultAction: "Allow", bypass: "AzureServices" };
}

/**
 * Old versions go after their days. Blocks of a failed upload need no rule and have none: the service drops
 * uncommitted blocks after a week by itself, whatever `abortUploadDays` says.
 */
function lifecycleRules(days: number): inputs.storage.ManagementPolicyRuleArgs[] {
    const age = { delete: { daysAfterCreationGreaterThan: Math.max(days, 1) } };
    return [
        {
            name: "oldVersions",
            type: "Lifecycle",
            enabled: true,
            definition: { actions: { version: age, snapshot: age }, filters: { blobTypes: ["blockBlob"] } },
        },
    ];
}

/** The owner's key, read by an identity of the account's own: a system-assigned one would come too late for the creation. */
function keyEncryption(
    { spec, scope }: StorageAccountSettings,
    named: (name: string) => string,
): {
    args: Pick<storage.StorageAccountArgs, "identity" | "encryption">;
    ready: pulumi.Resource[];
    nodes: Record<string, pulumi.Resource>;
} {
    const key = spec.encryptionKey ?? scope.site.zone.encryptionKey;
    if (key === undefined) {
        return { args: {}, ready: [], nodes: {} };
    }
    const suffix = named("encryption");
    const identity = userAssignedIdentity(scope, suffix);
    const parts = pulumi.output(key).apply(keyParts);
    return {
        args: {
            identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
            encryption: {
                keySource: "Microsoft.Keyvault",
                encryptionIdentity: { encryptionUserAssignedIdentity: identity.id },
                keyVaultProperties: {
                    keyVaultUri: parts.vaultUri,
                    keyName: parts.name,
                    keyVersion: parts.apply(({ version }) => version),
                },
                services: { blob: { enabled: true, keyType: "Account" } },
            },
        },
        ready: allowKey(
            scope,
            named("encryption-access"),
            key,
            identity.principalId,
            ROLES.keyVaultCryptoServiceEncryptionUser,
        ),
        nodes: { [suffix]: identity },
    };
}
