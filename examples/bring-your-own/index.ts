import { Config, StackReference } from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore, type ClusterReference } from "barycenter";

// Nothing here is owned but the workloads: the network comes from the landing zone (barycenter:sites in
// Pulumi.<stack>.yaml), the bucket belongs to another account, one cluster belongs to the platform team's stack.
const config = new Config();
const bucket = config.require("bucket");
const owner = config.require("bucketOwner");
const operators = config.requireObject<string[]>("operators");

const platform = new StackReference(config.require("platformStack"));
const shared = GpuCluster.from("shared", {
    reference: platform.requireOutput("clusterReference").apply((reference) => reference as ClusterReference),
});

const corpus = ModelStore.adopt("corpus", { url: bucket, account: owner, sizeGiB: 2000 });

const own = new GpuCluster("own", {
    pools: { score: { accelerator: ["L4", "T4"], max: 4, spot: true } },
    controlPlane: { allow: operators },
});

const chat = new InferenceService("chat", {
    runOn: shared,
    model: corpus.model("llama-3.1-8b", { sizeGiB: 16 }),
    server: "vllm",
    accelerator: ["L4", "T4", "A100-80GB"],
});

new BatchJob("score", {
    runOn: own,
    image: "ghcr.io/example/score:2.0.1",
    accelerator: ["L4", "T4"],
    reads: corpus.dataset("events"),
    writes: corpus.dataset("scores"),
    parallelism: 4,
    completions: 32,
});

export const url = chat.url;
export const ownerPolicy = corpus.ownerPolicy;
