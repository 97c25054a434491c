import * as container from "@pulumi/gcp/container";
import * as projects from "@pulumi/gcp/projects";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterSpec } from "../concepts/cluster";
import { childSuffix } from "../names";
import type { Scope } from "../scope";
import { clusterHandle } from "./clusterHandle";
import { projectName, projectOf } from "./context";
import { keyGrant } from "./encryption";
import { NAMES } from "./names";
import { clusterNetwork, type ClusterNetwork } from "./network";
import { nodeIdentity, type NodeIdentity } from "./nodeIdentity";
import { poolInfo } from "./poolInfo";
import { nodePools, systemPool, type PoolHost } from "./pools";
import { containerAgent } from "./serviceAgents";
import { enableServices } from "./services";

/**
 * A regional GKE Standard cluster with private nodes, its network and its pools.
 *
 * No firewall rule of ours lets the control plane reach the add-ons' webhooks: a cluster without a
 * `masterIpv4CidrBlock` is reached by Private Service Connect, over which the control plane opens no connection. Its
 * calls come out of the konnectivity agents' pods (tigera/operator#5212), and GKE's own rules let pods reach pods.
 */
export function cluster(spec: ClusterSpec, scope: Scope): ClusterHandle {
    const project = projectOf(scope);
    const services = enableServices(
        ["cloudresourcemanager", "compute", "container", "containerfilesystem", "iam", "iamcredentials"],
        project,
        scope,
    );
    const network = clusterNetwork(spec, project, scope, services.ready);
    const identity = nodeIdentity(project, scope, services.ready);
    const encryption = databaseEncryption(spec, project, scope, services.ready);
    const gke = controlPlane(
        spec,
        { project, network, identity, key: encryption.key },
        [...services.ready, ...identity.grants, ...network.ready, ...encryption.ready],
        scope,
    );
    const host: PoolHost = {
        project,
        // The output, not the name: a pool must be deleted before its cluster (pulumi/pulumi#9009).
        cluster: gke.name,
        location: scope.site.region,
        nodeServiceAccount: identity.account.email,
        services: services.ready,
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
    const admins = administrators(spec, project, scope, services.ready);
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
                ...services.nodes,
                ...network.nodes,
                ...encryption.nodes,
                ...identity.nodes,
                system,
                ...pools,
                ...admins,
            },
            ready: [gke, system, ...Object.values(pools), ...network.ready],
            providerDependsOn: [system, ...network.ready],
        },
        scope,
    );
}

/** The key of the control plane's database, and GKE's right to use it. */
function databaseEncryption(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): {
    readonly key?: pulumi.Input<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    readonly ready: readonly pulumi.Resource[];
} {
    const key = spec.encryptionKey;
    if (key === undefined) {
        return { nodes: {}, ready: [] };
    }
    const agent = containerAgent(project, scope, dependsOn);
    const grant = keyGrant(agent, key, scope);
    return { key, nodes: { ...agent.nodes, "key-grant": grant }, ready: [grant] };
}

function controlPlane(
    spec: ClusterSpec,
    parts: {
        readonly project: pulumi.Output<string>;
        readonly network: ClusterNetwork;
        readonly identity: NodeIdentity;
        readonly key?: pulumi.Input<string>;
    },
    dependsOn: readonly pulumi.Resource[],
    scope: Scope,
): container.Cluster {
    const { project, network, identity, key } = parts;
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
            dependsOn: [...dependsOn],
            // These describe the temporary pool, which is gone: the API then reports another pool's values, and
            // taking them for a change would replace the cluster.
            ignoreChanges: ["initialNodeCount", "nodeConfig", "nodePools", "nodeVersion"],
        },
    );
}

/** The ranges that private networks use. */
const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/**
 * Nodes have private addresses; the control plane is reached from the network alone, or from the blocks named.
 *
 * A private control plane must have authorised networks, and without any named it answers the cluster's own subnet
 * alone: no machine elsewhere in the network could install the add-ons.
 */
function controlPlaneAccess(
    spec: ClusterSpec,
): Pick<
    container.ClusterArgs,
    "privateClusterConfig" | "masterAuthorizedNetworksConfig" | "controlPlaneEndpointsConfig"
> {
    const isPrivate = spec.controlPlane === "private";
    const blocks = spec.controlPlane === "private" ? PRIVATE_RANGES : spec.controlPlane.allow;
    return {
        privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: isPrivate },
        masterAuthorizedNetworksConfig: {
            cidrBlocks: blocks.map((cidrBlock) => ({ cidrBlock })),
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
 *
 * A child is named after its member where that is plain: by its place in the list, whoever follows a member that goes
 * would be bound anew, and be without access between the two. An output has nothing but its place.
 */
function administrators(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): Record<string, projects.IAMMember> {
    return Object.fromEntries(
        spec.admins.map((member, index) => {
            const suffix = `admin-${typeof member === "string" ? principal(member) : index}`;
            const binding = scope.child(
                suffix,
                projects.IAMMember,
                {
                    project,
                    role: "roles/container.admin",
                    member,
                    condition: {
                        title: scope.physicalName(NAMES.cluster, suffix),
                        expression: 'request.time >= timestamp("2020-01-01T00:00:00Z")',
                    },
                },
                { dependsOn: [...dependsOn] },
            );
            return [suffix, binding];
        }),
    );
}

/** `ml` of `group:ml@example.com`, told from every other member. */
function principal(member: string): string {
    return childSuffix(member.replace(/^[^:]*:/, "").replace(/@.*$/, ""), member);
}
