import { Config } from "@pulumi/pulumi";
import { GpuCluster, InferenceService, ModelStore } from "barycenter";

// A language model on vLLM and an image model on Triton share one cluster. Each has the pool that fits it: the
// language model stays on demand with spot on top, the image model lives on spot alone and scales from zero nodes.
const operators = new Config().requireObject<string[]>("operators");

const models = new ModelStore("models", { sizeGiB: 600 });

const cluster = new GpuCluster("models", {
    pools: {
        language: {
            accelerator: ["A100-80GB", "H100"],
            acceleratorsPerNode: 8,
            max: 3,
            spot: { onDemandBase: 1 },
        },
        vision: { accelerator: ["L4", "T4"], max: 6, spot: true },
    },
    controlPlane: { allow: operators },
});

const language = new InferenceService("language", {
    runOn: cluster,
    model: models.model("llama-3.3-70b", { version: "2", sizeGiB: 140 }),
    server: "vllm",
    accelerator: ["A100-80GB", "H100"],
    acceleratorsPerReplica: 4,
    args: ["--max-model-len=16384"],
    environment: { VLLM_LOGGING_LEVEL: "INFO" },
    scaling: { min: 1, max: 4, metric: "queueDepth", target: 5 },
    expose: "network",
    drainSeconds: 120,
});

const vision = new InferenceService("vision", {
    runOn: cluster,
    model: models.model("detector", { path: "triton/detector", format: "triton", sizeGiB: 1 }),
    server: "triton",
    accelerator: ["L4", "T4"],
    scaling: { min: 1, max: 6, metric: "queueDepth", target: 16 },
});

export const endpoints = { language: language.url, vision: vision.url };
export const clusterReference = cluster.reference;
