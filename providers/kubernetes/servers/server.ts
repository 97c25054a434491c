import { output, type Input } from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import type { Accelerator } from "../../../placement/accelerators";
import type { ClusterInferenceSpec, ScalingSpec } from "../../cloud";

/** What carries a replica: a kind of accelerator, or the CPU. */
export type DeviceKind = Accelerator["kind"] | "cpu";

/** Metrics whose value comes from Prometheus. */
export type ServerMetric = Exclude<ScalingSpec["metric"], "cpu">;

/** Time that a server gets, in seconds. */
export interface ServerTimes {
    /** Between SIGTERM and the kill. */
    readonly exit: Input<number>;
}

/** A model server: what differs between Triton, vLLM, Hugging Face and a container of one's own. */
export interface Server {
    /**
     * Pinned images by device; absent where no public image is known to work, so that the program must name one.
     * KServe's own runtimes are not used: they ship Triton 23.05 and vLLM `latest`.
     */
    readonly images: Partial<Record<DeviceKind, string>>;
    /** Name of the port in the pod. */
    port(spec: ClusterInferenceSpec): number;
    /** Ports besides the first. */
    readonly extraPorts: readonly { readonly name: string; readonly containerPort: number }[];
    /** Command where the image's own is not to be relied on. */
    readonly command: readonly string[] | undefined;
    /** Arguments before the user's own. */
    args(spec: ClusterInferenceSpec, times: ServerTimes): readonly Input<string>[];
    readonly environment: Readonly<Record<string, string>>;
    /** True once the weights are loaded, false before: a port that is open means less. */
    readiness(spec: ClusterInferenceSpec): core.v1.Probe;
    readonly liveness: core.v1.Probe | undefined;
    /** Name of the port that serves Prometheus metrics at /metrics; undefined where none is known. */
    readonly metricsPort: string | undefined;
    /** Processes of one replica share memory. */
    readonly sharedMemory: "always" | "several accelerators" | "never";
    /** The user that the image runs as, where it is made for one other than root. */
    readonly user: number | undefined;
    readonly protocol: string;
    /**
     * PromQL whose value, divided by the target, is the number of replicas; undefined where the server doesn't say.
     * @param pods label matchers of the service's pods
     */
    query(metric: ServerMetric, pods: string, device: DeviceKind): string | undefined;
}

/** Where the model is in every container. */
export const MODEL_PATH = "/mnt/models";

/** An option with the seconds in which a server ends its requests, a little before it is killed. */
export function doneBefore(exit: Input<number>, option: string): Input<string> {
    return output(exit).apply((seconds) => `${option}=${Math.max(1, seconds - 2)}`);
}

export function httpProbe(path: string, port: string): core.v1.Probe {
    return { httpGet: { path, port } };
}
