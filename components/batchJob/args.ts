import type { Input } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import type { VariableArgs } from "../variables";
import type { GpuCluster } from "../gpuCluster";
import type { Dataset, Model, ModelStore } from "../modelStore";
import type { ComponentArgs } from "../settings";
import type { ResourcesArgs } from "../resources";

/** A store, or the part of one that a model or a data set is. */
export type StorePart = ModelStore | Model | Dataset;

export interface BatchJobArgs extends ComponentArgs {
    /** The cluster that runs it. */
    readonly runOn: GpuCluster;
    /** Container image. */
    readonly image: Input<string>;
    /** Command of the container. @default the image's */
    readonly command?: readonly Input<string>[];
    /** Arguments of the container. @default none */
    readonly args?: readonly Input<string>[];
    /** Environment of the container, besides `BARYCENTER_READS` and `BARYCENTER_WRITES`, which list the URIs. @default none */
    readonly environment?: Readonly<Record<string, VariableArgs>>;
    /** Stores, models or data sets that it reads. @default none */
    readonly reads?: StorePart | readonly StorePart[];
    /** Stores or data sets that it writes. @default none */
    readonly writes?: StorePart | readonly StorePart[];
    /**
     * GiB that one run reads: of all `reads` together, or of each by the name of its store, model or data set.
     * @default all of a model, or of a data set with a size of its own; else a tenth of the store
     */
    readonly readGiBPerRun?: number | Readonly<Record<string, number>>;
    /**
     * GiB that one run writes, in the same form.
     * @default a tenth of what it reads
     */
    readonly writeGiBPerRun?: number | Readonly<Record<string, number>>;
    /**
     * Hours that one pod takes, or the hours on each acceptable accelerator, which lets the plan compare them.
     * @default 1, in estimates
     */
    readonly hoursPerRun?: number | Readonly<Partial<Record<AcceleratorName, number>>>;
    /** Runs a month, in estimates. @default from the schedule; 1 without one */
    readonly runsPerMonth?: number;
    /**
     * Cron expression, such as `0 2 * * *`.
     * @default none: it runs once, and again when its definition changes
     */
    readonly schedule?: string;
    /** Time zone of the schedule, by its IANA name. @default Etc/UTC */
    readonly timeZone?: string;
    /** Accelerator, or a list in order of preference. @default none: CPU */
    readonly accelerator?: AcceleratorName | readonly AcceleratorName[];
    /** Accelerators of one pod. @default 1 */
    readonly acceleratorsPerReplica?: number;
    readonly resources?: ResourcesArgs;
    /** Pods at a time. @default 1 */
    readonly parallelism?: number;
    /** Shards: each pod gets its own number in `JOB_COMPLETION_INDEX`. @default the parallelism */
    readonly completions?: number;
    /** Retries of one shard; evictions of spot nodes don't count. @default 3 */
    readonly retries?: number;
    /** Hours after which a run is ended. @default 24 */
    readonly deadlineHours?: number;
    /**
     * Hours that a finished run is kept for its logs. A job without a schedule that has gone by its age is run again
     * by the `pulumi up` after a `pulumi refresh`.
     * @default 24 with a schedule; without one, kept until it is changed or removed
     */
    readonly keepFinishedHours?: number;
    /** May run on spot capacity. @default true */
    readonly spot?: boolean;
    /** Namespace on the cluster. It is created with a cluster that is, and must exist on any other. @default default */
    readonly namespace?: string;
}
