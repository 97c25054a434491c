import { Config } from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "barycenter";

const operators = new Config().requireObject<string[]>("operators"); // CIDR blocks that reach the control plane

const weights = new ModelStore("weights", { sizeGiB: 400 });
const cluster = new GpuCluster("serving", {
    pools: { chat: { accelerator: ["L4", "T4"], max: 8, spot: { onDemandBase: 1 } } },
    controlPlane: { allow: operators },
});
const chat = new InferenceService("chat", {
    model: weights.model("llama-3.1-8b", { version: "3", sizeGiB: 16 }),
    server: "vllm",
    accelerator: ["L4", "T4"],
    runOn: cluster,
    scaling: { min: 1, max: 8, metric: "queueDepth", target: 8 },
});
new BatchJob("nightly", {
    image: "ghcr.io/example/summarise:1.4.0",
    reads: weights.dataset("corpus"),
    writes: weights.dataset("summaries"),
    schedule: "0 2 * * *",
    runOn: cluster,
});

export const url = chat.url;
