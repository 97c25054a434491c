import type {
    ClusterHandle,
    ClusterInferenceSpec,
    InferenceHandle,
    PodAccess,
} from "../../../providers/cloud";
import { orchestrator } from "../../../providers/kubernetes";
import { clusterOf, record, scopeOf, SERVICE, workload, type Recording, type ScopeSettings } from "./support";

export interface Given {
    readonly spec?: Partial<ClusterInferenceSpec>;
    readonly access?: Partial<PodAccess>;
    readonly cluster?: Partial<ClusterHandle> | (() => Partial<ClusterHandle>);
    readonly scope?: ScopeSettings;
    readonly preview?: boolean;
}

/** Serves, and returns what was registered with the handle. */
export async function serve(given: Given = {}): Promise<Recording & { handle: InferenceHandle }> {
    let handle: InferenceHandle | undefined;
    const recording = await record(
        (recorded) => {
            const cluster = typeof given.cluster === "function" ? given.cluster() : given.cluster;
            handle = orchestrator.inference(
                { ...SERVICE, ...given.spec },
                workload(given.access),
                clusterOf(cluster),
                scopeOf(recorded, given.scope),
            );
        },
        { preview: given.preview ?? false },
    );
    return Object.assign(recording, { handle: handle! });
}

export const predictorOf = (recording: Recording) => recording.named("chat-service").inputs.spec.predictor;
export const containerOf = (recording: Recording) => predictorOf(recording).containers[0];
