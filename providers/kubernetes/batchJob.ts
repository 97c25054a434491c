import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { batch, core } from "@pulumi/kubernetes/types/input";
import { CronJob, Job } from "@pulumi/kubernetes/batch/v1";
import type { BatchJobHandle, BatchJobSpec, ClusterHandle, WorkloadAccess } from "../cloud";
import type { Scope } from "../scope";
import { podParts, serviceAccountOf, type PodParts } from "./access";
import { containerEnvironment, publicText, type ContainerEnvironment } from "./environment";
import { objectLabels } from "./labels";
import { NAMES } from "./names";
import { namespaceOf } from "./namespaces";
import { graceSeconds, place } from "./scheduling";

/** Seconds that a container gets to write what it has done, where its node leaves the time. */
const GRACE_SECONDS = 60;
/** A schedule that was missed for longer than this is skipped; without a limit, 100 missed ones stop a CronJob. */
const STARTING_DEADLINE_SECONDS = 3600;
/**
 * No autoscaler moves the pods to empty a node: hours of work would start over to save minutes of a machine. A spot
 * node that goes takes them all the same. For the cluster autoscaler of all clouds, and for Karpenter.
 */
const NOT_MOVED = {
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
};
/** Share of the shards that may fail before the others are stopped too: a few bad inputs, but no broken image. */
const FAILED_SHARE = 0.1;

/** Work that ends: a Job, or a CronJob where it has a schedule. */
export function batchJob(
    spec: BatchJobSpec,
    workload: WorkloadAccess,
    cluster: ClusterHandle,
    outer: Scope,
): BatchJobHandle {
    const scope = outer.using(cluster.provider);
    const before = [...cluster.ready, ...namespaceOf(spec.namespace, scope, cluster)];
    const account = serviceAccountOf(workload, spec.namespace, scope, before);
    const parts = podParts(workload, spec.namespace, scope, before);
    const environment = containerEnvironment(spec.environment, spec.namespace, scope, before);
    const labels = labelsOf(scope);
    const template = {
        metadata: { labels: { ...labels, ...workload.access.podLabels }, annotations: NOT_MOVED },
        spec: podOf(spec, workload, parts, environment, cluster, scope),
    };
    const dependsOn = [...before, account, ...workload.access.dependencies];
    const job =
        spec.schedule === undefined
            ? runOnce(spec, template, workload.access.podLabels, scope, dependsOn)
            : scheduled(spec, spec.schedule, template, scope, dependsOn);
    return {
        jobName: job.metadata.name,
        identity: pulumi.output(`system:serviceaccount:${spec.namespace}:${workload.serviceAccount}`),
        nodes: { job, account, ...parts.nodes, ...environment.nodes },
    };
}

/**
 * Most of a Job can't be changed, so its name carries a hash of that part: a change makes a new Job beside the old
 * one, which then goes, and an interrupted update that is run again meets its Job instead of starting the work twice.
 * Parallelism is in it, since the provider replaces a Job for that too (pulumi-kubernetes diff.go) and would delete
 * the one of the same name first. The deadline and the time that it is kept can be changed, and don't start it again;
 * nor do cost tags, which the pods keep as they were.
 */
