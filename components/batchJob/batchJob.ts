import * as pulumi from "@pulumi/pulumi";
import { loadOrchestrator } from "../../providers";
import type { BatchJobHandle } from "../../providers/cloud";
import { clusterAccess, serviceAccountName } from "../access";
import { Component, unknownOutput } from "../component";
import { declare } from "../declaration";
import type { Declaration } from "../declared";
import { isGpuCluster } from "../gpuCluster";
import type { BatchJobArgs } from "./args";
import { jobDemand } from "./demand";
import { batchJobSchema, resolveJob, storesOf, type JobSpec } from "./resolve";

/**
 * Work that ends: a Kubernetes Job, or a CronJob when it has a schedule. Shards by index, retries that evictions of
 * spot nodes don't count against, a deadline, and access to exactly the stores it names.
 *
 * @example
 * ```ts
 * new BatchJob("nightly", {
 *     runOn: cluster,
 *     image: "registry.example.com/score:1.4.0",
 *     reads: weights.model("ranker"),
 *     writes: results.dataset("scores"),
 *     accelerator: ["L4", "T4"],
 *     schedule: "0 2 * * *",
 *     parallelism: 4,
 *     completions: 64,
 * });
 * ```
 */
export class BatchJob extends Component {
    /** Name of the Job or CronJob in its namespace. */
    readonly jobName: pulumi.Output<string>;
    /** Principal that it runs as, in its cloud's own form; empty where it needs none. */
    readonly identity: pulumi.Output<string>;

    private readonly handle?: BatchJobHandle;

    /** @throws InvalidComponentError listing every problem of the arguments */
    constructor(name: string, args: BatchJobArgs, opts?: pulumi.ComponentResourceOptions) {
        const declaration = declareJob(name, args, opts?.parent);
        super("BatchJob", name, declaration, opts);
        if (!declaration.valid) {
            this.jobName = this.identity = unknownOutput();
            this.registerOutputs({});
            return;
        }
        const { spec, settings } = declaration.valid;
        const scope = this.scope(name, settings);
        const serviceAccount = serviceAccountName(scope, "job");
        const account = { cluster: spec.cluster.handle, namespace: spec.job.namespace, serviceAccount };
        const { access, identity } = clusterAccess(spec.uses, account, scope);
        const workload = { serviceAccount, access };
        const handle = loadOrchestrator().batchJob(spec.job, workload, spec.cluster.handle, scope);
        this.checkCustomizers("BatchJob", name, scope);
        this.handle = handle;
        this.jobName = handle.jobName;
        this.identity = identity;
        this.registerOutputs({
            cloud: settings.site.cloud,
            region: settings.site.region,
            jobName: this.jobName,
            identity: this.identity,
            spot: spec.job.spotTolerant,
            tags: scope.tags(),
            ...(this.monthlyCost ? { monthlyCost: this.monthlyCost } : {}),
        });
    }

    /** The raw resources, by child suffix. Typed for one cloud by `barycenter/aws` and its siblings. */
    get nodes(): Readonly<Record<string, pulumi.Resource>> {
        return this.handle?.nodes ?? {};
    }
}

function declareJob(
    name: string,
    args: BatchJobArgs,
    parent: pulumi.Resource | undefined,
): Declaration<JobSpec> {
    const cluster = isGpuCluster(args?.runOn) ? args.runOn : undefined;
    return declare<BatchJobArgs, JobSpec>("BatchJob", name, args, {
        schema: batchJobSchema,
        parent,
        guest: true,
        demand: (given) => jobDemand(given),
        inherited: () => cluster?.site && { site: cluster.site },
        references: () => [...(cluster ? [cluster] : []), ...storesOf(args)],
        resolve: resolveJob,
        describe: ({ job: { environment, ...job }, uses }) => ({
            ...job,
            environment: environment.map((variable) => variable.name),
            uses: uses.map(({ store, path, mode }) => ({ store: store.resourceName, path, mode })),
        }),
    });
}
