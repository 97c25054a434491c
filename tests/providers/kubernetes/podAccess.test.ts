import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { orchestrator } from "../../../providers/kubernetes";
import { containerOf, predictorOf, serve } from "./serve";
import { clusterOf, record, scopeOf, SERVICE, workload } from "./support";

describe("the pods of a service", () => {
    it("fetches its model in a container that KServe leaves alone, from the folder and no other", async () => {
        const recording = await serve({
            access: { environment: [{ name: "AWS_DEFAULT_REGION", value: "eu-west-1" }] },
        });
        const [initializer] = predictorOf(recording).initContainers;
        assert.equal(initializer.name, "storage-initializer");
        assert.deepEqual(initializer.args, ["s3://weights/models/llama/3/", "/mnt/models"]);
        assert.deepEqual(initializer.command.slice(0, 2), ["python3", "-c"]);
        assert.match(initializer.command[2], /Storage\.download\(\*sys\.argv\[1:\]\)$/);
        // A role on one prefix may not ask for the bucket's head, nor read the blobs of `llama/30`.
        assert.match(initializer.command[2], /head_bucket = lambda/);
        assert.match(initializer.command[2], /_parse_azure_uri = staticmethod\(folder\)/);
        assert.deepEqual(initializer.env, [{ name: "AWS_DEFAULT_REGION", value: "eu-west-1" }]);
        assert.equal(initializer.securityContext.runAsNonRoot, true);
        const limits = { cpu: "6", memory: "24Gi" };
        assert.deepEqual(initializer.resources, { requests: limits, limits });
        assert.deepEqual(containerOf(recording).volumeMounts, [
            { name: "model", mountPath: "/mnt/models", readOnly: true },
        ]);
        assert.deepEqual(predictorOf(recording).volumes, [{ name: "model", emptyDir: {} }]);
    });

    it("gives another cloud's token and configuration to the fetching container alone", async () => {
        const recording = await serve({
            access: {
                tokens: [{ path: "/var/run/secrets/gcp/token", audience: "//iam.googleapis.com/pool" }],
                files: [
                    { path: "/var/run/secrets/gcp/config.json", content: "{}" },
                    { path: "/etc/aws/config", content: "[default]" },
                ],
                environment: [
                    { name: "GOOGLE_APPLICATION_CREDENTIALS", value: "/var/run/secrets/gcp/config.json" },
                ],
            },
        });
        const config = recording.named("chat-files");
        assert.deepEqual(config.inputs.data, { "file-0": "{}", "file-1": "[default]" });
        assert.equal(config.inputs.immutable, true);
        assert.ok(!("name" in config.inputs.metadata));
        const predictor = predictorOf(recording);
        assert.deepEqual(predictor.volumes.slice(1), [
            {
                name: "credentials-0",
                projected: {
                    sources: [
                        {
                            serviceAccountToken: {
                                audience: "//iam.googleapis.com/pool",
                                expirationSeconds: 3600,
                                path: "token",
                            },
                        },
                        {
                            configMap: {
                                name: "chat-files-1a2b",
                                items: [{ key: "file-0", path: "config.json" }],
                            },
                        },
                    ],
                },
            },
            { name: "files", configMap: { name: "chat-files-1a2b" } },
        ]);
        assert.deepEqual(predictor.initContainers[0].volumeMounts.slice(1), [
            { name: "credentials-0", mountPath: "/var/run/secrets/gcp", readOnly: true },
            { name: "files", mountPath: "/etc/aws/config", subPath: "file-1", readOnly: true },
        ]);
        assert.deepEqual(
            containerOf(recording).volumeMounts.map(({ name }: { name: string }) => name),
            ["model"],
        );
        assert.ok(
            !containerOf(recording).env.some(({ name }: { name: string }) => name.startsWith("GOOGLE")),
        );
    });

    it("mounts a model on a volume instead of fetching it", async () => {
        const recording = await serve({
            access: {
                claims: [
                    {
                        claim: "weights",
                        path: "/mnt/weights/models/llama/3",
                        readOnly: true,
                        subPath: "models/llama/3",
                    },
                ],
            },
        });
        const predictor = predictorOf(recording);
        assert.ok(!("initContainers" in predictor));
        assert.deepEqual(predictor.volumes, [
            { name: "store-0", persistentVolumeClaim: { claimName: "weights" } },
        ]);
        assert.deepEqual(containerOf(recording).volumeMounts, [
            { name: "store-0", mountPath: "/mnt/models", readOnly: true, subPath: "models/llama/3" },
        ]);
    });

    it("refuses a volume of another namespace", async () => {
        await assert.rejects(
            serve({
                access: {
                    claims: [
                        {
                            claim: "weights",
                            path: "/mnt/weights",
                            readOnly: true,
                            namespace: "data",
                        },
                    ],
                },
            }),
            (error: Error) => error instanceof pulumi.RunError && /namespace 'data'/.test(error.message),
        );
    });

    it("runs as its own account with the annotations of its identities and without a token of the cluster", async () => {
        const recording = await serve({
            access: {
                serviceAccountAnnotations: { "azure.workload.identity/client-id": "id" },
                podLabels: { "azure.workload.identity/use": "true" },
            },
        });
        const account = recording.named("chat-account").inputs;
        assert.equal(account.metadata.name, "chat");
        assert.deepEqual(account.metadata.annotations, { "azure.workload.identity/client-id": "id" });
        assert.equal(account.automountServiceAccountToken, false);
        const predictor = predictorOf(recording);
        assert.equal(predictor.serviceAccountName, "chat");
        assert.equal(predictor.automountServiceAccountToken, false);
        assert.equal(predictor.labels["azure.workload.identity/use"], "true");
    });

    it("gives pods no more privileges than they need", async () => {
        const triton = await serve({ spec: { server: "triton" } });
        assert.deepEqual(predictorOf(triton).securityContext, {
            seccompProfile: { type: "RuntimeDefault" },
            runAsNonRoot: true,
            runAsUser: 1000,
        });
        assert.deepEqual(containerOf(triton).securityContext, {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
        });
        assert.equal(predictorOf(triton).enableServiceLinks, false);
    });

    it("reads an S3-compatible store with keys that stay in their Secret", async () => {
        const recording = await serve({
            access: {
                environment: [
                    { name: "AWS_ENDPOINT_URL", value: "https://minio:9000" },
                    { name: "AWS_ACCESS_KEY_ID", secret: { name: "minio", key: "AWS_ACCESS_KEY_ID" } },
                ],
            },
        });
        assert.deepEqual(predictorOf(recording).initContainers[0].env, [
            { name: "AWS_ENDPOINT_URL", value: "https://minio:9000" },
            {
                name: "AWS_ACCESS_KEY_ID",
                valueFrom: { secretKeyRef: { name: "minio", key: "AWS_ACCESS_KEY_ID" } },
            },
        ]);
        assert.ok(!containerOf(recording).env.some(({ name }: { name: string }) => name.startsWith("AWS")));
    });

    it("needs no volume and no fetching without a model", async () => {
        const { model: _, ...without } = SERVICE;
        const recording = await record((recorded) => {
            orchestrator.inference(
                {
                    ...without,
                    server: "custom",
                    image: "mine:1",
                    port: 5000,
                    scaling: { min: 1, max: 1, metric: "cpu", target: 70 },
                },
                workload(),
                clusterOf(),
                scopeOf(recorded),
            );
        });
        assert.ok(!("initContainers" in predictorOf(recording)));
        assert.deepEqual(predictorOf(recording).volumes, []);
        assert.deepEqual(containerOf(recording).ports, [
            { name: "http1", containerPort: 5000, protocol: "TCP" },
        ]);
        assert.deepEqual(containerOf(recording).readinessProbe.tcpSocket, { port: "http1" });
        assert.ok(!("livenessProbe" in containerOf(recording)));
        assert.ok(!recording.has("chat-monitor"));
    });

    it("keeps secrets as references", async () => {
        const recording = await serve({
            spec: { environment: [{ name: "HF_TOKEN", secret: { name: "hf", key: "token" } }] },
        });
        assert.deepEqual(containerOf(recording).env.at(-1), {
            name: "HF_TOKEN",
            valueFrom: { secretKeyRef: { name: "hf", key: "token" } },
        });
    });
});
