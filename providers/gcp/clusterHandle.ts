import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterReference, PoolInfo } from "../concepts/cluster";
import type { Scope } from "../scope";
import { clusterProvider, kubeconfig } from "./kubeconfig";

/** What the handles of created and adopted clusters are made from. */
export interface ClusterFacts {
    readonly project: pulumi.Input<string>;
    readonly region: string;
    readonly name: pulumi.Input<string>;
    readonly endpoint: pulumi.Input<string>;
    /** Base64 of the PEM. */
    readonly certificateAuthority: pulumi.Input<string>;
    readonly pools: pulumi.Input<readonly PoolInfo[]>;
    readonly addOns: pulumi.Input<readonly string[]>;
    /** E-mail of the account that nodes run as. */
    readonly nodeRole?: pulumi.Input<string>;
    readonly subnet?: pulumi.Input<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    readonly ready: readonly pulumi.Resource[];
    /** What the Kubernetes provider comes after. */
    readonly providerDependsOn: readonly pulumi.Resource[];
}

/** Resource name of a GKE cluster, which also identifies it for the Kubernetes provider. */
export function clusterId(
    project: pulumi.Input<string>,
    location: pulumi.Input<string>,
    name: pulumi.Input<string>,
): pulumi.Output<string> {
    return pulumi.interpolate`projects/${project}/locations/${location}/clusters/${name}`;
}

export function clusterHandle(facts: ClusterFacts, scope: Scope): ClusterHandle {
    const id = clusterId(facts.project, facts.region, facts.name);
    const config = pulumi
        .all([id, facts.name, facts.endpoint, facts.certificateAuthority])
        .apply(([clusterName, name, endpoint, certificateAuthority]) =>
            kubeconfig({ id: clusterName, name, endpoint, certificateAuthority }),
        );
    const issuer = pulumi.interpolate`https://container.googleapis.com/v1/${id}`;
    const provider = clusterProvider(config, id, scope, { dependsOn: [...facts.providerDependsOn] });
    const reference = pulumi
        .all([
            pulumi.all([
                facts.name,
                id,
                facts.endpoint,
                facts.certificateAuthority,
                issuer,
                facts.project,
                config,
            ]),
            // As outputs of what they are: unwrapped by type, their readonly parts get lost.
            pulumi.output(facts.pools) as pulumi.Output<readonly PoolInfo[]>,
            pulumi.output(facts.addOns) as pulumi.Output<readonly string[]>,
            facts.nodeRole,
            facts.subnet,
        ])
        .apply(([known, pools, addOns, nodeRole, subnet]): ClusterReference => {
            const [name, resourceName, endpoint, certificateAuthority, tokenIssuer, account, access] = known;
            return {
                version: 1,
                cloud: "gcp",
                region: facts.region,
                name,
                id: resourceName,
                endpoint,
                certificateAuthority,
                issuer: tokenIssuer,
                account,
                pools: pools as readonly PoolInfo[],
                addOns,
                kubeconfig: access,
                ...(nodeRole === undefined ? {} : { nodeRole }),
                ...(subnet === undefined ? {} : { subnets: [subnet] }),
            };
        });
    return {
        cloud: "gcp",
        region: facts.region,
        clusterName: pulumi.output(facts.name),
        endpoint: pulumi.interpolate`https://${facts.endpoint}`,
        issuer,
        kubeconfig: config,
        provider,
        pools: facts.pools,
        addOns: facts.addOns,
        reference,
        nodes: { ...facts.nodes, kubernetes: provider },
        ready: facts.ready,
    };
}
