import { stringAt, valueAt, valuesAt } from "../../values";
import type { Context, Holder, Rules } from "../types";
import { arm, armName, networkName } from "./shared";

const subnetUse = (type: string, through: string): Holder => ({
    type,
    through,
    say: (held, holder) =>
        `Code="InUseSubnetCannotBeDeleted" Message="Subnet ${held.id} is in use by ${holder.id} and cannot be deleted."`,
});

const storageAccount = "azure-native:storage:StorageAccount";

export const platform: Rules = {
    "azure-native:resources:ResourceGroup": {
        source: "ARM resource-name-rules (90 characters); deleting a group deletes all that is in it",
        name: armName(
            "resourceGroupName",
            1,
            90,
            /^[-\w.()]*[-\w()]$/,
            "letters, digits and -_.(), not ending with a dot",
        ),
        replaces: ["location"],
        id: (context) => `/subscriptions/${context.config.subscription}/resourceGroups/${context.physical}`,
        outputs: (context) => ({
            name: context.physical,
            type: "Microsoft.Resources/resourceGroups",
            location: context.region,
            properties: { provisioningState: "Succeeded" },
        }),
        takesAlong: [{ type: "*", through: "resourceGroupName", by: "name" }],
    },
    [storageAccount]: arm("Microsoft.Storage/storageAccounts/{accountName}", {
        source: "SDK storageAccount.d.ts (3 to 24); ARM StorageAccountAlreadyTaken; Azure storage: what can't change",
        name: {
            ...armName("accountName", 3, 24, /^[a-z0-9]+$/, "lower-case letters and digits"),
            global: true,
            taken: (name) =>
                `Code="StorageAccountAlreadyTaken" Message="The storage account named ${name} is already taken."`,
        },
        replaces: [
            "isHnsEnabled",
            "enableNfsV3",
            "extendedLocation",
            "dnsEndpointType",
            "encryption.requireInfrastructureEncryption",
        ],
        verify: (inputs) =>
            Object.entries((inputs.tags as Record<string, unknown> | undefined) ?? {})
                .filter(([key]) => key.length > 128)
                .map(([key]) => ({
                    property: "tags",
                    reason: `storage accounts allow tag names of at most 128 characters, "${key.slice(0, 20)}…" has ${key.length}`,
                })),
        outputs: (context) => ({
            creationTime: context.now,
            primaryLocation: context.region,
            statusOfPrimary: "available",
            primaryEndpoints: Object.fromEntries(
                ["blob", "dfs", "file", "queue", "table", "web"].map((each) => [
                    each,
                    `https://${context.physical}.${each}.core.windows.net/`,
                ]),
            ),
            minimumTlsVersion: "TLS1_0",
            allowBlobPublicAccess: false,
            enableHttpsTrafficOnly: true,
            accessTier: "Hot",
            networkRuleSet: {
                bypass: "AzureServices",
                defaultAction: "Allow",
                ipRules: [],
                virtualNetworkRules: [],
            },
        }),
        completes: (context) => ({
            identity: { principalId: context.uuid("principal"), tenantId: context.config.tenant },
        }),
    }),
    "azure-native:storage:BlobContainer": arm(
        "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/{containerName}",
        {
            source: "SDK blobContainer.d.ts (3 to 63, one hyphen at a time)",
            name: {
                ...armName(
                    "containerName",
                    3,
                    63,
                    /^(?:\$root|\$web|\$logs|(?!.*--)[a-z0-9][a-z0-9-]*[a-z0-9])$/,
                    "lower-case letters, digits and single hyphens",
                ),
                auto: "copy",
            },
            replaces: ["defaultEncryptionScope", "denyEncryptionScopeOverride"],
            outputs: (context) => ({
                etag: `"0x${context.hex("etag", 15).toUpperCase()}"`,
                lastModifiedTime: context.now,
            }),
        },
    ),
    "azure-native:storage:BlobServiceProperties": arm(
        "Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}",
        {
            source: "SDK blobServiceProperties.d.ts: the name must be 'default'; versioning excludes HNS (facts 1.1)",
            name: { ...armName("blobServicesName", 7, 7, /^default$/, '"default"'), auto: "copy" },
            singleton: true,
            range: {
                "deleteRetentionPolicy.days": [1, 365],
                "containerDeleteRetentionPolicy.days": [1, 365],
            },
            refuse: (context) => {
                const account = context
                    .existing(storageAccount)
                    .find((each) => each.outputs.name === context.inputs.accountName);
                return valueAt(account?.inputs, "isHnsEnabled") === true &&
                    context.inputs.isVersioningEnabled === true
                    ? 'Code="FeatureNotSupportedForAccount" Message="Blob versioning is not supported for the account."'
                    : undefined;
            },
        },
    ),
    "azure-native:storage:ManagementPolicy": arm(
        "Microsoft.Storage/storageAccounts/{accountName}/managementPolicies/{managementPolicyName}",
        {
            source: "SDK managementPolicy.d.ts: the name must be 'default'",
            name: { ...armName("managementPolicyName", 7, 7, /^default$/, '"default"'), auto: "copy" },
            singleton: true,
            length: { "policy.rules": [1, 100] },
            outputs: (context) => ({ lastModifiedTime: context.now }),
        },
    ),
    "azure-native:storage:ObjectReplicationPolicy": arm(
        "Microsoft.Storage/storageAccounts/{accountName}/objectReplicationPolicies/{objectReplicationPolicyId}",
        {
            source: "SDK objectReplicationPolicy.d.ts: 'default' on the destination, which makes up the ids the source uses",
            name: { property: "objectReplicationPolicyId", auto: "none" },
            outputs: (context) => ({ policyId: policyId(context), enabledTime: context.now }),
            completes: (context) => ({
                rules: valuesAt(context.inputs, "rules[*]").map((_, index) => ({
                    ruleId: context.uuid(`rule${index}`),
                })),
            }),
        },
    ),
    "azure-native:network:VirtualNetwork": arm("Microsoft.Network/virtualNetworks/{virtualNetworkName}", {
        source: "ARM resource-name-rules (2 to 64)",
        name: { ...networkName("virtualNetworkName", 64), min: 2 },
        outputs: (context) => ({
            resourceGuid: context.uuid("guid"),
            etag: `W/"${context.uuid("etag")}"`,
            subnets: [],
        }),
    }),
    "azure-native:network:Subnet": arm(
        "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
        {
            source: "ARM resource-name-rules (1 to 80); InUseSubnetCannotBeDeleted; a NAT gateway can't span virtual networks",
            name: { ...networkName("subnetName"), auto: "copy" },
            outputs: (context) => ({
                etag: `W/"${context.uuid("etag")}"`,
                privateEndpointNetworkPolicies: "Disabled",
            }),
            refuse: (context) => {
                const nat = stringAt(context.inputs, "natGateway.id");
                const elsewhere = context
                    .existing(context.type)
                    .some(
                        (each) =>
                            stringAt(each.inputs, "natGateway.id") === nat &&
                            each.inputs.virtualNetworkName !== context.inputs.virtualNetworkName,
                    );
                return nat !== undefined && elsewhere
                    ? `Code="NatGatewayCannotBeUsedBySubnetsBelongingToDifferentVirtualNetworks" Message="NAT gateway ${nat} cannot be used by subnets of different virtual networks."`
                    : undefined;
            },
            heldBy: [
                subnetUse("azure-native:network:PrivateEndpoint", "subnet.id"),
                subnetUse("azure-native:containerservice:AgentPool", "vnetSubnetID"),
                subnetUse(
                    "azure-native:containerservice:ManagedCluster",
                    "agentPoolProfiles[*].vnetSubnetID",
                ),
            ],
        },
    ),
    "azure-native:network:NetworkSecurityGroup": arm(
        "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
        {
            source: "ARM resource-name-rules (1 to 80); NSG priorities 100 to 4096",
            name: networkName("networkSecurityGroupName"),
            range: { "securityRules[*].priority": [100, 4096] },
            outputs: (context) => ({
                resourceGuid: context.uuid("guid"),
                etag: `W/"${context.uuid("etag")}"`,
            }),
            heldBy: [
                {
                    type: "azure-native:network:Subnet",
                    through: "networkSecurityGroup.id",
                    say: (held, holder) =>
                        `Code="InUseNetworkSecurityGroupCannotBeDeleted" Message="Network security group ${held.id} cannot be deleted because it is in use by ${holder.id}."`,
                },
            ],
        },
    ),
    "azure-native:network:NatGateway": arm("Microsoft.Network/natGateways/{natGatewayName}", {
        source: "ARM resource-name-rules (1 to 80)",
        name: networkName("natGatewayName"),
        range: { idleTimeoutInMinutes: [4, 120] },
        replaces: ["sku", "zones"],
        heldBy: [
            {
                type: "azure-native:network:Subnet",
                through: "natGateway.id",
                say: (held, holder) =>
                    `Code="InUseNatGatewayCannotBeDeleted" Message="NAT gateway ${held.id} is in use by ${holder.id}."`,
            },
        ],
    }),
    "azure-native:network:PublicIPAddress": arm("Microsoft.Network/publicIPAddresses/{publicIpAddressName}", {
        source: "ARM resource-name-rules (1 to 80)",
        name: networkName("publicIpAddressName"),
        replaces: ["sku", "zones", "publicIPAddressVersion", "publicIPAllocationMethod"],
        outputs: (context) => ({ ipAddress: `203.0.113.${parseInt(context.hex("ip", 2), 16)}` }),
        heldBy: [
            {
                type: "azure-native:network:NatGateway",
                through: "publicIpAddresses[*].id",
                say: (held, holder) =>
                    `Code="PublicIPAddressCannotBeDeleted" Message="Public IP address ${held.id} can not be deleted since it is still allocated to resource ${holder.id}."`,
            },
        ],
    }),
    "azure-native:network:PrivateEndpoint": arm("Microsoft.Network/privateEndpoints/{privateEndpointName}", {
        source: "ARM resource-name-rules (2 to 64)",
        name: { ...networkName("privateEndpointName", 64), min: 2 },
        replaces: ["subnet.id", "customNetworkInterfaceName"],
        outputs: (context) => ({
            etag: `W/"${context.uuid("etag")}"`,
            networkInterfaces: [{ id: `${context.id}.nic.${context.uuid("nic")}` }],
            customDnsConfigs: [
                { fqdn: `${context.physical}.privatelink.example.internal`, ipAddresses: ["10.0.1.5"] },
            ],
        }),
    }),
    "azure-native:network:PrivateDnsZoneGroup": arm(
        "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        {
            source: "ARM resource-name-rules",
            name: { ...networkName("privateDnsZoneGroupName"), auto: "copy" },
        },
    ),
    "azure-native:privatedns:PrivateZone": arm("Microsoft.Network/privateDnsZones/{privateZoneName}", {
        source: "ARM resource-name-rules (2 to 34 labels)",
        name: armName(
            "privateZoneName",
            1,
            253,
            /^(?!-)[\w-]+(?:\.[\w-]+)+$/,
            "a domain name of at least two labels",
        ),
    }),
    "azure-native:privatedns:VirtualNetworkLink": arm(
        "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
        {
            source: "ARM resource-name-rules",
            name: { ...networkName("virtualNetworkLinkName"), auto: "copy" },
            replaces: ["virtualNetwork.id"],
        },
    ),
    "azure-native:managedidentity:UserAssignedIdentity": arm(
        "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
        {
            source: "SDK (3 to 128); facts 2.3",
            name: armName("resourceName", 3, 128, /^[A-Za-z0-9][\w-]*$/, "letters, digits, _ and -"),
            outputs: (context) => ({
                clientId: context.uuid("client"),
                principalId: context.uuid("principal"),
                tenantId: context.config.tenant,
            }),
        },
    ),
    "azure-native:managedidentity:FederatedIdentityCredential": arm(
        "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
        {
            source: "SDK (3 to 120); ARM: at most 20 for an identity; issuer and subject are unique together",
            name: {
                ...armName(
                    "federatedIdentityCredentialResourceName",
                    3,
                    120,
                    /^[A-Za-z0-9][\w-]*$/,
                    "letters, digits, _ and -",
                ),
                auto: "copy",
            },
            length: { audiences: [1, 1], subject: [1, 600] },
            pattern: { issuer: [/^https:\/\//, "an https:// URL"] },
            refuse: (context) => {
                const same = (each: { inputs: typeof context.inputs }) =>
                    ["resourceName", "resourceGroupName"].every(
                        (key) => each.inputs[key] === context.inputs[key],
                    );
                const siblings = context
                    .existing(context.type)
                    .filter((each) => each.id !== context.id && same(each));
                const twin = siblings.some((each) =>
                    ["issuer", "subject"].every((key) => each.inputs[key] === context.inputs[key]),
                );
                if (twin) {
                    return 'Code="BadRequest" Message="Issuer and subject combination already exists for this Managed Identity."';
                }
                return siblings.length >= 20
                    ? 'Code="BadRequest" Message="Too many Federated Identity Credentials have been added; at most 20 are allowed."'
                    : undefined;
            },
        },
    ),
    "azure-native:authorization:RoleAssignment": {
        source: "ARM RoleAssignmentExists, RoleAssignmentUpdateNotPermitted; the name is a GUID (facts 2.1 nr 23); pulumi-azure-native#1010: principal and scope replace, a condition is updated in place",
        name: {
            ...armName("roleAssignmentName", 36, 36, /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i, "a GUID"),
            auto: "uuid",
        },
        replaces: ["principalId", "scope"],
        pattern: {
            roleDefinitionId: [
                /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[\da-f-]{36}$/i,
                "the ARM id of a role definition",
            ],
        },
        id: (context) =>
            `${(stringAt(context.inputs, "scope") ?? "").replace(/\/$/, "")}/providers/Microsoft.Authorization/roleAssignments/${context.physical}`,
        outputs: (context) => ({
            name: context.physical,
            type: "Microsoft.Authorization/roleAssignments",
            createdOn: context.now,
            updatedOn: context.now,
            principalType: "ServicePrincipal",
        }),
        refuse: (context) => {
            const before = stringAt(context.previous, "roleDefinitionId");
            if (before !== undefined && before !== stringAt(context.inputs, "roleDefinitionId")) {
                return 'Code="RoleAssignmentUpdateNotPermitted" Message="Tenant ID, application ID, principal ID, and scope are not allowed to be updated."';
            }
            const key = (inputs: typeof context.inputs) =>
                ["scope", "principalId", "roleDefinitionId"]
                    .map((each) => String(inputs[each]).toLowerCase())
                    .join();
            const twin = context
                .existing(context.type)
                .some((each) => each.id !== context.id && key(each.inputs) === key(context.inputs));
            return twin
                ? 'Code="RoleAssignmentExists" Message="The role assignment already exists."'
                : undefined;
        },
    },
    "azure-native:keyvault:Vault": arm("Microsoft.KeyVault/vaults/{vaultName}", {
        source: "ARM resource-name-rules (3 to 24, global); facts 2.1 nr 22",
        name: {
            ...armName(
                "vaultName",
                3,
                24,
                /^(?!.*--)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
                "letters, digits and single hyphens, beginning with a letter",
            ),
            global: true,
            taken: (name) =>
                `Code="VaultAlreadyExists" Message="The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken."`,
        },
        replaces: ["properties.tenantId"],
        completes: (context) => ({
            properties: { vaultUri: `https://${context.physical}.vault.azure.net/` },
        }),
    }),
    "azure-native:containerregistry:TaskRun": arm(
        "Microsoft.ContainerRegistry/registries/{registryName}/taskRuns/{taskRunName}",
        {
            source: "ARM resource-name-rules (5 to 50)",
            name: { ...armName("taskRunName", 5, 50, /^[\w-]+$/, "letters, digits, _ and -"), auto: "copy" },
        },
    ),
    "azure-native:containerregistry:Registry": arm("Microsoft.ContainerRegistry/registries/{registryName}", {
        source: "ARM resource-name-rules (5 to 50, global)",
        name: {
            ...armName("registryName", 5, 50, /^[A-Za-z0-9]+$/, "letters and digits"),
            global: true,
            taken: (name) =>
                `Code="AlreadyInUse" Message="The registry DNS name ${name}.azurecr.io is already in use."`,
        },
        outputs: (context) => ({
            loginServer: `${context.physical}.azurecr.io`.toLowerCase(),
            creationDate: context.now,
        }),
    }),
};

/** The service makes up the id of a policy that is given as "default". */
function policyId(context: Context): string {
    const given = stringAt(context.inputs, "objectReplicationPolicyId");
    return given === undefined || given === "default" ? context.uuid("policy") : given;
}
