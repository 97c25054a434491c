import { SERVER_IMAGES } from "../../serverImages";
import { doneBefore, httpProbe, MODEL_PATH, type Server, type ServerMetric } from "./server";

const IMAGE = SERVER_IMAGES.triton;

/**
 * Triton reads the repository that the init container has fetched instead of the store: one way for every cloud's
 * identity, and the container that takes requests holds no credentials. Ports as in KServe's runtime.
 */
export const triton: Server = {
    images: { nvidia: IMAGE, cpu: IMAGE },
    port: () => 8080,
    extraPorts: [
        { name: "grpc", containerPort: 9000 },
        { name: "metrics", containerPort: 8002 },
    ],
    command: undefined,
    args: (_spec, { exit }) => [
        "tritonserver",
        `--model-repository=${MODEL_PATH}`,
        "--http-port=8080",
        "--grpc-port=9000",
        "--metrics-port=8002",
        // Ready means that every model is loaded; a model that fails keeps the replica out of the service.
        "--strict-readiness=true",
        "--exit-on-error=true",
        "--model-control-mode=none",
        // The only latency metric that can be added up over replicas (triton-inference-server/server#7672).
        "--metrics-config=histogram_latencies=true",
        // Else requests in flight fail (triton-inference-server/server#6230).
        doneBefore(exit, "--exit-timeout-secs"),
    ],
    environment: {},
    readiness: () => httpProbe("/v2/health/ready", "http1"),
    liveness: httpProbe("/v2/health/live", "http1"),
    metricsPort: "metrics",
    // The Python backend passes tensors through shared memory, whatever the number of accelerators.
    sharedMemory: "always",
    user: 1000,
    protocol: "Open Inference Protocol (KServe v2) under /v2",
    query: (metric, pods) => QUERIES[metric](pods),
};

const QUERIES: Record<ServerMetric, (pods: string) => string> = {
    queueDepth: (pods) => `sum(nv_inference_pending_request_count{${pods}})`,
    // Little's law: seconds of request time in a second are requests in flight.
    concurrency: (pods) => `sum(rate(nv_inference_request_duration_us{${pods}}[1m])) / 1e6`,
    requestsPerSecond: (pods) => `sum(rate(nv_inference_request_success{${pods}}[1m]))`,
    gpuUtilization: (pods) => `sum(avg by (pod) (nv_gpu_utilization{${pods}})) * 100`,
};
