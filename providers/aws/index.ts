import type { Cloud } from "../cloud";
import { lazily } from "../lazily";

/** AWS: S3, EKS and SageMaker. */
export const cloud = lazily<Cloud>({
    name: () => "aws",
    siteProvider: () => (require("./siteProvider") as typeof import("./siteProvider")).siteProvider,
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

export { customize } from "./customize";
export type {
    AwsBatchJobChildren,
    AwsGpuClusterChildren,
    AwsInferenceServiceChildren,
    AwsModelStoreChildren,
    Customized,
} from "./customize";
