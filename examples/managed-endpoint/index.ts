import { InferenceService, ModelStore } from "barycenter";

// No cluster: SageMaker, Vertex AI or Azure Machine Learning runs the model. When the load outgrows it, put a
// GpuCluster in place of "managed"; nothing else of this program changes.
const models = new ModelStore("models", { sizeGiB: 50 });

const ranker = new InferenceService("ranker", {
    runOn: "managed",
    model: models.model("ranker", { version: "7", path: "triton/ranker", format: "triton", sizeGiB: 2 }),
    server: "triton",
    accelerator: ["L4", "T4"],
    scaling: { min: 1, max: 4, metric: "concurrency", target: 20 },
});

export const url = ranker.url;
export const revision = ranker.revision;
