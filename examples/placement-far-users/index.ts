import { GpuCluster, InferenceService, ModelStore } from "barycenter";

// The weights are in Virginia, the users in Japan, who see a drawing for each request.
const weights = ModelStore.adopt("weights", {
    url: "s3://example-weights",
    at: "aws/us-east-1",
    account: "123456789012",
    sizeGiB: 200,
});

const cluster = new GpuCluster("drawing", {
    pools: { draw: { accelerator: "L4", min: 1, max: 8 } },
    placement: { latency: { to: "JP", ms: 30 } },
});

const drawing = new InferenceService("drawing", {
    runOn: cluster,
    model: weights.model("sketch", { format: "triton", sizeGiB: 12 }),
    server: "triton",
    accelerator: "L4",
    expose: "internet",
    hostname: "draw.example.com",
    scaling: { min: 1, max: 8 },
    traffic: { requestsPerMonth: 3_000_000, secondsPerRequest: 4, responseKiB: 400, users: "JP" },
});

export const url = drawing.url;
