import * as pulumi from "@pulumi/pulumi";
import * as eks from "@pulumi/aws/eks";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference, PoolInfo } from "../cloud";
import { referenceAt } from "../clusterReference";
import type { Scope } from "../scope";
import { lookup } from "./account";
import { Children } from "./children";
import { clusterHandle } from "./clusterHandle";
import type { ClusterAddress } from "./kubeconfig";
import { existingSubnet, subnetIds } from "./network";
import { poolInfo } from "./poolInfo";
import { nodePool, type PoolHost } from "./pools";
import { CNI_POLICY, nodeRole } from "./roles";

/** What is known of a cluster that exists already. */
interface FoundCluster extends ClusterAddress {
    readonly issuer: pulumi.Output<string>;
    /** The rest comes from a reference alone. */
    readonly reference?: pulumi.Output<ClusterReference>;
}

/**
 * An EKS cluster that exists already, by name or by another stack's reference. Only the pools that are added to it
 * are this stack's, with the role that they may need.
 *
 * @throws RunError when nothing tells which cluster it is, or an added pool has no subnets
 */
export function adoptCluster(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle {
    const children = new Children(scope);
    const found =
        spec.reference === undefined ? byName(spec, scope) : byReference(referenceAt(spec.reference, scope));
    const { reference } = found;
    const described = [...spec.existingPools, ...spec.pools.map(poolInfo)];
    const host = spec.pools.length > 0 ? poolHost(spec, found, children) : undefined;
    return clusterHandle(
        {
            ...found,
            issuer: spec.issuer ?? found.issuer,
            pools: reference ? reference.apply(({ pools }) => withPools(pools, described)) : described,
            addOns: reference
                ? reference.apply(({ addOns }) => [...new Set([...addOns, ...spec.addOns])])
                : spec.addOns,
            nodeRole: host?.nodeRoleArn ?? reference?.apply(({ nodeRole }) => nodeRole) ?? spec.nodeRole,
            subnets: spec.subnets ?? reference?.apply(({ subnets }) => subnets),
            ready: host ? spec.pools.flatMap((pool) => nodePool(pool, host, children)) : [],
        },
        children,
    );
}

const withPools = (pools: readonly PoolInfo[], more: readonly PoolInfo[]): PoolInfo[] => [...pools, ...more];

function byName({ clusterName }: AdoptedClusterSpec, scope: Scope): FoundCluster {
    if (clusterName === undefined) {
        throw new pulumi.RunError(
            "an existing EKS cluster is told by `clusterName` or `reference`; a kubeconfig alone belongs to a site " +
                "kubernetes/<context>",
        );
    }
    const found = look(clusterName, scope);
    return {
        name: clusterName,
        id: found.arn,
        endpoint: found.endpoint,
        certificateAuthority: found.certificateAuthorities.apply((all) => all?.[0]?.data ?? ""),
        issuer: found.identities.apply((all) => all?.[0]?.oidcs?.[0]?.issuer ?? ""),
    };
}

function byReference(reference: pulumi.Output<ClusterReference>): FoundCluster {
    return {
        name: reference.apply(({ name }) => name),
        id: reference.apply(({ id }) => id),
        endpoint: reference.apply(({ endpoint }) => endpoint),
        certificateAuthority: reference.apply(({ certificateAuthority }) => certificateAuthority),
        issuer: reference.apply(({ issuer }) => issuer),
        reference,
    };
}

const look = (name: pulumi.Input<string>, scope: Scope) =>
    eks.getClusterOutput({ name, region: scope.site.region }, lookup(scope));

function poolHost(spec: AdoptedClusterSpec, found: FoundCluster, children: Children): PoolHost {
    const { scope } = children;
    const { reference } = found;
    const role = addedNodeRole(spec, found, children);
    const { subnets } = spec;
    if (subnets === undefined && reference === undefined) {
        throw new pulumi.RunError("pools can be added to a cluster that is told by name only with `subnets`");
    }
    return {
        clusterName: found.name,
        nodeRoleArn: role.arn,
        subnetIds: (zones, pool) => {
            const chosen = (ids: readonly pulumi.Input<string>[]) => {
                const existing = ids.map((id) => existingSubnet(id, scope));
                return pulumi.output(subnetIds(existing, zones, pool));
            };
            return subnets ? chosen(subnets) : reference!.apply((is) => chosen(told(is, "subnets")));
        },
        vpcId: () => look(found.name, scope).vpcConfig.vpcId,
        securityGroup: () => look(found.name, scope).vpcConfig.clusterSecurityGroupId,
        after: role.ready,
    };
}

/** The role given, else the reference's, else one of our own. Which of them is plain, so previews know it. */
function addedNodeRole(
    spec: AdoptedClusterSpec,
    { reference }: FoundCluster,
    children: Children,
): Pick<ReturnType<typeof nodeRole>, "arn" | "ready"> {
    if (spec.nodeRole !== undefined) {
        return { arn: pulumi.output(spec.nodeRole), ready: [] };
    }
    if (reference) {
        return { arn: reference.apply((is) => told(is, "nodeRole")), ready: [] };
    }
    // Whether the network plugin of a cluster that others made has a role of its own isn't known; where it hasn't, a
    // node without this never becomes ready.
    return nodeRole(children, [CNI_POLICY]);
}

function told<K extends "subnets" | "nodeRole">(
    reference: ClusterReference,
    key: K,
): NonNullable<ClusterReference[K]> {
    const value = reference[key];
    if (value === undefined) {
        throw new pulumi.RunError(`the reference of '${reference.name}' has no ${key}: give \`${key}\``);
    }
    return value;
}
