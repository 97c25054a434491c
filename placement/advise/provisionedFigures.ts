/**
 * What advice knows of machines' services beside the catalogue: limits of managed endpoints, and cold starts of nodes.
 */
import type { PricedCloud, Source } from "../catalogue/data";
import type { ColdStart } from "./alternative";
import { source } from "./source";

/** A new node with an accelerator, its image and the engine; then the weights. */
export const GPU_NODE_COLD: ColdStart = {
    startSeconds: 300,
    loadGiBPerSecond: 0.5,
    source: source(
        "gpu-node-cold",
        "derived",
        "2026-05",
        "GPU node 2 to 8 minutes, image and engine 3 to 10 (BEE-30068; AKS question 12767836; spheron.network); 0.5 GiB/s of weights assumed",
    ),
};

/** A new node without one. */
export const CPU_NODE_COLD: ColdStart = {
    startSeconds: 90,
    loadGiBPerSecond: 0.5,
    source: source("cpu-node-cold", "assumed", "2026-11", "node 60 s, image 30 s"),
};

/** Seconds without a request after which a scaled-down service keeps its node: KEDA's 300 s and the node's own 60. */
export const NODE_KEPT_SECONDS = 360;

/** A managed endpoint that takes requests from a queue. */
export interface QueuedEndpoint {
    readonly service: string;
    readonly seconds: number;
    readonly payloadKiB: number;
    /** Seconds without a request after which its last instance goes. */
    readonly keptSeconds: number;
    readonly source: Source;
}

/** By cloud; the others have none. */
export const QUEUED_ENDPOINTS: Readonly<Partial<Record<PricedCloud, QueuedEndpoint>>> = {
    aws: {
        service: "SageMaker asynchronous endpoint",
        seconds: 3600,
        payloadKiB: 1024 * 1024,
        // Its scale-in waits for ten minutes.
        keptSeconds: 600,
        source: source(
            "sagemaker-async",
            "list",
            "2026-11",
            "SageMaker asynchronous inference: 1 GB of payload, 1 hour, no instance without requests (docs.aws.amazon.com/sagemaker)",
        ),
    },
};

/** Limits of one request to a managed endpoint. */
export const MANAGED_LIMITS: Readonly<
    Record<
        PricedCloud,
        {
            readonly service: string;
            readonly seconds: number;
            readonly payloadKiB: number;
            readonly source: Source;
        }
    >
> = {
    aws: {
        service: "SageMaker endpoint",
        seconds: 60,
        payloadKiB: 25 * 1024,
        source: source(
            "sagemaker-limits",
            "list",
            "2026-11",
            "SageMaker real-time endpoints: 60 s (docs.aws.amazon.com/sagemaker); 25 MB of payload",
        ),
    },
    gcp: {
        service: "Vertex AI endpoint",
        seconds: 3600,
        payloadKiB: 10 * 1024,
        source: source(
            "vertex-limits",
            "list",
            "2026-11",
            "Vertex AI dedicated endpoints: 1 hour, 10 MB of payload (cloud.google.com/vertex-ai)",
        ),
    },
    azure: {
        service: "Azure Machine Learning endpoint",
        seconds: 180,
        payloadKiB: Infinity,
        source: source(
            "azure-ml-limits",
            "assumed",
            "2026-11",
            "Azure Machine Learning online endpoints: 180 s; no limit of the payload was at hand",
        ),
    },
};
