import { BatchJob, GpuCluster, InferenceService, ModelStore } from "barycenter";

// A cluster of your own at the edge, found by its context in the kubeconfig (barycenter:region), and no cloud at
// all. Its add-ons are there already; weights come from an S3-compatible store next to it, results stay on a volume.
const cluster = new GpuCluster("edge", {
    pools: {
        gpu: {
            accelerator: "L4",
            cpu: { vcpu: 16, memoryGiB: 64 },
            labels: { "nvidia.com/gpu.present": "true" },
            taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
        },
        cpu: { cpu: { vcpu: 8, memoryGiB: 32 } },
    },
});

const weights = ModelStore.adopt("weights", {
    url: "s3://weights",
    endpoint: "https://minio.storage.svc:9000",
    credentialsSecret: "weights-credentials",
});
const results = new ModelStore("results", { sizeGiB: 200 });

const inspect = new InferenceService("inspect", {
    runOn: cluster,
    model: weights.model("inspector", { path: "triton/inspector", format: "triton", sizeGiB: 1 }),
    server: "triton",
    accelerator: "L4",
    scaling: { min: 1, max: 2 },
});

new BatchJob("report", {
    runOn: cluster,
    image: "registry.local/report:1.0.3",
    reads: results.dataset("images"),
    writes: results.dataset("reports"),
    schedule: "30 1 * * *",
});

export const url = inspect.url;
