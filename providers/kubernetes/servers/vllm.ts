import { SERVER_IMAGES } from "../../serverImages";
import { doneBefore, httpProbe, MODEL_PATH, type Server, type ServerMetric } from "./server";

/** vLLM's OpenAI server on NVIDIA; its builds for other devices are published elsewhere and must be named. */
export const vllm: Server = {
    images: { nvidia: SERVER_IMAGES.vllm },
    port: () => 8080,
    extraPorts: [],
    // The image's entry point has changed between releases, and both take a different form of the model's path.
    command: ["vllm", "serve"],
    args: ({ model, resources, image }, { exit }) => [
        MODEL_PATH,
        ...(model ? [`--served-model-name=${model.name}`] : []),
        "--port=8080",
        ...(resources.accelerators > 1 ? [`--tensor-parallel-size=${resources.accelerators}`] : []),
        // At SIGTERM vLLM aborts what is in flight unless it is given time for it (vllm-project/vllm#36666). An image
        // of the user's own may be older than the option and would refuse to start.
        ...(image === undefined ? [doneBefore(exit, "--shutdown-timeout")] : []),
    ],
    environment: {
        // The weights are local: nothing is fetched or reported at run time.
        HF_HUB_OFFLINE: "1",
        VLLM_NO_USAGE_STATS: "1",
        DO_NOT_TRACK: "1",
    },
    // The port opens once the weights are loaded.
    readiness: () => httpProbe("/health", "http1"),
    liveness: httpProbe("/health", "http1"),
    metricsPort: "http1",
    sharedMemory: "several accelerators",
    user: undefined,
    protocol: "OpenAI-compatible REST under /v1",
    query: (metric, pods) => vllmQuery(metric, pods),
};

/** Signals of vLLM's engine, which Hugging Face's server also runs on NVIDIA. */
export function vllmQuery(metric: ServerMetric, pods: string): string | undefined {
    switch (metric) {
        case "queueDepth":
            return `sum(vllm:num_requests_waiting{${pods}})`;
        case "concurrency":
            return `sum(vllm:num_requests_running{${pods}}) + sum(vllm:num_requests_waiting{${pods}})`;
        case "requestsPerSecond":
            return `sum(rate(vllm:request_success_total{${pods}}[1m]))`;
        case "gpuUtilization":
            return undefined;
    }
}
