import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { Scope } from "../scope";
import { stackState } from "../stackState";

/**
 * None: a `kubernetes` site is a context of a kubeconfig, and a GpuCluster may name another kubeconfig for it. Each
 * cluster makes its provider; stores, which belong to no cluster, share the one below.
 */
export function siteProvider(): undefined {
    return undefined;
}

const contextProviders = new WeakMap<object, Map<string, Provider>>();

/**
 * The provider of a site's context: the one that the program gave, else one for each context, made for whichever
 * component asks first. It stands under the stack, since it belongs to none of them.
 */
export function contextProvider(scope: Scope): pulumi.ProviderResource {
    const { region: context, zone, provider: given } = scope.site;
    if (given) {
        return given;
    }
    const known = stackState(contextProviders);
    const existing = known.get(context);
    if (existing) {
        return existing;
    }
    const provider = new Provider(`kubernetes-${context.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`, {
        ...(zone.kubeconfig !== undefined ? { kubeconfig: pulumi.secret(zone.kubeconfig) } : {}),
        context,
        // Without it a changed kubeconfig replaces the provider and with it every object (pulumi/pulumi-kubernetes#2745).
        clusterIdentifier: `kubernetes/${context}`,
    });
    known.set(context, provider);
    return provider;
}
