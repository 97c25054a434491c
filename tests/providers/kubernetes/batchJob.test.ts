import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { BatchJobSpec, ClusterHandle, PodAccess } from "../../../providers/cloud";
import { orchestrator } from "../../../providers/kubernetes";
import { clusterOf, L4_POOL, record, scopeOf, unknown, workload } from "./support";

const SPEC: BatchJobSpec = {
    namespace: "default",
    image: "registry.example.com/score:1.4.0",
    args: ["--all"],
    environment: [],
    accelerators: ["L4"],
    resources: { cpu: "6", memory: "24Gi", accelerators: 1 },
    timeZone: "Europe/Berlin",
    parallelism: 4,
    completions: 64,
    retries: 3,
    deadlineSeconds: 7200,
    keepFinishedSeconds: 3600,
    spotTolerant: true,
};

interface Given {
    readonly spec?: Partial<BatchJobSpec>;
    readonly access?: Partial<PodAccess>;
    readonly cluster?: () => Partial<ClusterHandle>;
    readonly preview?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
}

const run = (given: Given = {}) =>
    record(
        (recording) => {
            orchestrator.batchJob(
                { ...SPEC, ...given.spec },
                workload(given.access),
                clusterOf(given.cluster?.()),
                scopeOf(recording, { name: "nightly", ...(given.tags ? { tags: given.tags } : {}) }),
            );
        },
        { preview: given.preview ?? false },
    );

const jobOf = async (given: Given = {}) => (await run(given)).named("nightly-job").inputs;

