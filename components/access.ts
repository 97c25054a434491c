import { output, RunError, type Output } from "@pulumi/pulumi";
import { loadCloud } from "../providers";
import {
    mergeAccess,
    NO_ACCESS,
    type AccessMode,
    type ClusterHandle,
    type PodAccess,
    type PrefixAccess,
    type WorkloadIdentity,
} from "../providers/cloud";
import type { NameRule } from "../providers/names";
import type { Scope } from "../providers/scope";
import type { ModelStore } from "./modelStore";

const SERVICE_ACCOUNT: NameRule = {
    maxLength: 63,
    characters: "dns",
    startsWithLetter: true,
    source: "kubernetes.io: Object Names and IDs (RFC 1123 label), read 2026-11",
};

/**
 * Name of a workload's service account. A service's is its own name; a job's always carries a hash, since
 * `nightly-job` may well be a service beside the job `nightly`.
 */
export function serviceAccountName(scope: Scope, kind: "service" | "job"): string {
    return kind === "service"
        ? scope.physicalName(SERVICE_ACCOUNT)
        : scope.physicalName({ ...SERVICE_ACCOUNT, shared: true }, "job");
}

/** A store that a workload uses, with the part of it and the mode. */
export interface StoreUse {
    readonly store: ModelStore;
    readonly path: string;
    readonly mode: AccessMode;
}

/**
 * Identities and grants of a workload on a cluster, all of them children of the workload: one identity in each
 * cloud whose stores it uses, each with the least privilege on the prefixes used.
 *
 * @returns what the pods need, and the identity in the cluster's own cloud (empty where none is needed)
 * @throws RunError when stores of two services speak S3 and one isn't AWS: pods have one endpoint and one set of keys
 */
export function clusterAccess(
    uses: readonly StoreUse[],
    account: { readonly cluster: ClusterHandle; readonly namespace: string; readonly serviceAccount: string },
    scope: Scope,
): { access: PodAccess; identity: Output<string> } {
    const identities = new Map<string, { readonly identity: WorkloadIdentity; readonly scope: Scope }>();
    const accesses = [...groupByStore(uses)].map(([store, parts]) => {
        const site = store.site;
        if (!site) {
            return NO_ACCESS;
        }
        if (site.cloud === "kubernetes") {
            const self = { cloud: site.cloud, id: output(account.serviceAccount) };
            return store.handle.grant(self, parts, scope.toward(store.resourceName));
        }
        const known = identities.get(site.cloud) ?? identityIn(store, account, scope);
        identities.set(site.cloud, known);
        return store.handle.grant(known.identity, parts, known.scope.toward(store.resourceName));
    });
    refuseTwoEndpoints(accesses, identities.has("aws"), scope.name);
    const all = [...identities.values()].map(({ identity }) => identity);
    const own = identities.get(account.cluster.cloud)?.identity ?? all[0];
    return {
        access: mergeAccess(...all.map(({ pod }) => pod), ...accesses),
        identity: own?.id ?? output(""),
    };
}

/** S3's clients read one endpoint and one set of keys from the environment: the last would serve every store. */
function refuseTwoEndpoints(accesses: readonly PodAccess[], besideAws: boolean, workload: string): void {
    const own = accesses
        .map(({ environment }) => environment.filter(({ name }) => name.startsWith("AWS_")))
        .filter((environment) => environment.some(({ secret }) => secret !== undefined))
        .map((environment) => JSON.stringify(environment));
    if (new Set(own).size + (own.length > 0 && besideAws ? 1 : 0) > 1) {
        throw new RunError(
            `'${workload}' uses stores of two services that speak S3, and its pods have one endpoint and one set of ` +
                "keys: let it use the stores of one, and copy the rest there",
        );
    }
}

/** An identity in a store's cloud: in the cluster's account where that is the cluster's cloud, else in the store's. */
function identityIn(
    store: ModelStore,
    account: Parameters<typeof clusterAccess>[1],
    scope: Scope,
): { readonly identity: WorkloadIdentity; readonly scope: Scope } {
    const site = store.site;
    if (!site) {
        throw new Error("a store that was refused has no site");
    }
    const there =
        site.cloud === account.cluster.cloud ? scope : scope.at(site, store.storeProvider).toward(site.cloud);
    return { identity: loadCloud(site.cloud).workloadIdentity(account, there), scope: there };
}

/** What is used of each store. */
function groupByStore(uses: readonly StoreUse[]): Map<ModelStore, PrefixAccess[]> {
    const groups = new Map<ModelStore, PrefixAccess[]>();
    for (const { store, path, mode } of uses) {
        groups.set(store, [...(groups.get(store) ?? []), { prefix: path, mode }]);
    }
    return groups;
}
