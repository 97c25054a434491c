import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import type { EnvironmentVariable, PodAccess } from "./identity";
import type { ReplicaResources } from "./inference";

export interface BatchJobSpec {
    readonly namespace: string;
    readonly image: Input<string>;
    readonly command?: readonly Input<string>[];
    readonly args: readonly Input<string>[];
    readonly environment: readonly EnvironmentVariable[];
    readonly accelerators: readonly AcceleratorName[];
    readonly resources: ReplicaResources;
    /** Cron expression; absent runs once. */
    readonly schedule?: string;
    readonly timeZone: string;
    readonly parallelism: number;
    /** Number of indexed completions. */
    readonly completions: number;
    /** Retries of one index, evictions not counted. */
    readonly retries: number;
    readonly deadlineSeconds: number;
    /** Seconds that a finished run is kept; for ever where absent. */
    readonly keepFinishedSeconds?: number;
    readonly spotTolerant: boolean;
}

/** A workload's access as the orchestrator needs it: identity and grants together. */
export interface WorkloadAccess {
    readonly serviceAccount: string;
    readonly access: PodAccess;
}

export interface BatchJobHandle {
    readonly jobName: Output<string>;
    readonly identity: Output<string>;
    readonly nodes: Readonly<Record<string, Resource>>;
}