describe("a job on a cluster", () => {
    it("is a Job with indexed completions whose shards are retried one by one", async () => {
        const recording = await run();
        const { type, inputs } = recording.named("nightly-job");
        assert.equal(type, "kubernetes:batch/v1:Job");
        const { template: _, ...spec } = inputs.spec;
        assert.deepEqual(spec, {
            parallelism: 4,
            completions: 64,
            completionMode: "Indexed",
            backoffLimitPerIndex: 3,
            maxFailedIndexes: 6,
            podFailurePolicy: {
                rules: [
                    { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
                ],
            },
            podReplacementPolicy: "Failed",
            activeDeadlineSeconds: 7200,
            ttlSecondsAfterFinished: 3600,
        });
        assert.equal(inputs.spec.template.spec.restartPolicy, "Never");
    });

    it("has one limit of retries where there is one completion", async () => {
        const { spec } = await jobOf({ spec: { completions: 1, parallelism: 1 } });
        assert.equal(spec.backoffLimit, 3);
        for (const absent of ["completionMode", "backoffLimitPerIndex", "maxFailedIndexes"]) {
            assert.ok(!(absent in spec), absent);
        }
    });

    it("ignores evictions before anything else counts as a failure", async () => {
        const [first] = (await jobOf()).spec.podFailurePolicy.rules;
        assert.equal(first.action, "Ignore");
        assert.equal(first.onPodConditions[0].type, "DisruptionTarget");
    });

    it("does not keep the update waiting until the work has ended", async () => {
        assert.equal((await jobOf()).metadata.annotations["pulumi.com/skipAwait"], "true");
    });

    it("has a name that changes with what can't be changed in place and with nothing else", async () => {
        const name = async (spec: Partial<BatchJobSpec>) => (await jobOf({ spec })).metadata.name as string;
        const first = await name({});
        assert.match(first, /^nightly-[0-9a-f]{8}$/);
        assert.equal(await name({}), first);
        for (const mutable of [{ deadlineSeconds: 60 }, { keepFinishedSeconds: 60 }]) {
            assert.equal(await name(mutable), first, JSON.stringify(mutable));
        }
        const parts = [
            { image: "other:1" },
            { completions: 32 },
            { parallelism: 2 },
            { retries: 1 },
            { args: [] },
        ];
        for (const immutable of parts) {
            assert.notEqual(await name(immutable), first, JSON.stringify(immutable));
        }
    });

    it("does not start again when a cost tag changes", async () => {
        const tagged = async (owner: string) => {
            const recording = await run({ tags: { owner } });
            const { metadata } = recording.named("nightly-job").inputs;
            return { metadata, ignored: recording.options.get("job")?.ignoreChanges ?? [] };
        };
        const [before, after] = [await tagged("ml"), await tagged("search")];
        assert.notEqual(after.metadata.labels.owner, before.metadata.labels.owner);
        assert.equal(after.metadata.name, before.metadata.name);
        assert.ok(after.ignored.includes('spec.template.metadata.labels["owner"]'));
    });

    it("starts again with the labels that another cloud's identity needs", async () => {
        const name = async (access: Partial<PodAccess>) => (await jobOf({ access })).metadata.name as string;
        const labels = { "azure.workload.identity/use": "true" };
        assert.notEqual(await name({ podLabels: labels }), await name({}));
    });

    it("is not moved by an autoscaler that empties nodes", async () => {
        for (const spec of [{}, { schedule: "0 2 * * *" }]) {
            const { inputs } = (await run({ spec })).named("nightly-job");
            const { annotations } = (inputs.spec.jobTemplate?.spec ?? inputs.spec).template.metadata;
            assert.equal(annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"], "false");
            assert.equal(annotations["karpenter.sh/do-not-disrupt"], "true");
        }
    });

    it("is a CronJob of a fixed name where it has a schedule", async () => {
        const recording = await run({ spec: { schedule: "0 2 * * *" } });
        const { type, inputs } = recording.named("nightly-job");
        assert.equal(type, "kubernetes:batch/v1:CronJob");
        assert.equal(inputs.metadata.name, "nightly");
        const { jobTemplate, ...spec } = inputs.spec;
        assert.deepEqual(spec, {
            schedule: "0 2 * * *",
            timeZone: "Europe/Berlin",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 3600,
            successfulJobsHistoryLimit: 3,
            failedJobsHistoryLimit: 3,
        });
        assert.equal(jobTemplate.spec.completionMode, "Indexed");
        assert.ok(!("annotations" in inputs.metadata));
    });

    it("runs on the pool, on spot first, with the grace that spot leaves", async () => {
        const spot = { ...L4_POOL, spot: true, onDemandBase: 1 };
        const { spec } = (await jobOf({ cluster: () => ({ cloud: "azure", pools: [spot] }) })).spec.template;
        assert.equal(spec.terminationGracePeriodSeconds, 25);
        assert.deepEqual(spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution, [
            {
                weight: 50,
                preference: {
                    matchExpressions: [{ key: "barycenter/capacity", operator: "In", values: ["spot"] }],
                },
            },
        ]);
        const onDemand = (await jobOf()).spec.template.spec;
        assert.equal(onDemand.terminationGracePeriodSeconds, 60);
        assert.deepEqual(onDemand.nodeSelector, { "barycenter/pool": "l4" });
        assert.ok(!("affinity" in onDemand));
    });

    it("asks for its device with limits equal to requests", async () => {
        const [container] = (await jobOf()).spec.template.spec.containers;
        const resources = { cpu: "6", memory: "24Gi", "nvidia.com/gpu": "1" };
        assert.deepEqual(container.resources, { requests: resources, limits: resources });
        assert.deepEqual(container.securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
        });
    });

    it("reads and writes folders of one volume by mounts of their own", async () => {
        const claims = [
            { claim: "data", path: "/mnt/data/in", readOnly: true, subPath: "in" },
            { claim: "data", path: "/mnt/data/out", readOnly: false, subPath: "out" },
        ];
        const { spec } = (await jobOf({ access: { claims } })).spec.template;
        assert.deepEqual(spec.volumes, [{ name: "store-0", persistentVolumeClaim: { claimName: "data" } }]);
        assert.deepEqual(spec.containers[0].volumeMounts, [
            { name: "store-0", mountPath: "/mnt/data/in", readOnly: true, subPath: "in" },
            { name: "store-0", mountPath: "/mnt/data/out", readOnly: false, subPath: "out" },
        ]);
    });

    it("gives its container what its access needs, secrets as references alone", async () => {
        const { spec } = (
            await jobOf({
                spec: { environment: [{ name: "TOKEN", secret: { name: "api", key: "token" } }] },
                access: {
                    environment: [{ name: "AWS_ROLE_ARN", value: "arn:aws:iam::1:role/r" }],
                    tokens: [{ path: "/var/run/secrets/aws/token", audience: "sts.amazonaws.com" }],
                },
            })
        ).spec.template;
        assert.deepEqual(spec.containers[0].env, [
            { name: "AWS_ROLE_ARN", value: "arn:aws:iam::1:role/r" },
            { name: "TOKEN", valueFrom: { secretKeyRef: { name: "api", key: "token" } } },
        ]);
        assert.deepEqual(spec.containers[0].volumeMounts, [
            { name: "credentials-0", mountPath: "/var/run/secrets/aws", readOnly: true },
        ]);
        assert.equal(spec.automountServiceAccountToken, false);
    });

    it("carries cost labels on the job and its pods", async () => {
        for (const schedule of [undefined, "@daily"]) {
            const inputs = await jobOf({ spec: schedule === undefined ? {} : { schedule } });
            const template = (inputs.spec.jobTemplate?.spec ?? inputs.spec).template;
            for (const { labels } of [inputs.metadata, template.metadata]) {
                assert.equal(labels["cost-centre"], "42");
                assert.equal(labels["barycenter/component"], "nightly");
            }
        }
    });

    it("waits for the cluster's nodes, so that it goes before them", async () => {
        const recording = await run();
        assert.deepEqual(recording.waitsFor("job"), ["nodes", "nightly-account"]);
    });

    it("expects its namespace on a cluster that exists already", async () => {
        const recording = await run({ spec: { namespace: "ml" }, cluster: () => ({ adopted: true }) });
        assert.ok(!recording.resources.some(({ type }) => type.endsWith(":Namespace")));
        assert.equal(recording.named("nightly-job").inputs.metadata.namespace, "ml");
    });

    it("makes a namespace once on a created cluster, where nothing can take over its node", async () => {
        const recording = await record((recorded) => {
            const cluster = clusterOf();
            for (const name of ["one", "two"]) {
                orchestrator.batchJob(
                    { ...SPEC, namespace: "ml" },
                    workload(),
                    cluster,
                    scopeOf(recorded, { name }),
                );
            }
        });
        const namespaces = recording.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
        assert.deepEqual(
            namespaces.map(({ name }) => name),
            ["serving-provider-namespace-ml"],
        );
        assert.equal(namespaces[0]?.inputs.metadata.labels["pod-security.kubernetes.io/enforce"], "baseline");
        assert.deepEqual(recording.waitsFor("job"), [
            "nodes",
            "serving-provider-namespace-ml",
            "two-account",
        ]);
    });

    it("registers the same objects whether the pools are known or not", async () => {
        const known = await run();
        const preview = await run({
            preview: true,
            cluster: () => ({ pools: unknown<(typeof L4_POOL)[]>() }),
        });
        assert.deepEqual(preview.shape, known.shape);
    });

    it("hides no secret in its name", async () => {
        const { inputs } = (await run({ spec: { image: pulumi.secret("private:1") } })).named("nightly-job");
        assert.match(inputs.metadata.name, /^nightly-[0-9a-f]{8}$/);
    });
});
