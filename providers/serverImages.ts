/**
 * Images of the model servers as their makers publish them, pinned. Tags seen in public use 2026-08 to 2026-09. A
 * cloud's managed service that has builds of its own uses those.
 */
export const SERVER_IMAGES = {
    triton: "nvcr.io/nvidia/tritonserver:26.07-py3",
    vllm: "docker.io/vllm/vllm-openai:v0.27.1",
    huggingface: "docker.io/kserve/huggingfaceserver:v0.20.0-gpu",
    huggingfaceCpu: "docker.io/kserve/huggingfaceserver:v0.20.0",
} as const;

/**
 * An image from the site's own registry where it has one: the registry host is replaced, the repository and tag
 * stay, as in a pull-through cache or a mirror.
 */
export function imageFrom(registry: string | undefined, image: string): string {
    return registry === undefined
        ? image
        : `${registry.replace(/\/+$/, "")}/${image.slice(image.indexOf("/") + 1)}`;
}
