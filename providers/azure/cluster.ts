import * as authorization from "@pulumi/azure-native/authorization";
import * as containerservice from "@pulumi/azure-native/containerservice";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { deployer, regionalName, resourceGroup, subscription } from "./context";
import { allowKey, keyParts } from "./encryption";
import { certificateAuthority, kubeconfig, kubernetesProvider } from "./kubeconfig";
import { NAMES } from "./names";
import { nodeNetwork, type NodeNetwork } from "./network";
import { agentPools, poolInfo } from "./pools";
import { hasZones } from "./regions";
import { assignRole, ROLES } from "./roles";
import { userAssignedIdentity } from "./workloadIdentity";
import { TIER_DEFAULTS } from "../tier";

/** Name of the one inline pool. */
const SYSTEM_POOL = "system";

/**
 * An AKS cluster with one System pool of its own and an agent pool for each pool of the spec.
 *
 * The System pool stands inline, because the service wants one, and is never changed after the creation: edits of
 * `agentPoolProfiles` put every pool in Scaling and clash with agent pools made apart (pulumi-azure-native#1686,
 * #579, #2719, #4264).
 */
export function cluster(spec: ClusterSpec, scope: Scope): ClusterHandle {
    const key = spec.encryptionKey ?? scope.site.zone.encryptionKey;
    const encryption = key === undefined ? {} : { azureKeyVaultKms: keyManagement(key, scope) };
    const guards = { protect: scope.protect, retainOnDelete: spec.retainOnDelete };
    const group = resourceGroup(scope, guards);
    const early = group.resource && deployerAdmin(scope, group.resource.id);
    const network = nodeNetwork(spec, scope, group);
    const identity = userAssignedIdentity(scope, "identity");
    const networkAccess = assignRole(scope, "network-access", {
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        role: ROLES.networkContributor,
        scopeId: network.subnetId,
    });
    const keyAccess =
        key === undefined
            ? []
            : allowKey(scope, "encryption-access", key, identity.principalId, ROLES.keyVaultCryptoUser);

    // What Azure cannot change on a cluster is part of its names, so that a new one is made beside the old.
    const { cidr, podCidr, serviceCidr, outboundType } = network;
    const shape = { private: spec.controlPlane === "private", cidr, podCidr, serviceCidr, outboundType };
    const managed = child(
        scope,
        "cluster",
        containerservice.ManagedCluster,
        {
            resourceName: regionalName(scope, NAMES.cluster, "cluster", shape),
            resourceGroupName: group.name,
            location: scope.site.region,
            dnsPrefix: regionalName(scope, NAMES.dnsPrefix, "cluster", shape),
            nodeResourceGroup: regionalName(scope, NAMES.nodeResourceGroup, "node-group", shape),
            sku: { name: "Base", tier: TIER_DEFAULTS[scope.tier].controlPlaneSla ? "Standard" : "Free" },
            identity: { type: "UserAssigned", userAssignedIdentities: [identity.id] },
            ...(spec.version ? { kubernetesVersion: spec.version } : {}),
            agentPoolProfiles: [systemPool(spec, scope, network)],
            networkProfile: networkProfile(network),
            enableRBAC: true,
            aadProfile: { managed: true, enableAzureRBAC: true },
            disableLocalAccounts: true,
            apiServerAccessProfile: apiServerAccess(spec, network),
            oidcIssuerProfile: { enabled: true },
            securityProfile: { workloadIdentity: { enabled: true }, ...encryption },
            // Patches only where the program names the minor version, or an upgrade and the program would disagree.
            autoUpgradeProfile: {
                upgradeChannel: spec.version ? "patch" : "stable",
                nodeOSUpgradeChannel: "NodeImage",
            },
            autoScalerProfile: { expander: "least-waste", skipNodesWithLocalStorage: "false" },
            storageProfile: {
                blobCSIDriver: { enabled: true },
                diskCSIDriver: { enabled: true },
                fileCSIDriver: { enabled: true },
                snapshotController: { enabled: true },
            },
            ...(scope.tier === "dev" ? {} : { metricsProfile: { costAnalysis: { enabled: true } } }),
            // AKS copies these to the group and the resources that it makes for the nodes.
            tags: scope.tags(),
        },
        {
            ...guards,
            dependsOn: [
                networkAccess,
                ...keyAccess,
                ...(early ? [early] : []),
                ...Object.values(network.nodes),
            ],
            ignoreChanges: ["agentPoolProfiles", ...(spec.version ? [] : ["kubernetesVersion"])],
        },
    );
    const host = {
        clusterName: managed.name,
        resourceGroup: group.name,
        subnetId: network.subnetId,
        version: spec.version,
    };
    const pools = Object.assign({}, ...spec.pools.map((pool) => agentPools(pool, host, scope)));
    const admins = {
        "admin-deployer": early ?? deployerAdmin(scope, managed.id),
        ...administrators(spec, scope, managed),
    };
    const lock = scope.protect ? { lock: deletionLock(scope, managed) } : {};

    const privately = spec.controlPlane === "private";
    const endpoint = (privately ? managed.privateFQDN : managed.fqdn).apply((name) => `https://${name}:443`);
    const authority = certificateAuthority(managed.name, group.name, scope);
    const config = pulumi
        .all([managed.name, endpoint, authority])
        .apply(([name, server, ca]) => kubeconfig({ name, endpoint: server, certificateAuthority: ca }));
    // It is turned on above, so that the service always tells it. A test's mocks may not.
    const issuer = managed.oidcIssuerProfile.apply((profile) => profile?.issuerURL as string);
    const infos = spec.pools.map(poolInfo);
    const provider = kubernetesProvider(
        scope,
        { kubeconfig: config, clusterId: managed.id },
        // Objects in the cluster are deleted while those who may delete them still may.
        { dependsOn: Object.values(admins) },
    );

    return {
        cloud: "azure",
        region: scope.site.region,
        clusterName: managed.name,
        endpoint,
        issuer,
        kubeconfig: config,
        provider,
        pools: infos,
        addOns: spec.addOns,
        reference: pulumi.output({
            version: 1 as const,
            cloud: "azure" as const,
            region: scope.site.region,
            name: managed.name,
            id: managed.id,
            endpoint,
            certificateAuthority: authority,
            issuer,
            account: subscription(scope),
            resourceGroup: group.name,
            pools: infos,
            addOns: [...spec.addOns],
            kubeconfig: config,
            subnets: [network.subnetId],
        }),
        nodes: {
            ...(group.resource ? { "resource-group": group.resource } : {}),
            ...network.nodes,
            identity,
            "network-access": networkAccess,
            cluster: managed,
            ...pools,
            ...admins,
            ...lock,
            kubernetes: provider,
        },
        ready: [managed, ...Object.values<pulumi.Resource>(pools), ...Object.values(admins)],
    };
}

