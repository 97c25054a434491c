import type * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import type { ClusterHandle } from "../cloud";
import type { Scope } from "../scope";
import { stackState } from "../stackState";
import { TIER_DEFAULTS } from "../tier";
import { sharedLabels } from "./labels";

/** Namespaces that every cluster has. */
const BUILT_IN = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/**
 * Nothing that runs there may take over its node. Model servers and jobs need no more than the baseline allows.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/, read 2026-11
 */
const POD_SECURITY = { "pod-security.kubernetes.io/enforce": "baseline" };

const namespaces = new WeakMap<object, Map<string, Namespace>>();

/**
 * The namespace of an object, to be waited for: made once for each created cluster and name in a program, whichever
 * component asks first, since the second of one name would be refused. It stands under the stack, so that removing
 * one component can't take another's namespace away.
 *
 * On a cluster that exists already it is expected to exist too. It may be another stack's or team's: creating it
 * would be refused (the provider's `upsertExistingObjects` is off), and deleting it would delete what they have there.
 *
 * @returns nothing for a namespace that every cluster has, or that this program doesn't make
 */
export function namespaceOf(name: string, scope: Scope, cluster: ClusterHandle): readonly Namespace[] {
    if (cluster.adopted || BUILT_IN.has(name)) {
        return [];
    }
    // The SDK keeps the logical name out of its declarations; two clusters of a program differ in it.
    const owner = (cluster.provider as pulumi.ProviderResource & { __name?: string }).__name ?? "cluster";
    const known = stackState(namespaces);
    const key = JSON.stringify([owner, name]);
    const existing = known.get(key);
    if (existing) {
        return [existing];
    }
    const shared = new Namespace(
        `${owner}-namespace-${name}`,
        { metadata: { name, labels: { ...sharedLabels(scope), ...POD_SECURITY } } },
        {
            provider: cluster.provider,
            dependsOn: [...cluster.ready],
            retainOnDelete: TIER_DEFAULTS[scope.tier].retainOnDelete,
        },
    );
    known.set(key, shared);
    return [shared];
}
