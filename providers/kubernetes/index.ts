import type { Cloud, Orchestrator } from "../cloud";
import { lazily } from "../lazily";

/** A cluster that the user brings, as a site. */
export const cloud = lazily<Cloud>({
    name: () => "kubernetes",
    siteProvider: () => (require("./siteProvider") as typeof import("./siteProvider")).siteProvider,
    objectStore: () => (require("./objectStore") as typeof import("./objectStore")).objectStore,
    adoptObjectStore: () => (require("./adoptedStore") as typeof import("./adoptedStore")).adoptObjectStore,
    workloadIdentity: () =>
        (require("./workloadIdentity") as typeof import("./workloadIdentity")).workloadIdentity,
    poolInfo: () => (require("./pools") as typeof import("./pools")).poolInfo,
    cluster: () => (require("./cluster") as typeof import("./cluster")).cluster,
    adoptCluster: () => (require("./adoptedCluster") as typeof import("./adoptedCluster")).adoptCluster,
    managedInferenceProblems: () =>
        (require("./managedInference") as typeof import("./managedInference")).managedInferenceProblems,
    managedInference: () =>
        (require("./managedInference") as typeof import("./managedInference")).managedInference,
});

/** What runs on a cluster of any cloud. */
export const orchestrator = lazily<Orchestrator>({
    inferenceProblems: () =>
        (require("./inferenceProblems") as typeof import("./inferenceProblems")).inferenceProblems,
    addOns: () => (require("./addOnReleases") as typeof import("./addOnReleases")).addOns,
    inference: () => (require("./inference") as typeof import("./inference")).inference,
    batchJob: () => (require("./batchJob") as typeof import("./batchJob")).batchJob,
});
