/**
 * What advice knows of serverless services beside the catalogue: prices, limits and cold starts. A figure of which no
 * list price was found says `assumed`.
 */
import type { AcceleratorName } from "../accelerators";
import type { PricedCloud, Source } from "../catalogue/data";
import type { ColdStart } from "./alternative";
import { source } from "./source";

/** A service that is paid by the time of requests or of instances, in micro-dollars. */
export interface ServerlessService {
    readonly cloud: PricedCloud;
    readonly service: string;
    readonly price: {
        readonly vcpuSecond: number;
        readonly gibSecond: number;
        readonly request: number;
        /** A GiB of requests and responses. */
        readonly payloadGiB: number;
        readonly source: Source;
    };
    /** Paid while an instance is there, not only while it works. */
    readonly byInstance: boolean;
    readonly limits: {
        readonly vcpu: number;
        readonly memoryGiB: number;
        readonly seconds: number;
        readonly payloadKiB: number;
        readonly modelGiB: number;
        /** Requests in work at a time; absent: a quota that the cloud raises. */
        readonly concurrency?: number;
        readonly source: Source;
    };
    /** Requests that one instance takes at a time. */
    readonly concurrent: boolean;
    /** vCPU come with the memory: GiB for each. */
    readonly gibPerVcpu?: number;
    readonly gpu?: ServerlessGpu;
    readonly cold: ColdStart;
    readonly keptSeconds: number;
}

/** An accelerator of a serverless service. */
export interface ServerlessGpu {
    readonly name: AcceleratorName;
    /** Micro-dollars a second; `machine`: what the catalogue has for the cloud's machine with the same accelerator. */
    readonly second: number | "machine";
    readonly source: Source;
    readonly vcpu: number;
    readonly memoryGiB: number;
    readonly regions: readonly string[];
}

const LAMBDA_PRICE = source(
    "lambda",
    "list",
    "2026-11",
    "AWS Lambda in us-east-1, $0.0000166667 a GB-second and $0.20 a million requests (aws.amazon.com/lambda/pricing); taken for all regions",
);
const SAGEMAKER_PRICE = source(
    "sagemaker-serverless",
    "assumed",
    "2026-11",
    "SageMaker Serverless Inference, $0.00002 a GB-second and $0.016 a GB of payload: no price list was at hand",
);
const CLOUD_RUN_PRICE = source(
    "cloud-run",
    "stale",
    "2025",
    "Cloud Run in tier 1 regions by request, $0.000024 a vCPU-second, $0.0000025 a GiB-second, $0.40 a million requests (cloudchipr.com/blog/cloud-run-pricing)",
);
const CLOUD_RUN_INSTANCE_PRICE = source(
    "cloud-run-instance",
    "stale",
    "2025",
    "Cloud Run in tier 1 regions by instance, $0.000018 a vCPU-second and $0.000002 a GiB-second (cloud.google.com/run/pricing)",
);
const CLOUD_RUN_GPU_PRICE = source(
    "cloud-run-gpu",
    "assumed",
    "2026-04",
    "L4 on Cloud Run, about $0.67 an hour (brandonseppa.com); no price list was at hand",
);
const CONTAINER_APPS_PRICE = source(
    "container-apps",
    "assumed",
    "2026-11",
    "Azure Container Apps, $0.000024 a vCPU-second, $0.000003 a GiB-second, $0.40 a million requests: no price list was at hand",
);
const CONTAINER_APPS_GPU_PRICE = source(
    "container-apps-gpu",
    "assumed",
    "2026-11",
    "serverless GPU of Azure Container Apps, taken as the virtual machine's price: no price list was at hand",
);

const LAMBDA_LIMITS = source(
    "lambda-limits",
    "list",
    "2026-11",
    "AWS Lambda: 10,240 MB, 15 minutes, 6 MB of payload, images of 10 GB, no GPU (docs.aws.amazon.com/lambda)",
);
const SAGEMAKER_LIMITS = source(
    "sagemaker-serverless-limits",
    "list",
    "2026-11",
    "SageMaker serverless endpoints: 6 GB, 1 minute, 4 MB of payload, 200 at a time, no GPU (docs.aws.amazon.com/sagemaker)",
);
const CLOUD_RUN_LIMITS = source(
    "cloud-run-limits",
    "list",
    "2026-11",
    "Cloud Run: 8 vCPU, 32 GiB, 60 minutes, 32 MiB over HTTP/1, one L4 an instance in five regions (cloud.google.com/run)",
);
const CONTAINER_APPS_LIMITS = source(
    "container-apps-limits",
    "list",
    "2026-11",
    "Azure Container Apps, consumption profile: 4 vCPU, 8 GiB, 240 s, T4 and A100 in three regions (learn.microsoft.com/azure/container-apps)",
);

