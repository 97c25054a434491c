import type { ServerName } from "../concepts/inference";
import { imageFrom, SERVER_IMAGES } from "../serverImages";
import type { LandingZone } from "../site";

/**
 * Images of the known servers, pinned. The one of vLLM is Google's own build, which reads `gs://` and answers the
 * routes of Vertex AI.
 */
const PINNED: Record<Exclude<ServerName, "custom">, string> = {
    triton: SERVER_IMAGES.triton,
    vllm: "us-docker.pkg.dev/vertex-ai/vertex-vision-model-garden-dockers/pytorch-vllm-serve:20260713_0916_RC01",
    huggingface: SERVER_IMAGES.huggingface,
};

/** Registries that Vertex AI pulls from: Artifact Registry and Container Registry. */
const PULLABLE = /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)\//;

/** Image of a server where the program names none; from the landing zone's registry where it has one. */
export function pinnedImage(server: ServerName, zone: LandingZone): string | undefined {
    if (server === "custom") {
        return undefined;
    }
    const image = PINNED[server];
    return isPullable(image) ? image : imageFrom(zone.registry, image);
}

/** Whether Vertex AI can pull an image. */
export function isPullable(image: string): boolean {
    return PULLABLE.test(image);
}
