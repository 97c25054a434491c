import type { Cloud } from "../cloud";
import { adoptCluster } from "./adoptedCluster";
import { adoptObjectStore } from "./adoptedStore";
import { cluster } from "./cluster";
import { managedInferenceProblems } from "./inferenceProblems";
import { managedInference } from "./managedInference";
import { objectStore } from "./objectStore";
import { poolInfo } from "./poolInfo";
import { siteProvider } from "./siteProvider";
import { workloadIdentity } from "./workloadIdentity";

/** AWS: S3, EKS and SageMaker. */
export const cloud: Cloud = {
    name: "aws",
    siteProvider,
    objectStore,
    adoptObjectStore,
    workloadIdentity,
    poolInfo,
    cluster,
    adoptCluster,
    managedInferenceProblems,
    managedInference,
};

export { customize } from "./customize";
export type {
    AwsBatchJobChildren,
    AwsGpuClusterChildren,
    AwsInferenceServiceChildren,
    AwsModelStoreChildren,
    Customized,
} from "./customize";
