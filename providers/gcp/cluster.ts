import * as container from "@pulumi/gcp/container";
import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterSpec } from "../concepts/cluster";
import type { Scope } from "../scope";
import { clusterHandle } from "./clusterHandle";
import { projectName, projectOf } from "./context";
import { keyGrant } from "./encryption";
import { NAMES } from "./names";
import { clusterNetwork, type ClusterNetwork } from "./network";
import { nodeIdentity, type NodeIdentity } from "./nodeIdentity";
import { poolInfo } from "./poolInfo";
import { nodePools, systemPool, type PoolHost } from "./pools";
import { webhookAccess } from "./webhookAccess";

/** A regional GKE Standard cluster with private nodes, its network and its pools. */
export function cluster(spec: ClusterSpec, scope: Scope): ClusterHandle {
    const project = projectOf(scope);
    const network = clusterNetwork(spec, project, scope);
    const identity = nodeIdentity(project, scope);
    const gke = controlPlane(spec, project, network, identity, scope);
    const webhooks = webhookAccess(gke, network, identity, project, scope);
    const host: PoolHost = {
        project,
        // The output, not the name: a pool must be deleted before its cluster (pulumi/pulumi#9009).
        cluster: gke.name,
        location: scope.site.region,
        nodeServiceAccount: identity.account.email,
        dependsOn: [...identity.grants, ...network.ready],
    };
    const system = systemPool(spec.system, host, scope);
    // GKE leaves out the accelerator's taint on a cluster without another pool
    // (terraform-google-modules/terraform-google-kubernetes-engine#703).
    const accelerated: PoolHost = { ...host, dependsOn: [...host.dependsOn, system] };
    const pools = Object.assign(
        {},
        ...spec.pools.map((pool) => nodePools(pool, accelerated, scope)),
    ) as Record<string, container.NodePool>;
    const admins = administrators(spec, project, scope);
    return clusterHandle(
        {
            project,
            region: scope.site.region,
            name: gke.name,
            endpoint: gke.endpoint,
            certificateAuthority: gke.masterAuth.apply((auth) => auth.clusterCaCertificate),
            pools: spec.pools.map(poolInfo),
            addOns: spec.addOns,
            nodeRole: identity.account.email,
            subnet: network.subnet,
            nodes: {
                cluster: gke,
                ...webhooks,
                ...network.nodes,
                ...identity.nodes,
                system,
                ...pools,
                ...admins,
            },
            ready: [gke, system, ...Object.values(pools), ...Object.values(webhooks), ...network.ready],
            providerDependsOn: [system, ...network.ready],
        },
        scope,
    );
}

function controlPlane(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    network: ClusterNetwork,
    identity: NodeIdentity,
    scope: Scope,
): container.Cluster {
    const key = spec.encryptionKey ?? scope.site.zone.encryptionKey;
    const grants = key === undefined ? [] : [keyGrant("container", key, project, scope)];
    return scope.child(
        "cluster",
        container.Cluster,
        {
            name: projectName(scope, NAMES.cluster, "cluster", project),
            project,
            location: scope.site.region,
            network: network.network,
            subnetwork: network.subnet,
            networkingMode: "VPC_NATIVE",
            ipAllocationPolicy: {
                ...(network.podRange === undefined ? {} : { clusterSecondaryRangeName: network.podRange }),
                ...(network.serviceRange === undefined
                    ? {}
                    : { servicesSecondaryRangeName: network.serviceRange }),
            },
            datapathProvider: "ADVANCED_DATAPATH",
            ...controlPlaneAccess(spec),
            ...temporaryPool(identity),
            workloadIdentityConfig: { workloadPool: pulumi.interpolate`${project}.svc.id.goog` },
            releaseChannel: { channel: "REGULAR" },
            ...(spec.version === undefined ? {} : { minMasterVersion: spec.version }),
            ...(key === undefined ? {} : { databaseEncryption: { state: "ENCRYPTED", keyName: key } }),
            // A client certificate would be a secret in the state that nobody uses.
            masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
            addonsConfig: {
                gcsFuseCsiDriverConfig: { enabled: true },
                gcePersistentDiskCsiDriverConfig: { enabled: true },
                httpLoadBalancing: { disabled: false },
            },
            // Two owners of the Gateway API's definitions would undo each other's versions.
            gatewayApiConfig: {
                channel: spec.addOns.includes("gateway") ? "CHANNEL_DISABLED" : "CHANNEL_STANDARD",
            },
            costManagementConfig: { enabled: true },
            monitoringConfig: {
                enableComponents: ["SYSTEM_COMPONENTS", "DCGM"],
                managedPrometheus: { enabled: true },
            },
            resourceLabels: scope.tags(),
            deletionProtection: scope.protect,
            deletionPolicy: scope.protect ? "PREVENT" : "DELETE",
        },
        {
            protect: scope.protect,
            retainOnDelete: spec.retainOnDelete,
            dependsOn: [...identity.grants, ...network.ready, ...grants],
            // These describe the temporary pool, which is gone: the API then reports another pool's values, and
            // taking them for a change would replace the cluster.
            ignoreChanges: ["initialNodeCount", "nodeConfig", "nodePools", "nodeVersion"],
        },
    );
}

/** Nodes have private addresses; the control plane is reached from the network alone, or from the blocks named. */
function controlPlaneAccess(
    spec: ClusterSpec,
): Pick<
    container.ClusterArgs,
    "privateClusterConfig" | "masterAuthorizedNetworksConfig" | "controlPlaneEndpointsConfig"
> {
    const isPrivate = spec.controlPlane === "private";
    const blocks = spec.controlPlane === "private" ? [] : spec.controlPlane.allow;
    return {
        privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: isPrivate },
        masterAuthorizedNetworksConfig: {
            ...(blocks.length === 0 ? {} : { cidrBlocks: blocks.map((cidrBlock) => ({ cidrBlock })) }),
            gcpPublicCidrsAccessEnabled: false,
        },
        controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: false } },
    };
}

/** GKE makes a cluster with a pool only; ours are resources of their own, so this one is removed at once. */
function temporaryPool(
    identity: NodeIdentity,
): Pick<container.ClusterArgs, "removeDefaultNodePool" | "initialNodeCount" | "nodeConfig"> {
    return {
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        nodeConfig: {
            machineType: "e2-medium",
            diskType: "pd-balanced",
            diskSizeGb: 20,
            serviceAccount: identity.account.email,
            oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
            workloadMetadataConfig: { mode: "GKE_METADATA" },
            shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        },
    };
}

/**
 * Google Cloud grants administration of clusters by project: there is no policy of a single cluster. The condition
 * always holds; its title makes the binding this cluster's own, so that another cluster of the project with the same
 * administrator keeps its binding when this one goes.
 */
function administrators(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    scope: Scope,
): Record<string, projects.IAMMember> {
    return Object.fromEntries(
        spec.admins.map((member, index) => {
            const suffix = `admin-${index + 1}`;
            const binding = scope.child(suffix, projects.IAMMember, {
                project,
                role: "roles/container.admin",
                member,
                condition: {
                    title: scope.physicalName(NAMES.cluster, suffix),
                    expression: 'request.time >= timestamp("2020-01-01T00:00:00Z")',
                },
            });
            return [suffix, binding];
        }),
    );
}
