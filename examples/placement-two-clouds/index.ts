import { BatchJob, GpuCluster, ModelStore } from "barycenter";

// Logs are collected on AWS in Virginia, and the product that uses the models reads them on Google Cloud in the
// Netherlands. In between, one stage makes little of much, and the next is long work on dear machines.
const logs = ModelStore.adopt("logs", {
    url: "s3://example-logs",
    at: "aws/us-east-1",
    account: "123456789012",
    sizeGiB: 60 * 1024,
});
const product = ModelStore.adopt("product", {
    url: "gs://example-product",
    at: "gcp/europe-west4",
    sizeGiB: 500,
});

const samples = new ModelStore("samples", { sizeGiB: 2048 });

const small = new GpuCluster("preparing", {
    pools: { cpu: { cpu: { vcpu: 16, memoryGiB: 64 }, max: 8 } },
});
const large = new GpuCluster("training", {
    pools: { a100: { accelerator: "A100-80GB", acceleratorsPerNode: 8, max: 2 } },
});

new BatchJob("prepare", {
    runOn: small,
    image: "ghcr.io/example/prepare:1.0.0",
    reads: logs,
    writes: samples.dataset("clean", { sizeGiB: 300 }),
    resources: { cpu: "15", memory: "56Gi" },
    completions: 8,
    parallelism: 8,
    schedule: "0 3 * * *",
    readGiBPerRun: 1024,
    writeGiBPerRun: 20,
    hoursPerRun: 2,
});
new BatchJob("train", {
    runOn: large,
    image: "ghcr.io/example/train:1.0.0",
    accelerator: "A100-80GB",
    acceleratorsPerReplica: 8,
    reads: samples.dataset("clean", { sizeGiB: 300 }),
    writes: samples.dataset("checkpoints", { sizeGiB: 500 }),
    schedule: "0 6 * * 6",
    writeGiBPerRun: 150,
    hoursPerRun: 40,
});
new BatchJob("publish", {
    runOn: large,
    image: "ghcr.io/example/publish:1.0.0",
    accelerator: "A100-80GB",
    reads: samples.model("ranker", { sizeGiB: 150 }),
    writes: product,
    schedule: "0 6 * * 1",
    writeGiBPerRun: 40,
    hoursPerRun: 1,
});
