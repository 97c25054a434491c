import type { Cloud } from "../cloud";
import { lazily } from "../lazily";

/** Google Cloud. */
export const cloud = lazily<Cloud>({
    name: () => "gcp",
    siteProvider: () => (require("./siteProvider") as typeof import("./siteProvider")).siteProvider,
    objectStoreProblems: () =>
        (require("./objectStore") as typeof import("./objectStore")).objectStoreProblems,
    objectStore: () => (require("./objectStore") as typeof import("./objectStore")).objectStore,
    adoptObjectStore: () => (require("./adoptedStore") as typeof import("./adoptedStore")).adoptObjectStore,
    workloadIdentity: () =>
        (require("./workloadIdentity") as typeof import("./workloadIdentity")).workloadIdentity,
    poolInfo: () => (require("./poolInfo") as typeof import("./poolInfo")).poolInfo,
    clusterProblems: () =>
        (require("./clusterProblems") as typeof import("./clusterProblems")).clusterProblems,
    cluster: () => (require("./cluster") as typeof import("./cluster")).cluster,
    adoptCluster: () => (require("./adoptedCluster") as typeof import("./adoptedCluster")).adoptCluster,
    managedInferenceProblems: () =>
        (require("./inferenceProblems") as typeof import("./inferenceProblems")).managedInferenceProblems,
    managedInference: () =>
        (require("./managedInference") as typeof import("./managedInference")).managedInference,
});
