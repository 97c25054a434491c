import { BatchJob, GpuCluster, InferenceService, ModelStore } from "barycenter";

// The data exists, and stays where it is: 40 TiB of documents, of which a nightly job embeds the day's 500 GiB.
const corpus = ModelStore.adopt("corpus", {
    url: "s3://example-corpus",
    at: "aws/eu-central-1",
    account: "123456789012",
    sizeGiB: 40 * 1024,
});

const models = new ModelStore("models", { sizeGiB: 50 });

const cluster = new GpuCluster("search", {
    pools: { embed: { accelerator: "L4", min: 1, max: 3 } },
});

const search = new InferenceService("search", {
    runOn: cluster,
    model: models.model("embedder", { sizeGiB: 2 }),
    server: "huggingface",
    accelerator: "L4",
    scaling: { min: 1, max: 2 },
});

new BatchJob("embed", {
    runOn: cluster,
    image: "ghcr.io/example/embed:2.1.0",
    accelerator: "L4",
    reads: corpus,
    writes: models.dataset("vectors", { sizeGiB: 20 }),
    schedule: "0 1 * * *",
    readGiBPerRun: 500,
    writeGiBPerRun: 5,
    hoursPerRun: 4,
});

export const url = search.url;
