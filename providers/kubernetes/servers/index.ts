import { accelerator } from "../../../placement/accelerators";
import type { ClusterInferenceSpec, ServerName } from "../../cloud";
import { custom } from "./custom";
import { huggingface } from "./huggingface";
import type { DeviceKind, Server } from "./server";
import { triton } from "./triton";
import { vllm } from "./vllm";

export { MODEL_PATH, type DeviceKind, type Server, type ServerMetric } from "./server";

export const SERVERS: Record<ServerName, Server> = { triton, vllm, huggingface, custom };

/** Kinds of device that a service accepts: one, or several where its accelerators are of several kinds. */
export function deviceKinds({
    accelerators,
}: Pick<ClusterInferenceSpec, "accelerators">): readonly DeviceKind[] {
    return accelerators.length === 0
        ? ["cpu"]
        : [...new Set(accelerators.map((name) => accelerator(name).kind))];
}
