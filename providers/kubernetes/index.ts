import type { Cloud, Orchestrator } from "../cloud";
import { addOns } from "./addOnReleases";
import { adoptCluster } from "./adoptedCluster";
import { adoptObjectStore } from "./adoptedStore";
import { batchJob } from "./batchJob";
import { cluster } from "./cluster";
import { inference } from "./inference";
import { inferenceProblems } from "./inferenceProblems";
import { managedInference, managedInferenceProblems } from "./managedInference";
import { objectStore } from "./objectStore";
import { poolInfo } from "./pools";
import { siteProvider } from "./siteProvider";
import { workloadIdentity } from "./workloadIdentity";

/** A cluster that the user brings, as a site. */
export const cloud: Cloud = {
    name: "kubernetes",
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

/** What runs on a cluster of any cloud. */
export const orchestrator: Orchestrator = { inferenceProblems, addOns, inference, batchJob };
