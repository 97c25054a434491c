/**
 * Which workload can use which store, across clouds and regions: the one place for these rules. Components refuse by
 * them before anything is registered, and placement offers no pair of places that they would refuse.
 */
import { formatSite, type CloudName, type SiteId } from "./site";

/** Where a workload runs, as far as access to stores depends on it. */
export type Workplace =
    | { readonly kind: "managed"; readonly cloud: CloudName; readonly region: string }
    | {
          readonly kind: "cluster";
          readonly cloud: CloudName;
          /** Other clouds can trust its service accounts: it has an issuer that they can read. */
          readonly trusted: boolean;
      };

/** The managed service of each cloud, and the only kind of store that it reads models from. */
const MANAGED_SERVICE: Partial<
    Record<CloudName, { readonly service: string; readonly store: string; readonly ownRegion: boolean }>
> = {
    aws: { service: "SageMaker", store: "S3 buckets of its own region", ownRegion: true },
    gcp: { service: "Vertex AI", store: "Cloud Storage", ownRegion: false },
    azure: { service: "Azure Machine Learning", store: "Blob Storage", ownRegion: false },
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
export function reachRefusal(workplace: Workplace, store: SiteId): string | undefined {
    if (workplace.kind === "managed") {
        const managed = MANAGED_SERVICE[workplace.cloud];
        if (managed === undefined) {
            return "a cluster of your own has no managed endpoints";
        }
        const wrongRegion = managed.ownRegion && workplace.region !== store.region;
        return store.cloud !== workplace.cloud || wrongRegion
            ? `${managed.service} reads models from ${managed.store} only; this store is at ${formatSite(store)}`
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