const SERVERLESS_CPU_COLD: ColdStart = {
    startSeconds: 5,
    // 16.5 s for a model of 1.1 GiB, 5 s of them for the container.
    loadGiBPerSecond: 0.1,
    source: source(
        "serverless-cold",
        "derived",
        "2026-03",
        "Lambda with a 1.5B model, 16.5 s without a snapshot (AWS Compute Blog); containers alone 1 to 10 s",
    ),
};
const CLOUD_RUN_GPU_COLD: ColdStart = {
    startSeconds: 20,
    loadGiBPerSecond: 0.5,
    source: source(
        "cloud-run-gpu-cold",
        "derived",
        "2026-05",
        "Cloud Run: 5 s for GPU and driver, 1 to 2 s for the image, 5 to 15 s for the engine (Google, A guide to AI cold starts); 0.5 GiB/s of weights assumed",
    ),
};
const CONTAINER_APPS_GPU_COLD: ColdStart = {
    startSeconds: 60,
    loadGiBPerSecond: 0.5,
    source: source(
        "container-apps-gpu-cold",
        "assumed",
        "2026-11",
        "Azure Container Apps with a GPU: no measurement was at hand",
    ),
};

/** The serverless services, each with what it costs and what it can't. */
export const SERVERLESS: readonly ServerlessService[] = [
    {
        cloud: "aws",
        service: "Lambda",
        price: {
            vcpuSecond: 0,
            gibSecond: 16.6667,
            request: 0.2,
            payloadGiB: 0,
            source: LAMBDA_PRICE,
        },
        byInstance: false,
        limits: {
            vcpu: 6,
            memoryGiB: 10,
            seconds: 900,
            payloadKiB: 6 * 1024,
            modelGiB: 9,
            source: LAMBDA_LIMITS,
        },
        concurrent: false,
        gibPerVcpu: 1769 / 1024,
        cold: SERVERLESS_CPU_COLD,
        keptSeconds: 300,
    },
    {
        cloud: "aws",
        service: "SageMaker serverless endpoint",
        price: {
            vcpuSecond: 0,
            gibSecond: 20,
            request: 0,
            payloadGiB: 16_000,
            source: SAGEMAKER_PRICE,
        },
        byInstance: false,
        limits: {
            vcpu: 3,
            memoryGiB: 6,
            seconds: 60,
            payloadKiB: 4 * 1024,
            modelGiB: 5,
            concurrency: 200,
            source: SAGEMAKER_LIMITS,
        },
        concurrent: false,
        gibPerVcpu: 1769 / 1024,
        cold: SERVERLESS_CPU_COLD,
        keptSeconds: 300,
    },
    {
        cloud: "gcp",
        service: "Cloud Run",
        price: {
            vcpuSecond: 24,
            gibSecond: 2.5,
            request: 0.4,
            payloadGiB: 0,
            source: CLOUD_RUN_PRICE,
        },
        byInstance: false,
        limits: {
            vcpu: 8,
            memoryGiB: 32,
            seconds: 3600,
            payloadKiB: 32 * 1024,
            modelGiB: 30,
            source: CLOUD_RUN_LIMITS,
        },
        concurrent: true,
        cold: SERVERLESS_CPU_COLD,
        keptSeconds: 600,
    },
    {
        cloud: "gcp",
        service: "Cloud Run with GPU",
        price: {
            vcpuSecond: 18,
            gibSecond: 2,
            request: 0,
            payloadGiB: 0,
            source: CLOUD_RUN_INSTANCE_PRICE,
        },
        byInstance: true,
        limits: {
            vcpu: 8,
            memoryGiB: 32,
            seconds: 3600,
            payloadKiB: 32 * 1024,
            modelGiB: 22,
            source: CLOUD_RUN_LIMITS,
        },
        concurrent: true,
        gpu: {
            name: "L4",
            second: 670_000 / 3600,
            source: CLOUD_RUN_GPU_PRICE,
            vcpu: 4,
            memoryGiB: 16,
            regions: ["us-central1", "us-east4", "europe-west1", "europe-west4", "asia-southeast1"],
        },
        cold: CLOUD_RUN_GPU_COLD,
        keptSeconds: 600,
    },
    {
        cloud: "azure",
        service: "Container Apps",
        price: {
            vcpuSecond: 24,
            gibSecond: 3,
            request: 0.4,
            payloadGiB: 0,
            source: CONTAINER_APPS_PRICE,
        },
        byInstance: true,
        limits: {
            vcpu: 4,
            memoryGiB: 8,
            seconds: 240,
            payloadKiB: Infinity,
            modelGiB: 7,
            source: CONTAINER_APPS_LIMITS,
        },
        concurrent: true,
        cold: SERVERLESS_CPU_COLD,
        keptSeconds: 300,
    },
    ...(
        [
            ["T4", 8, 56, 15],
            ["A100-80GB", 24, 220, 76],
        ] as const
    ).map(([name, vcpu, memoryGiB, modelGiB]): ServerlessService => ({
        cloud: "azure",
        service: `Container Apps with ${name}`,
        // The machine's price, which stands for the GPU's, has its vCPU and memory in it.
        price: { vcpuSecond: 0, gibSecond: 0, request: 0, payloadGiB: 0, source: CONTAINER_APPS_PRICE },
        byInstance: true,
        limits: {
            vcpu,
            memoryGiB,
            seconds: 240,
            payloadKiB: Infinity,
            modelGiB,
            source: CONTAINER_APPS_LIMITS,
        },
        concurrent: true,
        gpu: {
            name,
            second: "machine",
            source: CONTAINER_APPS_GPU_PRICE,
            vcpu,
            memoryGiB,
            regions: ["westus3", "australiaeast", "swedencentral"],
        },
        cold: CONTAINER_APPS_GPU_COLD,
        keptSeconds: 300,
    })),
];
