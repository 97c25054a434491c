import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { AcceleratorMachine, AcceleratorName } from "../../placement/accelerators";
import type { EnvironmentVariable } from "./identity";
import type { ObjectStoreHandle } from "./objectStore";

/** Model servers that the package knows, besides a custom container. */
export type ServerName = "triton" | "vllm" | "huggingface" | "custom";

/** A model in a store. */
export interface ModelSpec {
    readonly name: string;
    readonly version: string;
    /** `onnx`, `tensorrt`, `pytorch`, `huggingface`, `triton`, … as KServe's model formats name them. */
    readonly format: string;
    readonly sizeGiB: number;
    readonly store: ObjectStoreHandle;
    /** Path in the store, without slashes at its ends. */
    readonly path: string;
}

/** Resources of one replica. */
export interface ReplicaResources {
    readonly cpu: string;
    readonly memory: string;
    readonly accelerators: number;
}

export interface ScalingSpec {
    /** 0 scales to zero. */
    readonly min: number;
    readonly max: number;
    readonly metric: "queueDepth" | "concurrency" | "requestsPerSecond" | "gpuUtilization" | "cpu";
    /** Value of the metric for one replica at which another is added. */
    readonly target: number;
}

/** What both kinds of inference share. */
export interface InferenceSpec {
    readonly model?: ModelSpec;
    readonly server: ServerName;
    /** Container image; the server's pinned one where absent. Required for `custom`. */
    readonly image?: Input<string>;
    readonly command?: readonly Input<string>[];
    readonly args: readonly Input<string>[];
    readonly port: number;
    readonly environment: readonly EnvironmentVariable[];
    /** Accelerators in order of preference; empty for CPU. */
    readonly accelerators: readonly AcceleratorName[];
    readonly resources: ReplicaResources;
    readonly scaling: ScalingSpec;
    /** Seconds that a replica may take to load its model: from the model's size unless said. */
    readonly startupSeconds: number;
    /** Seconds that a request in flight may still take at shutdown. */
    readonly drainSeconds: number;
}

/** Inference on a cluster. */
export interface ClusterInferenceSpec extends InferenceSpec {
    readonly namespace: string;
    /** `cluster`: reachable inside alone. `internal`: from the network. `internet`: from everywhere. */
    readonly expose: "cluster" | "internal" | "internet";
    readonly hostname?: string;
    readonly disruptionBudget: boolean;
    readonly spread: boolean;
}

/** Inference on a cloud's managed endpoint. */
export interface ManagedInferenceSpec extends InferenceSpec {
    /** Machine of one instance; chosen from the accelerators. */
    readonly machine: { readonly accelerator?: AcceleratorName } & AcceleratorMachine;
    /** `network`: reachable from the site's network alone, where the cloud can; `internet`: by authenticated callers from everywhere. */
    readonly expose: "network" | "internet";
    /** Share of old capacity replaced at once, for clouds that roll. */
    readonly rollout: "allAtOnce" | "canary" | "rolling";
    readonly encryptionKey?: Input<string>;
}

/** How a client must talk to a service. Shown by `plan` when `runOn` changes. */
export interface ClientContract {
    readonly protocol: string;
    readonly authentication: string;
    /** Form of the URL with placeholders, known before anything exists. */
    readonly urlForm: string;
}

export interface InferenceHandle {
    readonly url: Output<string>;
    /** Changes when what is served changes. */
    readonly revision: Output<string>;
    /** Principal that the service runs as, in its cloud's own form. */
    readonly identity: Output<string>;
    readonly client: ClientContract;
    readonly accelerator: Output<string>;
    readonly nodes: Readonly<Record<string, Resource>>;
}
