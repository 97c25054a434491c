import * as container from "@pulumi/gcp/container";
import * as pulumi from "@pulumi/pulumi";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference } from "../concepts/cluster";
import { referenceAt } from "../clusterReference";
import type { Scope } from "../scope";
import { clusterHandle, clusterId, type ClusterFacts } from "./clusterHandle";
import { invokeOptions, projectOf } from "./context";
import { nodeIdentity } from "./nodeIdentity";
import { poolInfo } from "./poolInfo";
import { nodePools } from "./pools";

/**
 * A GKE cluster that exists already, by another stack's reference or by its name in the site's region. Only the pools
 * that are added to it, and what they need, enter the state.
 */
export function adoptCluster(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle {
    const existing =
        spec.reference === undefined
            ? byName(spec, scope)
            : byReference(spec, referenceAt(spec.reference, scope));
    const added = addPools(spec, existing, scope);
    return clusterHandle(
        {
            ...existing,
            region: scope.site.region,
            pools: withAdded(spec, existing.pools),
            nodes: added,
            ready: Object.values(added),
            providerDependsOn: [],
        },
        scope,
    );
}

type Existing = Pick<
    ClusterFacts,
    "project" | "name" | "endpoint" | "certificateAuthority" | "addOns" | "pools" | "nodeRole"
>;

function byReference(spec: AdoptedClusterSpec, known: pulumi.Output<ClusterReference>): Existing {
    return {
        project: known.apply((cluster) => cluster.account),
        name: known.apply((cluster) => cluster.name),
        // Other stacks' references carry no scheme, and a handle's own endpoint does.
        endpoint: known.apply((cluster) => cluster.endpoint.replace(/^https:\/\//, "")),
        certificateAuthority: known.apply((cluster) => cluster.certificateAuthority),
        addOns: known.apply((cluster) => [...new Set([...cluster.addOns, ...spec.addOns])]),
        pools: known.apply((cluster) => [...cluster.pools, ...spec.existingPools]),
    };
}

function byName(spec: AdoptedClusterSpec, scope: Scope): Existing {
    if (spec.clusterName === undefined) {
        throw new pulumi.RunError(
            `'${scope.name}' adopts a GKE cluster: give its 'clusterName', or another stack's 'reference'.`,
        );
    }
    const project = projectOf(scope);
    const found = container.getClusterOutput(
        { name: spec.clusterName, location: scope.site.region, project },
        invokeOptions(scope),
    );
    return {
        project,
        name: spec.clusterName,
        endpoint: found.endpoint,
        certificateAuthority: found.masterAuths.apply((auths) => auths[0]?.clusterCaCertificate ?? ""),
        addOns: spec.addOns,
        pools: spec.existingPools,
    };
}

function withAdded(spec: AdoptedClusterSpec, existing: ClusterFacts["pools"]): ClusterFacts["pools"] {
    const added = spec.pools.map(poolInfo);
    if (spec.reference === undefined) {
        return [...spec.existingPools, ...added];
    }
    return pulumi.output(existing).apply((pools) => [...(pools as ClusterReference["pools"]), ...added]);
}

/** Pools of our own on the cluster, with a node account of our own unless one is named. */
function addPools(
    spec: AdoptedClusterSpec,
    existing: Existing,
    scope: Scope,
): Record<string, pulumi.Resource> {
    if (spec.pools.length === 0) {
        return {};
    }
    const project = pulumi.output(existing.project);
    const identity = spec.nodeRole === undefined ? nodeIdentity(project, scope) : undefined;
    const host = {
        project,
        cluster: clusterId(project, scope.site.region, existing.name),
        location: scope.site.region,
        nodeServiceAccount: spec.nodeRole ?? identity!.account.email,
        ...(spec.nodeRole === undefined ? {} : { broughtServiceAccount: spec.nodeRole }),
        // A project with a cluster has what its pools need.
        services: [],
        dependsOn: identity?.grants ?? [],
    };
    return Object.assign(
        {},
        identity?.nodes,
        ...spec.pools.map((pool) => nodePools(pool, host, scope)),
    ) as Record<string, pulumi.Resource>;
}
