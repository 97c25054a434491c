import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference } from "../cloud";
import { referenceAt } from "../clusterReference";
import type { Scope } from "../scope";
import { addressIn } from "./kubeconfig";

/**
 * A cluster that the user brings: by kubeconfig, by the context of the ambient kubeconfig, or by another stack's
 * reference. Nothing of it is created, read or changed here; only the provider contacts it.
 */
export function adoptCluster(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle {
    return spec.reference === undefined
        ? fromKubeconfig(spec, scope)
        : fromReference(referenceAt(spec.reference, scope), spec, scope);
}

function fromKubeconfig(spec: AdoptedClusterSpec, scope: Scope): ClusterHandle {
    const context = spec.context ?? scope.site.region;
    const given = spec.kubeconfig ?? scope.site.zone.kubeconfig;
    // A kubeconfig of one's own often holds a client key or token.
    const kubeconfig = given === undefined ? pulumi.output("") : pulumi.secret(given);
    const id = `kubernetes/${context}`;
    const provider = scope.child("provider", Provider, {
        ...(given === undefined ? {} : { kubeconfig }),
        context,
        // Without it a changed kubeconfig replaces the provider and with it every object (pulumi/pulumi-kubernetes#2745).
        clusterIdentifier: id,
    });
    // Both are public; only the rest of a kubeconfig is not.
    const address = pulumi.unsecret(kubeconfig.apply((config) => addressIn(config, context)));
    const reference = pulumi
        .all([kubeconfig, address, spec.issuer ?? ""])
        .apply(([config, { endpoint, certificateAuthority }, issuer]): ClusterReference => ({
            version: 1,
            cloud: "kubernetes",
            region: scope.site.region,
            name: context,
            id,
            endpoint,
            certificateAuthority,
            issuer,
            account: "",
            pools: spec.existingPools,
            addOns: spec.addOns,
            kubeconfig: config,
        }));
    return {
        cloud: "kubernetes",
        region: scope.site.region,
        clusterName: pulumi.output(context),
        endpoint: address.endpoint,
        ...(spec.issuer === undefined ? {} : { issuer: pulumi.output(spec.issuer) }),
        kubeconfig,
        provider,
        pools: spec.existingPools,
        addOns: spec.addOns,
        reference,
        nodes: { provider },
        ready: [],
    };
}

function fromReference(
    reference: pulumi.Output<ClusterReference>,
    spec: AdoptedClusterSpec,
    scope: Scope,
): ClusterHandle {
    const kubeconfig = pulumi.secret(reference.kubeconfig);
    const provider = scope.child("provider", Provider, {
        // Empty: the other stack uses the ambient kubeconfig, and so does this one.
        kubeconfig: kubeconfig.apply((config) => (config === "" ? undefined : config)),
        context: reference.name,
        clusterIdentifier: reference.id,
    });
    return {
        cloud: "kubernetes",
        region: scope.site.region,
        clusterName: reference.name,
        endpoint: reference.endpoint,
        issuer: pulumi.output(spec.issuer ?? reference.issuer),
        kubeconfig,
        provider,
        pools: reference.apply(({ pools }) => [...pools, ...spec.existingPools]),
        addOns: reference.apply(({ addOns }) => [...new Set([...addOns, ...spec.addOns])]),
        reference,
        nodes: { provider },
        ready: [],
    };
}
