import { SERVER_IMAGES } from "../../serverImages";
import { httpProbe, MODEL_PATH, type Server } from "./server";
import { vllmQuery } from "./vllm";

/** KServe's Hugging Face server: vLLM on NVIDIA, transformers on the CPU. The images are for x86 alone. */
export const huggingface: Server = {
    images: {
        nvidia: SERVER_IMAGES.huggingface,
        cpu: SERVER_IMAGES.huggingfaceCpu,
    },
    port: () => 8080,
    extraPorts: [],
    command: undefined,
    args: ({ model, resources }) => [
        `--model_dir=${MODEL_PATH}`,
        ...(model ? [`--model_name=${model.name}`] : []),
        "--http_port=8080",
        ...(resources.accelerators > 1 ? [`--tensor-parallel-size=${resources.accelerators}`] : []),
    ],
    environment: { HF_HUB_OFFLINE: "1", VLLM_NO_USAGE_STATS: "1", DO_NOT_TRACK: "1" },
    // The server starts to listen after the model is loaded.
    readiness: () => httpProbe("/v2/health/ready", "http1"),
    liveness: httpProbe("/v2/health/live", "http1"),
    metricsPort: "http1",
    sharedMemory: "several accelerators",
    user: 1000,
    protocol: "OpenAI-compatible REST under /openai/v1, Open Inference Protocol under /v2",
    query: (metric, pods, device) => {
        if (device === "nvidia") {
            return vllmQuery(metric, pods);
        }
        switch (metric) {
            // Little's law: seconds of request time in a second are requests in flight.
            case "concurrency":
                return `sum(rate(request_predict_seconds_sum{${pods}}[1m]))`;
            case "requestsPerSecond":
                return `sum(rate(request_predict_seconds_count{${pods}}[1m]))`;
            default:
                return undefined;
        }
    },
};
