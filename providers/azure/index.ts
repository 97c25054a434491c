import type { Cloud } from "../cloud";
import { adoptCluster } from "./adoptedCluster";
import { adoptObjectStore } from "./adoptedStore";
import { cluster } from "./cluster";
import { managedInference, managedInferenceProblems } from "./managedInference";
import { objectStore } from "./objectStore";
import { poolInfo } from "./pools";
import { siteProvider } from "./siteProvider";
import { workloadIdentity } from "./workloadIdentity";

/** Azure, by @pulumi/azure-native. */
export const cloud: Cloud = {
    name: "azure",
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