function systemPool(
    { system, zoneCount }: ClusterSpec,
    scope: Scope,
    network: NodeNetwork,
): inputs.containerservice.ManagedClusterAgentPoolProfileArgs {
    return {
        name: SYSTEM_POOL,
        mode: "System",
        type: "VirtualMachineScaleSets",
        vmSize: system.machineType,
        osType: "Linux",
        osSKU: "AzureLinux",
        enableAutoScaling: true,
        count: Math.max(system.min, 1),
        minCount: Math.max(system.min, 1),
        maxCount: Math.max(system.max, system.min, 1),
        vnetSubnetID: network.subnetId,
        ...(hasZones(scope.site.region) ? { availabilityZones: ["1", "2", "3"].slice(0, zoneCount) } : {}),
        upgradeSettings: { maxSurge: "33%" },
        tags: scope.tags(),
    };
}

function networkProfile(network: NodeNetwork): inputs.containerservice.ContainerServiceNetworkProfileArgs {
    const { podCidr, serviceCidr, dnsServiceIP, outboundType } = network;
    return {
        networkPlugin: "azure",
        networkPluginMode: "overlay",
        networkDataplane: "cilium",
        networkPolicy: "cilium",
        loadBalancerSku: "standard",
        outboundType,
        podCidr,
        serviceCidr,
        dnsServiceIP,
    };
}

