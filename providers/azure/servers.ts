import type { ManagedInferenceSpec, ServerName } from "../cloud";
import { SERVER_IMAGES } from "../serverImages";

/** How a model server runs on a managed endpoint. */
export interface Server {
    /** Pinned image; a custom container brings its own. */
    readonly image?: string;
    readonly health: { readonly live: string; readonly ready: string };
    readonly protocol: string;
    /** Shell words that start it; `$MODEL` is the folder of the model. Absent keeps the image's own entrypoint. */
    readonly start?: (spec: ManagedInferenceSpec) => readonly string[];
}

export const SERVERS: Record<ServerName, Server> = {
    triton: {
        image: SERVER_IMAGES.triton,
        health: { live: "/v2/health/live", ready: "/v2/health/ready" },
        protocol: "Open Inference Protocol v2 over HTTP",
        start: ({ port, drainSeconds }) => [
            "tritonserver",
            '--model-repository="$MODEL"',
            `--http-port=${port}`,
            `--exit-timeout-secs=${drainSeconds}`,
        ],
    },
    vllm: {
        image: SERVER_IMAGES.vllm,
        health: { live: "/health", ready: "/health" },
        protocol: "OpenAI-compatible HTTP",
        start: ({ model, port, machine }) => [
            'vllm serve "$MODEL"',
            `--port ${port}`,
            ...(model ? [`--served-model-name ${word(model.name)}`] : []),
            ...(machine.count > 1 ? [`--tensor-parallel-size ${machine.count}`] : []),
        ],
    },
    huggingface: {
        image: SERVER_IMAGES.huggingface,
        health: { live: "/", ready: "/v2/health/ready" },
        protocol: "Open Inference Protocol v2 or OpenAI-compatible HTTP",
        start: ({ model, port }) => [
            'python3 -m huggingfaceserver --model_dir="$MODEL"',
            `--http_port=${port}`,
            ...(model ? [`--model_name=${word(model.name)}`] : []),
        ],
    },
    custom: { health: { live: "/health", ready: "/health" }, protocol: "the container's own over HTTP" },
};

/** A text as one word of a POSIX shell. */
export function word(text: string): string {
    return /^[A-Za-z0-9_./:=@%+,-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`;
}
