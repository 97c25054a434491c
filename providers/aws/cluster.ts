import type * as pulumi from "@pulumi/pulumi";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as eks from "@pulumi/aws/eks";
import type { ClusterHandle, ClusterSpec } from "../cloud";
import type { Scope } from "../scope";
import { clusterAdmins } from "./access";
import { Children } from "./children";
import { clusterHandle } from "./clusterHandle";
import { addOnIdentities, addOnsAfterNodes, addOnsBeforeNodes } from "./eksAddOns";
import { ownKeyArn } from "./encryption";
import { NAMES } from "./names";
import { network, subnetIds, type Network } from "./network";
import { poolInfo } from "./poolInfo";
import { nodePool, systemPool, type PoolHost } from "./pools";
import { controlPlaneRole, nodeRole, type ReadyRole } from "./roles";

/** Logs of the control plane: all of them. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** An EKS cluster with its network, roles, node groups and the add-ons that AWS maintains. */
export function cluster(spec: ClusterSpec, scope: Scope): ClusterHandle {
    const children = new Children(scope);
    // A new range makes a new network, which makes a new cluster: it must not meet the old one's name.
    const name = scope.physicalName(NAMES.cluster, "", spec.network ? undefined : { cidr: spec.networkCidr });
    const net = network(spec, name, children);
    const role = nodeRole(children);
    const made = controlPlane(spec, name, net, children);
    const early = addOnsBeforeNodes(made, children);
    const host: PoolHost = {
        clusterName: made.name,
        version: made.version,
        nodeRoleArn: role.arn,
        subnetIds: (zones, pool) => subnetIds(net.subnets, zones, pool),
        vpcId: () => net.vpcId,
        securityGroup: () => made.vpcConfig.clusterSecurityGroupId,
        // Nodes go first at deletion: while they drain they need their role, their network plugin and a way out.
        after: [...role.ready, ...early, ...net.ready],
    };
    const system = systemPool(spec.system, host, children);
    const pools = spec.pools.flatMap((pool) => nodePool(pool, host, children));
    const late = addOnsAfterNodes(made, [system], children);
    const admins = clusterAdmins(made, spec.admins, children);
    const identities = addOnIdentities(made, name, spec.addOns, early, children);
    return clusterHandle(
        {
            name: made.name,
            id: made.arn,
            endpoint: made.endpoint,
            certificateAuthority: made.certificateAuthority.data,
            issuer: made.identities.apply((identities) => identities?.[0]?.oidcs?.[0]?.issuer ?? ""),
            pools: spec.pools.map(poolInfo),
            addOns: spec.addOns,
            nodeRole: role.arn,
            subnets: net.subnets.map(({ id }) => id),
            ready: [made, ...net.ready, ...early, system, ...pools, ...late, ...admins, ...identities],
        },
        children,
    );
}

function controlPlane(spec: ClusterSpec, name: string, net: Network, children: Children): eks.Cluster {
    const { scope } = children;
    const key = spec.encryptionKey === undefined ? undefined : ownKeyArn(spec.encryptionKey, scope);
    const role = controlPlaneRole(name, key, children);
    const logs = controlPlaneLogs(name, children);
    return children.make("cluster", eks.Cluster, clusterArgs(spec, name, net, role, key, scope), {
        protect: scope.protect,
        retainOnDelete: spec.retainOnDelete,
        dependsOn: [...role.ready, ...logs],
        // Never gone before its successor stands, whose name is another one.
        deleteBeforeReplace: false,
        // Create-only, and not readable afterwards.
        ignoreChanges: ["bootstrapSelfManagedAddons", "accessConfig.bootstrapClusterCreatorAdminPermissions"],
    });
}

/** Whether the control plane logs: in dev nobody reads it, and it costs by the GB. */
const isLogged = ({ tier }: Scope): boolean => tier !== "dev";

/**
 * The log group of a control plane that logs: EKS would make it itself, without tags and kept for ever.
 *
 * EKS writes its last lines after the cluster is gone, and so may make the group again after its deletion, through
 * its service-linked role, which no policy of ours can stop (terraform-aws-modules/terraform-aws-eks#2763). The next
 * `up` then finds it there; docs/operations.md says what to do. Clusters that come and go, those in dev, don't log.
 */
function controlPlaneLogs(name: string, children: Children): cloudwatch.LogGroup[] {
    const { scope } = children;
    return isLogged(scope)
        ? [
              children.make("logs", cloudwatch.LogGroup, {
                  name: `/aws/eks/${name}/cluster`,
                  region: scope.site.region,
                  retentionInDays: scope.tier === "production" ? 90 : 30,
                  tags: scope.tags(),
              }),
          ]
        : [];
}

function clusterArgs(
    spec: ClusterSpec,
    name: string,
    net: Network,
    role: ReadyRole,
    key: pulumi.Input<string> | undefined,
    scope: Scope,
): eks.ClusterArgs {
    const allowed = spec.controlPlane === "private" ? [] : spec.controlPlane.allow;
    return {
        name,
        region: scope.site.region,
        roleArn: role.arn,
        ...(spec.version === undefined ? {} : { version: spec.version }),
        // Access by EKS's own entries, not by a ConfigMap whose change used to replace node groups
        // (pulumi/pulumi-eks#877). The creator stays administrator: without it nobody could enter the cluster, our own
        // Kubernetes provider of the same `up` included. An entry for the caller instead would be another one for each
        // person and pipeline that runs `up`, and would take the access from the one before.
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
        // They come as managed add-ons, which can be configured and are in the state.
        bootstrapSelfManagedAddons: false,
        vpcConfig: {
            subnetIds: net.controlPlaneSubnets.map(({ id }) => id),
            endpointPrivateAccess: true,
            endpointPublicAccess: allowed.length > 0,
            ...(allowed.length > 0 ? { publicAccessCidrs: [...allowed] } : {}),
        },
        ...(isLogged(scope) ? { enabledClusterLogTypes: LOG_TYPES } : {}),
        ...(key === undefined
            ? {}
            : { encryptionConfig: { provider: { keyArn: key }, resources: ["secrets"] } }),
        // Extended support costs six times as much an hour.
        upgradePolicy: { supportType: "STANDARD" },
        deletionProtection: scope.protect,
        tags: scope.tags(),
    };
}
