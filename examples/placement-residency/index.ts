import { GpuCluster, InferenceService, ModelStore } from "barycenter";

// Nothing exists yet, and nothing but the stack's residency ties it to a place (Pulumi.dev.yaml).
const records = new ModelStore("records", { sizeGiB: 4096, growthGiBPerMonth: 200 });

const cluster = new GpuCluster("serving", {
    pools: { assist: { accelerator: "L4", min: 2, max: 6 } },
});

const assistant = new InferenceService("assistant", {
    runOn: cluster,
    model: records.model("assistant", { sizeGiB: 16 }),
    server: "vllm",
    accelerator: "L4",
    scaling: { min: 2, max: 6 },
});

export const url = assistant.url;