/**
 * Who reaches the control plane. The nodes are outside like everyone else where they leave through a NAT gateway of
 * ours: without their address in the list they could not join (learn.microsoft.com aks/api-server-authorized-ip-ranges).
 */
function apiServerAccess(
    { controlPlane }: ClusterSpec,
    { egress }: NodeNetwork,
): inputs.containerservice.ManagedClusterAPIServerAccessProfileArgs {
    return controlPlane === "private"
        ? { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false, privateDNSZone: "system" }
        : {
              authorizedIPRanges: [
                  ...controlPlane.allow,
                  ...(egress ? [pulumi.interpolate`${egress}/32`] : []),
              ],
          };
}

/**
 * Secrets in the control plane's database, encrypted with the owner's key. AKS refuses a key without its version
 * (learn.microsoft.com aks/use-kms-etcd-encryption), which storage takes.
 *
 * @throws RunError for a key without its version
 */
function keyManagement(
    key: pulumi.Input<string>,
    scope: Scope,
): inputs.containerservice.AzureKeyVaultKmsArgs {
    const versioned = (text: string): string => {
        const { identifier, version } = keyParts(text);
        if (version === undefined) {
            throw new pulumi.RunError(
                `${scope.name}: encryptionKey '${text}' names no version, and AKS takes a key with its version only: ` +
                    "give the cluster an encryptionKey that ends with it",
            );
        }
        return identifier;
    };
    return {
        enabled: true,
        keyId: typeof key === "string" ? versioned(key) : pulumi.output(key).apply(versioned),
        keyVaultNetworkAccess: "Public",
    };
}

/**
 * Lets who deploys do everything in the cluster: local accounts are off, and our own objects in the cluster are made
 * in the same `up`.
 *
 * A cluster honours a new assignment up to five minutes late (learn.microsoft.com aks/manage-azure-rbac). In a group
 * of our own, which holds nothing but this cluster, it is made on the group before the cluster, whose creation takes
 * longer than that. A landing zone's group may hold other clusters, so there it is made on this one.
 */
function deployerAdmin(scope: Scope, scopeId: pulumi.Input<string>): authorization.RoleAssignment {
    return assignRole(scope, "admin-deployer", {
        ...deployer(scope),
        role: ROLES.aksRbacClusterAdmin,
        scopeId,
    });
}

/**
 * Lets the named groups do everything in the cluster. Azure has one assignment for a group, role and scope, so a
 * child is named after its group where that is plain: by its place in the list, whoever follows a group that goes
 * would be assigned once more, and refused. An output has nothing but its place.
 */
function administrators(
    spec: ClusterSpec,
    scope: Scope,
    managed: containerservice.ManagedCluster,
): Record<string, authorization.RoleAssignment> {
    const groups = spec.admins.map((group, index) => {
        const principalId = typeof group === "string" ? group.toLowerCase() : group;
        return [`admin-${typeof principalId === "string" ? principalId : index}`, principalId] as const;
    });
    return Object.fromEntries(
        [...new Map(groups)].map(([suffix, principalId]) => [
            suffix,
            assignRole(scope, suffix, {
                role: ROLES.aksRbacClusterAdmin,
                scopeId: managed.id,
                principalId,
                principalType: "Group",
            }),
        ]),
    );
}

/**
 * Azure's own deletion protection, on the System pool: a lock on the cluster would also refuse to delete any other
 * pool and any role assignment on it (MicrosoftDocs/azure-docs#110791), so no pool could be replaced. A resource
 * with a locked child cannot be deleted either, and nothing of ours ever deletes the System pool alone.
 */
function deletionLock(
    scope: Scope,
    managed: containerservice.ManagedCluster,
): authorization.ManagementLockByScope {
    return child(scope, "lock", authorization.ManagementLockByScope, {
        lockName: scope.physicalName(NAMES.lock, "lock"),
        scope: pulumi.interpolate`${managed.id}/agentPools/${SYSTEM_POOL}`,
        level: "CanNotDelete",
        notes: `Set by protect on ${scope.name}; an update with protect: false removes it.`,
    });
}
