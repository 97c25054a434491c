import type { Cloud } from "../cloud";
import { lazily } from "../lazily";

/** Azure, by @pulumi/azure-native. */
export const cloud = lazily<Cloud>({
    name: () => "azure",
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
