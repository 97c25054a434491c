import type { ServerName } from "../concepts/inference";
import type { LandingZone } from "../site";

/**
 * Images of the known servers, pinned. The one of vLLM is Google's own build, which reads `gs://` and answers the
 * routes of Vertex AI.
 */
const PINNED: Record<Exclude<ServerName, "custom">, { readonly host: string; readonly image: string }> = {
    triton: { host: "nvcr.io", image: "nvidia/tritonserver:26.07-py3" },
    vllm: {
        host: "us-docker.pkg.dev",
        image: "vertex-ai/vertex-vision-model-garden-dockers/pytorch-vllm-serve:20260713_0916_RC01",
    },
    huggingface: { host: "docker.io", image: "kserve/huggingfaceserver:v0.20.0-gpu" },
};

/** Registries that Vertex AI pulls from: Artifact Registry and Container Registry. */
const PULLABLE = /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)\//;

/** Image of a server where the program names none; from the landing zone's registry where it has one. */
export function pinnedImage(server: ServerName, zone: LandingZone): string | undefined {
    if (server === "custom") {
        return undefined;
    }
    const { host, image } = PINNED[server];
    return `${PULLABLE.test(`${host}/`) ? host : (zone.registry ?? host)}/${image}`;
}

/** Whether Vertex AI can pull an image. */
export function isPullable(image: string): boolean {
    return PULLABLE.test(image);
}
