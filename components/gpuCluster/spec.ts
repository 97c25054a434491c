import { loadCloud } from "../../providers";
import type { AddOnName, AdoptedClusterSpec, ClusterSpec } from "../../providers/cloud";
import type { Settings } from "../declared";
import type { Problem } from "../validation/problem";

/** A cluster's specification, created or adopted, with the add-ons to install. */
export type GpuClusterSpec = { readonly install: readonly AddOnName[] } & (
    | { readonly kind: "created"; readonly cluster: ClusterSpec }
    | { readonly kind: "adopted"; readonly cluster: AdoptedClusterSpec }
);

/** What the cloud itself has to say against it. */
export function checkOnCloud(
    spec: Pick<ClusterSpec, "pools" | "encryptionKey">,
    { site }: Settings,
    problems: Problem[],
): void {
    problems.push(...(loadCloud(site.cloud).clusterProblems?.(spec, site) ?? []));
}
