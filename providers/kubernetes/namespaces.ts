import type * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { ClusterHandle } from "../cloud";
import type { Scope } from "../scope";
import { TIER_DEFAULTS } from "../tier";
import { sharedLabels } from "./labels";
import { stackState } from "../stackState";

/** Where a namespace is: a cluster, or what a store knows of one. */
type NamespaceHome = Pick<ClusterHandle, "cloud" | "region" | "provider" | "ready">;

/** Namespaces that every cluster has. */
const BUILT_IN = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

const namespaces = new WeakMap<object, Map<string, Namespace>>();

/**
 * The namespace of an object, to be waited for: made once for each cluster and name in a program, whichever
 * component asks first, since two Namespace resources of one name would be refused by the cluster, or one would
 * delete the other's. It stands under the stack, so that removing one component can't take another's namespace away.
 *
 * In tiers that keep data, the namespace is kept too: deleting it would delete the volume claims that were kept.
 *
 * @returns nothing for a namespace that every cluster has
 */
export function namespaceOf(name: string, scope: Scope, cluster: NamespaceHome): readonly Namespace[] {
    if (BUILT_IN.has(name)) {
        return [];
    }
    const owner = ownerOf(cluster);
    const known = stackState(namespaces);
    const key = JSON.stringify([owner, name]);
    const existing = known.get(key);
    if (existing) {
        return [existing];
    }
    const shared = new Namespace(
        `${owner}-namespace-${name}`,
        { metadata: { name, labels: sharedLabels(scope) } },
        {
            provider: cluster.provider,
            dependsOn: [...cluster.ready],
            retainOnDelete: TIER_DEFAULTS[scope.tier].retainOnDelete,
        },
    );
    known.set(key, shared);
    return [shared];
}

/** A cluster by the name of its provider, but a context by its own: a store and a cluster there have two providers. */
function ownerOf(cluster: NamespaceHome): string {
    if (cluster.cloud === "kubernetes") {
        return `kubernetes-${cluster.region.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
    }
    // The SDK keeps the logical name out of its declarations; two clusters of a program differ in it.
    return (cluster.provider as pulumi.ProviderResource & { __name?: string }).__name ?? "cluster";
}
