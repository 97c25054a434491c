import { BatchJob, GpuCluster, ModelStore } from "barycenter";

// 30 TiB of recordings are in Ireland, where AWS sells no H100. A fine-tuning run reads 2 TiB of them, once a week.
const recordings = ModelStore.adopt("recordings", {
    url: "s3://example-recordings",
    at: "aws/eu-west-1",
    account: "123456789012",
    sizeGiB: 30 * 1024,
});

const cluster = new GpuCluster("training", {
    pools: { h100: { accelerator: "H100", max: 1 } },
});

new BatchJob("fine-tune", {
    runOn: cluster,
    image: "ghcr.io/example/fine-tune:5.0.2",
    accelerator: "H100",
    reads: recordings,
    writes: recordings,
    schedule: "0 20 * * 5",
    readGiBPerRun: 2048,
    writeGiBPerRun: 20,
    hoursPerRun: 48,
});
