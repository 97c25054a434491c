import { output, RunError, type Output } from "@pulumi/pulumi";
import type { CloudName } from "../placement/site";
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

/** Where a workload runs, as far as access to stores depends on it. */
export type Workplace =
    | { readonly kind: "managed"; readonly cloud: CloudName; readonly region: string }
    | { readonly kind: "cluster"; readonly cloud: CloudName; readonly trusted: boolean };

/** The managed service of each cloud, and the only kind of store that it reads models from. */
const MANAGED_SERVICE: Partial<Record<CloudName, { readonly service: string; readonly store: string }>> = {
    aws: { service: "SageMaker", store: "S3 buckets of its own region" },
    gcp: { service: "Vertex AI", store: "Cloud Storage" },
    azure: { service: "Azure Machine Learning", store: "Blob Storage" },
};

/**
 * Why a workload can't use a store; undefined where it can.
 *
 * | workload | S3 | Cloud Storage | Blob Storage | volume, S3-compatible |
 * | --- | --- | --- | --- | --- |
 * | EKS | Pod Identity | workload identity pool | federated credential | refused |
 * | GKE | IAM OIDC provider, projected token | Workload Identity | federated credential | refused |
 * | AKS | IAM OIDC provider, projected token | workload identity pool | workload identity | refused |
 * | own cluster with `issuer` | IAM OIDC provider | workload identity pool | federated credential | same cluster |
 * | own cluster without | refused | refused | refused | same cluster |
 * | managed endpoint | its own cloud's | its own cloud's | its own cloud's | refused |
 */
export function accessRefusal(
    workplace: Workplace,
    store: { cloud: CloudName; region: string },
): string | undefined {
    if (workplace.kind === "managed") {
        const managed = MANAGED_SERVICE[workplace.cloud];
        const wrongRegion = workplace.cloud === "aws" && workplace.region !== store.region;
        return store.cloud !== workplace.cloud || wrongRegion
            ? `${managed?.service} reads models from ${managed?.store} only; this store is at ${store.cloud}/${store.region}`
            : undefined;
    }
    if (store.cloud === "kubernetes") {
        return workplace.cloud === "kubernetes"
            ? undefined
            : `a store on plain Kubernetes is reachable on its own cluster only, and this workload runs on ${workplace.cloud}`;
    }
    if (workplace.cloud !== store.cloud && !workplace.trusted) {
        return `${store.cloud} can't trust this cluster's service accounts: give the cluster's \`issuer\``;
    }
    return undefined;
}

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
