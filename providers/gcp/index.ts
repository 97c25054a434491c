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

/** Google Cloud. */
export const cloud: Cloud = {
    name: "gcp",
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
