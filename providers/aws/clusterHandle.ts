import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterReference, PoolInfo } from "../cloud";
import type { Children } from "./children";
import { callerOf, kubeconfig, kubernetesProvider, type ClusterAddress } from "./kubeconfig";
import { arnAccount } from "./partition";

/** What a handle says of a cluster, created or adopted. */
export interface KnownCluster extends ClusterAddress {
    readonly issuer: pulumi.Input<string>;
    readonly pools: pulumi.Input<readonly PoolInfo[]>;
    readonly addOns: pulumi.Input<readonly string[]>;
    readonly nodeRole?: pulumi.Input<string | undefined>;
    readonly subnets?: pulumi.Input<readonly pulumi.Input<string>[] | undefined>;
    readonly ready: readonly pulumi.Resource[];
}

/** The handle of an EKS cluster. */
export function clusterHandle(cluster: KnownCluster, children: Children): ClusterHandle {
    const { region } = children.scope.site;
    const { name, id, endpoint, certificateAuthority } = cluster;
    const address = { name, id, endpoint, certificateAuthority };
    const config = kubeconfig(address, region, callerOf(children.scope));
    const provider = kubernetesProvider(address, config, children);
    return {
        cloud: "aws",
        region,
        clusterName: pulumi.output(name),
        endpoint: pulumi.output(endpoint),
        issuer: pulumi.output(cluster.issuer),
        kubeconfig: config,
        provider,
        pools: cluster.pools,
        addOns: cluster.addOns,
        reference: reference(cluster, region, config),
        nodes: children.nodes,
        ready: cluster.ready,
    };
}

function reference(
    cluster: KnownCluster,
    region: string,
    config: pulumi.Output<string>,
): pulumi.Output<ClusterReference> {
    const { ready: _, ...known } = cluster;
    return pulumi.all([pulumi.output(known), config]).apply(([is, kubeconfigText]): ClusterReference => ({
        version: 1,
        cloud: "aws",
        region,
        name: is.name,
        id: is.id,
        endpoint: is.endpoint,
        certificateAuthority: is.certificateAuthority,
        issuer: is.issuer,
        account: arnAccount(is.id),
        pools: is.pools as readonly PoolInfo[],
        addOns: is.addOns,
        kubeconfig: kubeconfigText,
        ...(is.nodeRole === undefined ? {} : { nodeRole: is.nodeRole }),
        ...(is.subnets === undefined ? {} : { subnets: is.subnets }),
    }));
}
