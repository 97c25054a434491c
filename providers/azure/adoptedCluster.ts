import * as containerservice from "@pulumi/azure-native/containerservice";
import * as pulumi from "@pulumi/pulumi";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference, PoolInfo } from "../cloud";
import { referenceAt } from "../clusterReference";
import type { Scope } from "../scope";
import { invokeOptions, subscription } from "./context";
import { certificateAuthority, kubeconfig, kubernetesProvider } from "./kubeconfig";
import { agentPools, poolInfo } from "./pools";

/**
 * A cluster that exists, by another stack's reference or by name and resource group. Nothing of it enters our
 * state; pools can be added.
 *
 * @throws RunError when neither a reference nor both names are given
 */
export function adoptCluster(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle {
    const known = spec.reference ? referenceAt(spec.reference, scope) : byName(spec, scope);
    const subnetId = spec.subnets?.[0] ?? known.apply(({ subnets }) => subnets?.[0]);
    const host = {
        clusterName: known.name,
        resourceGroup: known.apply(({ resourceGroup }) => resourceGroup ?? ""),
        subnetId,
    };
    const added: Record<string, pulumi.Resource> = Object.assign(
        {},
        ...spec.pools.map((pool) => agentPools(pool, host, scope)),
    );
    const provider = kubernetesProvider(scope, { kubeconfig: known.kubeconfig, clusterId: known.id });
    const declared = [...spec.existingPools, ...spec.pools.map(poolInfo)];
    const pools: pulumi.Input<readonly PoolInfo[]> = spec.reference
        ? known.apply((reference) => [...reference.pools, ...declared])
        : declared;
    const addOns: pulumi.Input<readonly string[]> = spec.reference
        ? known.apply((reference) => [...new Set([...reference.addOns, ...spec.addOns])])
        : spec.addOns;
    const issuer = spec.issuer === undefined ? known.issuer : pulumi.output(spec.issuer);

    return {
        cloud: "azure",
        region: scope.site.region,
        clusterName: known.name,
        endpoint: known.endpoint,
        issuer,
        kubeconfig: known.kubeconfig,
        provider,
        pools,
        addOns,
        reference: pulumi
            .all([known, issuer, pools, addOns])
            .apply(([reference, tokenIssuer, allPools, allAddOns]) => ({
                ...reference,
                issuer: tokenIssuer,
                pools: [...allPools] as PoolInfo[],
                addOns: [...allAddOns],
            })),
        nodes: { ...added, kubernetes: provider },
        ready: Object.values(added),
    };
}

/** What the cluster itself tells, as a reference. */
function byName(spec: AdoptedClusterSpec, scope: Scope): pulumi.Output<ClusterReference> {
    const { clusterName, resourceGroup = scope.site.zone.resourceGroup } = spec;
    if (clusterName === undefined || resourceGroup === undefined) {
        throw new pulumi.RunError(
            `${scope.name}: an existing AKS cluster is given by its 'reference', or by its name and 'resourceGroup'; a kubeconfig alone belongs to a site kubernetes/<context>`,
        );
    }
    const found = containerservice.getManagedClusterOutput(
        { resourceGroupName: resourceGroup, resourceName: clusterName },
        invokeOptions(scope),
    );
    const authority = certificateAuthority(clusterName, resourceGroup, scope);
    return pulumi.all([found, authority, subscription(scope)]).apply(([cluster, ca, account]) => {
        if (!cluster.aadProfile) {
            throw new pulumi.RunError(
                `${scope.name}: the cluster '${clusterName}' knows no one of Microsoft Entra, and its name alone gives no other way in: turn its Entra integration on, or adopt it by its kubeconfig at a site kubernetes/<context>`,
            );
        }
        const privately = cluster.apiServerAccessProfile?.enablePrivateCluster === true;
        const endpoint = `https://${privately ? cluster.privateFQDN : cluster.fqdn}:443`;
        const subnet = cluster.agentPoolProfiles?.find((profile) => profile.vnetSubnetID)?.vnetSubnetID;
        return {
            version: 1 as const,
            cloud: "azure" as const,
            region: cluster.location,
            name: cluster.name,
            id: cluster.id,
            endpoint,
            certificateAuthority: ca,
            issuer: cluster.oidcIssuerProfile?.issuerURL ?? "",
            account,
            resourceGroup,
            pools: [],
            addOns: [],
            kubeconfig: kubeconfig({ name: cluster.name, endpoint, certificateAuthority: ca }),
            ...(subnet ? { subnets: [subnet] } : {}),
        };
    });
}
