import assert from "node:assert/strict";
import * as path from "node:path";
import { ApiServer, type KubernetesObject } from "../support/engine/apiserver";
import { requireApiServer, requireCrds } from "../support/engine/require";

const container = { name: "main", image: "registry.example/model:1" };
const labels = { app: "chat" };

const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "chat", namespace: "serving" },
    spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
    },
} satisfies KubernetesObject;

const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "nightly", namespace: "serving" },
    spec: { template: { spec: { containers: [container], restartPolicy: "Never" } } },
} satisfies KubernetesObject;

const inferenceService = {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "chat", namespace: "serving" },
    spec: { predictor: { model: { modelFormat: { name: "triton" }, storageUri: "s3://models/chat" } } },
} satisfies KubernetesObject;

describe("the API server harness", function () {
    this.timeout(120_000);
    let server: ApiServer;

    before(async function () {
        requireApiServer(this);
        server = await ApiServer.start();
    });

    after(async () => {
        await server?.stop();
    });

    it("accepts a Deployment and a Job and completes them with defaults", async () => {
        const [applied] = await server.apply([deployment, job]);
        assert.equal((applied.spec as { progressDeadlineSeconds: number }).progressDeadlineSeconds, 600);
    });

    it("stores nothing in a dry run", async () => {
        const trial = { ...deployment, metadata: { ...deployment.metadata, name: "trial" } };
        const [first] = await server.apply([trial], { dryRun: true });
        const [second] = await server.apply([trial], { dryRun: true });
        assert.notEqual(first.metadata.uid, second.metadata.uid);
    });

    it("refuses a field that does not exist, and names each refused object", async () => {
        const wrong = { ...deployment, spec: { ...deployment.spec, replicaz: 2 } };
        const mistyped = { ...job, spec: { ...job.spec, parallelism: "two" } };
        await assert.rejects(server.apply([wrong, mistyped, job], { dryRun: true }), (error: Error) => {
            assert.match(error.message, /refused 2 of 3/);
            assert.match(error.message, /Deployment chat: .*replicaz/);
            assert.match(error.message, /Job nightly: .*parallelism/);
            return true;
        });
    });

    it("refuses a kind that it does not know", async () => {
        const unknown = { ...inferenceService, apiVersion: "example.org/v1" };
        await assert.rejects(server.apply([unknown]), /knows no kind InferenceService in example\.org\/v1/);
    });

    it("gives a kubeconfig with its address and certificate", () => {
        assert.match(server.kubeconfig, /server: https:\/\/127\.0\.0\.1:\d+/);
        assert.match(server.kubeconfig, /certificate-authority-data: \S+/);
    });

    describe("with an add-on's custom resource definitions", () => {
        before(async function () {
            await server.loadCrds(path.join(requireCrds(this), "kserve"));
        });

        it("accepts a KServe InferenceService", async () => {
            await server.apply([inferenceService]);
        });

        it("refuses a field that is not in the definition", async () => {
            const wrong = { ...inferenceService, spec: { predictor: { modl: {} } } };
            await assert.rejects(server.apply([wrong], { dryRun: true }), /InferenceService chat: .*modl/);
        });
    });
});
