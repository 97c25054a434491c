import type { Input } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import type { ScalingSpec, ServerName } from "../../providers/cloud";
import type { VariableArgs } from "../variables";
import type { GpuCluster } from "../gpuCluster";
import type { Model } from "../modelStore";
import type { ComponentArgs } from "../settings";
import type { ResourcesArgs } from "../resources";

/** How many replicas, and by which signal. */
export interface ScalingArgs {
    /**
     * Replicas at least. 0, on a cluster with the add-on `kedaHttp`: none while nobody calls; the first request is
     * held until a replica is there, which with a node to start may take a quarter of an hour and more.
     * @default 1 in dev and staging, 2 in production
     */
    readonly min?: number;
    /** Replicas at most. @default 2 in dev, 4 in staging, 8 in production; never below `min` */
    readonly max?: number;
    /**
     * Signal that adds replicas. `queueDepth`: requests waiting at a replica. `concurrency`: requests in flight.
     * @default queueDepth with accelerators, cpu without; concurrency where `min` is 0
     */
    readonly metric?: ScalingSpec["metric"];
    /**
     * Value of the metric for one replica; per cent for `gpuUtilization` and `cpu`.
     * @default 8 for queueDepth and concurrency, 10 for requestsPerSecond, 70 for gpuUtilization and cpu
     */
    readonly target?: number;
}

/** What users ask of a service. It sets how many replicas run on average, and what leaves the cloud. */
export interface TrafficArgs {
    readonly requestsPerMonth: number;
    /**
     * Seconds that a replica is busy with one request, or the seconds on each acceptable accelerator, which lets the
     * plan compare them.
     * @default 2, in estimates
     */
    readonly secondsPerRequest?: number | Readonly<Partial<Record<AcceleratorName, number>>>;
    /** KiB of one response. @default 4, in estimates */
    readonly responseKiB?: number;
    /**
     * Where users are: a country such as `DE`, or the site nearest to them. Responses to them leave the cloud.
     * @default none: callers are where the service is
     */
    readonly users?: string;
    /**
     * How often the weights are loaded from the store in a month, all replicas together.
     * @default in estimates: 4 rollouts, and 15 additions of half of the replicas above the least
     */
    readonly weightLoadsPerMonth?: number;
}

export interface InferenceServiceArgs extends ComponentArgs {
    /**
     * What runs it: a cluster, or `"managed"` for SageMaker, Vertex AI or Azure Machine Learning. Moving from one to
     * the other is a change of this line.
     */
    readonly runOn: GpuCluster | "managed";
    /**
     * The model, from {@link ModelStore.model}.
     * @default none: the container brings its own
     */
    readonly model?: Model;
    /** Model server; `custom` takes any container. */
    readonly server: ServerName;
    /**
     * Container image.
     * @default the server's pinned one; required for `custom`
     */
    readonly image?: Input<string>;
    /** Command of the container. @default the image's */
    readonly command?: readonly Input<string>[];
    /** Arguments added to the server's own. @default none */
    readonly args?: readonly Input<string>[];
    /** Port that a `custom` container listens on. @default 8080 */
    readonly port?: number;
    /** Environment of the container. @default none */
    readonly environment?: Readonly<Record<string, VariableArgs>>;
    /**
     * Accelerator by standard name, or a list in order of preference. On a cluster it selects the pool; managed, the
     * machine.
     * @default none: CPU
     */
    readonly accelerator?: AcceleratorName | readonly AcceleratorName[];
    /** Accelerators of one replica. @default 1 */
    readonly acceleratorsPerReplica?: number;
    readonly resources?: ResourcesArgs;
    /** How many replicas, and by which signal. @default by the tier */
    readonly scaling?: ScalingArgs;
    /**
     * What users ask of it.
     * @default none: estimates take a quarter of the way from the least to the most replicas
     */
    readonly traffic?: TrafficArgs;
    /**
     * Who reaches it. `private`: the cluster, or, managed, the cloud's network and authenticated callers.
     * `network`: the site's network. `internet`: everyone who gets past its authentication.
     * @default private
     */
    readonly expose?: "private" | "network" | "internet";
    /**
     * Host name, when it is exposed from a cluster. Required for `internet`, with the Secrets `<name>-tls` (its
     * certificate) and `<name>-keys` (the clients' API keys) in the service's namespace.
     * @default none: with `network`, an internal load balancer's address
     */
    readonly hostname?: string;
    /** Namespace on a cluster. It is created with a cluster that is, and must exist on any other. @default default */
    readonly namespace?: string;
    /**
     * Seconds that a replica may take from its start until its weights are loaded.
     * @default 180 and 30 for each GiB of weights, between 300 and 3600
     */
    readonly startupSeconds?: number;
    /** Seconds that requests in flight may take at shutdown. @default 60 */
    readonly drainSeconds?: number;
    /** Pod disruption budget. @default true in staging and production */
    readonly disruptionBudget?: boolean;
    /** Spread replicas over zones and nodes. @default true in staging and production */
    readonly spread?: boolean;
    /** How a managed endpoint takes a new revision. @default all at once in dev, canary elsewhere */
    readonly rollout?: "allAtOnce" | "canary" | "rolling";
}