function runOnce(
    spec: BatchJobSpec,
    template: core.v1.PodTemplateSpec,
    podLabels: Readonly<Record<string, string>>,
    scope: Scope,
    dependsOn: pulumi.Resource[],
): Job {
    const job = jobSpec(spec, template);
    const labels = labelsOf(scope);
    const base = scope.physicalName(NAMES.job);
    const { completions, completionMode, parallelism, backoffLimitPerIndex, podFailurePolicy } = job;
    const immutable = {
        ...{ completions, completionMode, parallelism, backoffLimitPerIndex, podFailurePolicy },
        template: { labels: podLabels, spec: template.spec },
    };
    const hash = pulumi
        .output(immutable)
        .apply((known) => createHash("sha256").update(JSON.stringify(known)).digest("hex").slice(0, 8));
    return scope.child(
        "job",
        Job,
        {
            metadata: {
                // A hash gives no secret away, and a secret name would hide which Job it is.
                name: pulumi.interpolate`${base}-${pulumi.unsecret(hash)}`,
                namespace: spec.namespace,
                labels,
                // The work may take days: the update is done when the Job exists, not when it has ended.
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: job,
        },
        {
            dependsOn,
            ignoreChanges: Object.keys(labels).map((key) => `spec.template.metadata.labels["${key}"]`),
        },
    );
}

function labelsOf(scope: Scope): Record<string, string> {
    return objectLabels(scope, "batch-job");
}

function scheduled(
    spec: BatchJobSpec,
    schedule: string,
    template: core.v1.PodTemplateSpec,
    scope: Scope,
    dependsOn: pulumi.Resource[],
): CronJob {
    const labels = labelsOf(scope);
    return scope.child(
        "job",
        CronJob,
        {
            metadata: { name: scope.physicalName(NAMES.cronJob), namespace: spec.namespace, labels },
            spec: {
                schedule,
                timeZone: spec.timeZone,
                concurrencyPolicy: "Forbid",
                startingDeadlineSeconds: STARTING_DEADLINE_SECONDS,
                successfulJobsHistoryLimit: 3,
                failedJobsHistoryLimit: 3,
                jobTemplate: { metadata: { labels }, spec: jobSpec(spec, template) },
            },
        },
        { dependsOn },
    );
}

function jobSpec(spec: BatchJobSpec, template: core.v1.PodTemplateSpec): batch.v1.JobSpec {
    const sharded = spec.completions > 1;
    return {
        parallelism: spec.parallelism,
        completions: spec.completions,
        ...(sharded
            ? {
                  completionMode: "Indexed",
                  backoffLimitPerIndex: spec.retries,
                  maxFailedIndexes: Math.floor(spec.completions * FAILED_SHARE),
              }
            : { backoffLimit: spec.retries }),
        // First: a pod whose node was taken away is started again and counts as no retry.
        podFailurePolicy: {
            rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
        },
        // A pod that is ending still holds its accelerator, and two of one index would write the same output.
        podReplacementPolicy: "Failed",
        activeDeadlineSeconds: spec.deadlineSeconds,
        ...(spec.keepFinishedSeconds === undefined
            ? {}
            : { ttlSecondsAfterFinished: spec.keepFinishedSeconds }),
        template,
    };
}

function podOf(
    spec: BatchJobSpec,
    workload: WorkloadAccess,
    parts: PodParts,
    environment: ContainerEnvironment,
    cluster: ClusterHandle,
    scope: Scope,
): core.v1.PodSpec {
    const placement = pulumi.output(cluster.pools).apply((pools) =>
        place(pools, {
            accelerators: spec.accelerators,
            resources: spec.resources,
            spotTolerant: spec.spotTolerant,
            preferSpot: spec.spotTolerant,
        }),
    );
    const shared = spec.resources.accelerators > 1;
    return {
        serviceAccountName: workload.serviceAccount,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        // A pod failure policy allows nothing else; retries are the Job's.
        restartPolicy: "Never",
        terminationGracePeriodSeconds: placement.apply(({ spot }) =>
            graceSeconds(GRACE_SECONDS, spot, cluster.cloud),
        ),
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        nodeSelector: placement.apply(({ nodeSelector }) => nodeSelector),
        affinity: placement.apply(({ nodeAffinity }) => (nodeAffinity ? { nodeAffinity } : undefined)),
        tolerations: placement.apply(({ tolerations }) => [...tolerations]),
        containers: [
            {
                name: "job",
                image: spec.image,
                ...(spec.command ? { command: publicText(spec.command, "command", scope) } : {}),
                args: publicText(spec.args, "args", scope),
                env: [...parts.environment, ...environment.variables],
                resources: { requests: placement.quantities, limits: placement.quantities },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
                volumeMounts: [
                    ...parts.data.mounts,
                    ...parts.credentials.mounts,
                    ...(shared ? [{ name: "shared-memory", mountPath: "/dev/shm" }] : []),
                ],
            },
        ],
        volumes: [
            ...parts.data.volumes,
            ...parts.credentials.volumes,
            ...(shared ? [{ name: "shared-memory", emptyDir: { medium: "Memory" } }] : []),
        ],
    };
}
