import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { InferenceHandle, ManagedInferenceSpec, ModelSpec } from "../../../providers/cloud";
import { cloud } from "../../../providers/gcp";
import { HOST, NUMBER, PROJECT, record, scopeOf, valueOf, type ScopeSettings } from "./support";

const IMAGE = "europe-docker.pkg.dev/acme/servers/triton:26.07";

const SPEC: ManagedInferenceSpec = {
    server: "triton",
    image: IMAGE,
    args: [],
    port: 8080,
    environment: [{ name: "LOG_LEVEL", value: "info" }],
    accelerators: ["L4"],
    resources: { cpu: "4", memory: "16Gi", accelerators: 1 },
    scaling: { min: 1, max: 4, metric: "gpuUtilization", target: 70 },
    startupSeconds: 600,
    drainSeconds: 30,
    machine: { accelerator: "L4", type: "g2-standard-8", count: 1, vcpu: 8, memoryGiB: 32 },
    expose: "internet",
    rollout: "canary",
};

async function service(
    spec: Partial<ManagedInferenceSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
) {
    let handle!: InferenceHandle;
    const recording = await record(
        (into) => {
            const store = cloud.adoptObjectStore(
                { url: "gs://weights", namespace: "default" },
                scopeOf(into, { name: "w" }),
            );
            const model: ModelSpec = {
                name: "llama",
                version: "3",
                format: "triton",
                sizeGiB: 16,
                store,
                path: "models/llama/3",
            };
            handle = cloud.managedInference(
                { ...SPEC, model, ...spec },
                scopeOf(into, { name: "chat", ...settings }),
            );
        },
        { preview },
    );
    return { recording, handle };
}

const deployment = async (spec: Partial<ManagedInferenceSpec> = {}, settings: ScopeSettings = {}) =>
    (await service(spec, settings)).recording.named("chat-deployment").inputs;

const site = (zone = {}) => ({ cloud: "gcp" as const, region: "europe-west4", zone });

describe("a managed service on Vertex AI", () => {
    it("is an endpoint, a deployment and an account with access to its model alone", async () => {
        const { recording } = await service();
        assert.deepEqual(recording.shape, [
            "barycenter:index:Test chat",
            "barycenter:index:Test w",
            "gcp:projects/service:Service chat-api-aiplatform",
            "gcp:projects/service:Service chat-api-iam",
            "gcp:serviceaccount/account:Account chat-identity",
            "gcp:storage/bucketIAMMember:BucketIAMMember chat-model-bucket",
            "gcp:storage/bucketIAMMember:BucketIAMMember chat-model-objects",
            "gcp:vertex/aiEndpoint:AiEndpoint chat-endpoint",
            "pulumi-nodejs:dynamic/gcp:VertexDeployment chat-deployment",
        ]);
        assert.equal(recording.named("chat-model-objects").inputs.role, "roles/storage.objectViewer");
        assert.deepEqual(recording.waitsFor("deployment"), [
            "chat-api-aiplatform",
            "chat-api-iam",
            "chat-model-objects",
            "chat-model-bucket",
        ]);
        assert.deepEqual(recording.waitsFor("endpoint"), ["chat-api-aiplatform", "chat-api-iam"]);
    });

    it("has an endpoint with a numeric name, labels and a domain of its own", async () => {
        const { recording } = await service();
        const { name, ...inputs } = recording.named("chat-endpoint").inputs;
        assert.match(name, /^[1-9]\d{9}$/);
        assert.deepEqual(inputs, {
            displayName: "chat-endpoint",
            project: PROJECT,
            location: "europe-west4",
            region: "europe-west4",
            labels: { component: "chat", "managed-by": "barycenter", owner: "ml" },
            dedicatedEndpointEnabled: true,
        });
        assert.deepEqual(recording.option("endpoint").ignoreChanges, ["trafficSplit"]);
    });

    it("tells its address, its revision, its account and how to call it", async () => {
        const { recording, handle } = await service();
        const { name } = recording.named("chat-endpoint").inputs;
        const { modelId, serviceAccount } = recording.named("chat-deployment").inputs;
        assert.equal(
            await valueOf(handle.url),
            // What the deployment tells: the endpoint itself has no domain before its first model.
            `https://${HOST}/v1/projects/${PROJECT}/locations/europe-west4/endpoints/${name}:rawPredict`,
        );
        assert.equal(await valueOf(handle.revision), modelId);
        assert.equal(await valueOf(handle.identity), `serviceAccount:${serviceAccount}`);
        assert.equal(await valueOf(handle.accelerator), "L4");
        assert.match(handle.client.authentication, /roles\/aiplatform\.user/);
    });

    it("is reachable from the site's network alone unless it is on the internet", async () => {
        const { recording, handle } = await service(
            { expose: "network" },
            {
                zone: {
                    account: PROJECT,
                    network: "https://www.googleapis.com/compute/v1/projects/host/global/networks/vpc",
                },
            },
        );
        const { inputs } = recording.named("chat-endpoint");
        assert.equal("dedicatedEndpointEnabled" in inputs, false);
        assert.deepEqual(inputs.privateServiceConnectConfig, {
            enablePrivateServiceConnect: true,
            projectAllowlists: [PROJECT],
            pscAutomationConfigs: [{ projectId: PROJECT, network: "projects/host/global/networks/vpc" }],
        });
        assert.match((await valueOf(handle.url))!, /^http:\/\/10\.0\.0\.9\/v1\//);
    });

    it("encrypts endpoint and model with the key, after Vertex AI's agent may use it", async () => {
        const { recording } = await service({ encryptionKey: "k" });
        assert.deepEqual(recording.named("chat-endpoint").inputs.encryptionSpec, { kmsKeyName: "k" });
        assert.equal(recording.named("chat-deployment").inputs.encryptionKey, "k");
        assert.equal(
            recording.named("chat-key-grant").inputs.member,
            `serviceAccount:service-${NUMBER}@gcp-sa-aiplatform.iam.gserviceaccount.com`,
        );
        assert.ok(recording.waitsFor("endpoint").includes("chat-key-grant"));
        assert.ok(recording.waitsFor("key-grant").includes("chat-agent"));
    });

    it("calls as the account that the landing zone names", async () => {
        const role = "deployer@acme-ml.iam.gserviceaccount.com";
        assert.equal((await deployment({}, { zone: { account: PROJECT, role } })).impersonate, role);
        assert.equal("impersonate" in (await deployment()), false);
    });
});

describe("the servers on Vertex AI", () => {
    it("run Triton in Vertex AI's own mode on the store's repository", async () => {
        const { container, ...inputs } = await deployment();
        assert.deepEqual(container, {
            imageUri: IMAGE,
            command: ["tritonserver"],
            args: [
                "--model-repository=gs://weights/models/llama/3",
                "--allow-vertex-ai=true",
                "--vertex-ai-port=8080",
            ],
            env: [{ name: "LOG_LEVEL", value: "info" }],
            ports: [{ containerPort: 8080 }],
            deploymentTimeout: "1500s",
        });
        assert.equal("artifactUri" in inputs, false);
    });

    it("run vLLM from Google's pinned build where no image is named", async () => {
        const { container } = await deployment({
            server: "vllm",
            image: undefined,
            args: ["--max-model-len=8192"],
            machine: { ...SPEC.machine, type: "g2-standard-24", count: 2 },
        });
        assert.match(
            container.imageUri,
            /^us-docker\.pkg\.dev\/vertex-ai\/vertex-vision-model-garden-dockers\/pytorch-vllm-serve:\d{8}_/,
        );
        assert.deepEqual(container.command, ["python", "-m", "vllm.entrypoints.api_server"]);
        assert.deepEqual(container.args, [
            "--host=0.0.0.0",
            "--port=8080",
            "--model=gs://weights/models/llama/3",
            "--tensor-parallel-size=2",
            "--max-model-len=8192",
        ]);
        assert.deepEqual([container.predictRoute, container.healthRoute], ["/generate", "/ping"]);
        assert.equal(container.sharedMemorySizeMb, "16384");
    });

    it("run vLLM's own image with its streamer and the OpenAI routes", async () => {
        const { container } = await deployment({ server: "vllm", image: "europe-docker.pkg.dev/a/b/vllm:1" });
        assert.equal("command" in container, false);
        assert.ok(container.args.includes("--load-format=runai_streamer"));
        assert.equal(container.predictRoute, "/v1/chat/completions");
    });

    it("have the model copied for a container of the user's, which Vertex AI may read for it", async () => {
        const { recording } = await service({ server: "custom" });
        const { artifactUri, container } = recording.named("chat-deployment").inputs;
        assert.equal(artifactUri, "gs://weights/models/llama/3");
        assert.equal("predictRoute" in container, false);
        assert.equal(
            recording.named("chat-copy-objects").inputs.member,
            `serviceAccount:service-${NUMBER}@gcp-sa-aiplatform.iam.gserviceaccount.com`,
        );
        // An agent that is made by name gets no role by itself, and needs it whoever else goes.
        assert.equal(recording.named("chat-agent-role").inputs.role, "roles/aiplatform.serviceAgent");
        assert.equal(recording.option("agent-role").retainOnDelete, true);
        assert.ok(recording.waitsFor("deployment").includes("chat-agent-role"));
    });

    it("wait no longer for a model than Vertex AI does", async () => {
        assert.equal((await deployment({ startupSeconds: 9000 })).container.deploymentTimeout, "7200s");
    });
});

describe("the machines on Vertex AI", () => {
    it("carry the accelerator by Vertex AI's own name", async () => {
        const { machine, spot } = await deployment();
        assert.deepEqual(machine, {
            machineType: "g2-standard-8",
            acceleratorType: "NVIDIA_L4",
            acceleratorCount: 1,
        });
        assert.equal(spot, false);
    });

    it("carry TPU by type and topology, and none on CPU", async () => {
        const tpu = {
            accelerator: "tpu-v6e",
            type: "ct6e-standard-4t",
            count: 4,
            vcpu: 180,
            memoryGiB: 720,
            topology: "2x2",
        } as const;
        assert.deepEqual((await deployment({ machine: tpu })).machine, {
            machineType: "ct6e-standard-4t",
            tpuTopology: "2x2",
        });
        const cpu = { type: "n2-standard-8", count: 0, vcpu: 8, memoryGiB: 32 };
        assert.deepEqual((await deployment({ machine: cpu })).machine, { machineType: "n2-standard-8" });
    });

    it("are spot where they are sold as nothing else", async () => {
        const machine = {
            accelerator: "H100",
            type: "a3-highgpu-1g",
            count: 1,
            vcpu: 26,
            memoryGiB: 234,
            spotOnly: true,
        } as const;
        assert.equal((await deployment({ machine })).spot, true);
    });
});

describe("the scaling on Vertex AI", () => {
    const metrics = async (
        scaling: Partial<ManagedInferenceSpec["scaling"]>,
        spec: Partial<ManagedInferenceSpec> = {},
    ) => (await deployment({ scaling: { ...SPEC.scaling, ...scaling }, ...spec })).metrics;
    const online = "aiplatform.googleapis.com/prediction/online";

    it("follows the metric that is asked for, where Vertex AI has it", async () => {
        assert.deepEqual(await metrics({}), [{ metricName: `${online}/accelerator/duty_cycle`, target: 70 }]);
        assert.deepEqual(await metrics({ metric: "cpu", target: 50 }), [
            { metricName: `${online}/cpu/utilization`, target: 50 },
        ]);
        assert.deepEqual(await metrics({ metric: "requestsPerSecond", target: 2 }), [
            { metricName: `${online}/request_count`, target: 120 },
        ]);
    });

    it("falls back to utilisation where it has not", async () => {
        assert.deepEqual(await metrics({ metric: "queueDepth", target: 8 }), [
            { metricName: `${online}/accelerator/duty_cycle`, target: 60 },
        ]);
        const machine = { type: "n2-standard-8", count: 0, vcpu: 8, memoryGiB: 32 };
        assert.deepEqual(await metrics({ metric: "concurrency", target: 8 }, { machine }), [
            { metricName: `${online}/cpu/utilization`, target: 60 },
        ]);
        const tpu = { ...machine, accelerator: "tpu-v6e", type: "ct6e-standard-1t", count: 1 } as const;
        assert.deepEqual(await metrics({}, { machine: tpu }), [
            { metricName: `${online}/cpu/utilization`, target: 60 },
        ]);
    });

    it("keeps one replica at least", async () => {
        const { minReplicas, maxReplicas } = await deployment({
            scaling: { ...SPEC.scaling, min: 0, max: 0 },
        });
        assert.deepEqual([minReplicas, maxReplicas], [1, 1]);
    });
});

describe("what makes another deployment on Vertex AI", () => {
    it("is what is served, and the machines that serve it", async () => {
        const before = await deployment();
        const served = await deployment({ args: ["--exit-on-error=false"] });
        assert.notEqual(served.modelId, before.modelId);
        assert.notEqual(served.deployedModelId, before.deployedModelId);
        const moved = await deployment({ machine: { ...SPEC.machine, type: "g2-standard-16" } });
        assert.equal(moved.modelId, before.modelId);
        assert.notEqual(moved.deployedModelId, before.deployedModelId);
    });

    it("is not how it scales, nor what it costs whom", async () => {
        const before = await deployment();
        const after = await deployment({ scaling: { min: 2, max: 9, metric: "cpu", target: 40 } });
        assert.deepEqual([after.modelId, after.deployedModelId], [before.modelId, before.deployedModelId]);
    });

    it("has ids within Vertex AI's rules", async () => {
        const { modelId, deployedModelId } = await deployment();
        assert.match(modelId, /^[a-z][-a-z0-9]{0,62}$/);
        assert.match(deployedModelId, /^[1-9]\d{0,9}$/);
    });
});

describe("what Vertex AI refuses, before anything is registered", () => {
    const problems = (spec: Partial<ManagedInferenceSpec>, zone = {}) =>
        cloud
            .managedInferenceProblems({ ...SPEC, ...spec }, site(zone))
            .filter(({ path }) => path !== "model");

    it("is an image of a registry that it can't pull from, with the way out", () => {
        for (const image of [
            "nvcr.io/nvidia/tritonserver:26.07-py3",
            "ghcr.io/a/b:1",
            "vllm/vllm-openai:v1",
        ]) {
            const [problem] = problems({ image });
            assert.equal(problem!.path, "image");
            assert.match(problem!.message, /Artifact Registry/);
        }
        for (const image of [IMAGE, "gcr.io/a/b:1", "eu.gcr.io/a/b:1"]) {
            assert.deepEqual(problems({ image }), []);
        }
    });

    it("is the pinned image of Triton, unless the site has a registry", () => {
        assert.match(problems({ image: undefined })[0]!.message, /nvcr\.io\/nvidia\/tritonserver/);
        assert.deepEqual(problems({ image: undefined }, { registry: "europe-docker.pkg.dev/acme/ngc" }), []);
        assert.deepEqual(problems({ image: undefined, server: "vllm" }), []);
    });

    it("is not an image that is known only later", async () => {
        await record(() => {
            assert.deepEqual(problems({ image: pulumi.output("ghcr.io/a/b:1") }), []);
        });
    });

    it("is a custom server without an image, and a Secret of Kubernetes", () => {
        assert.equal(problems({ server: "custom", image: undefined })[0]!.path, "image");
        const secret = { name: "TOKEN", secret: { name: "s", key: "k" } };
        assert.equal(problems({ environment: [secret] })[0]!.path, "environment.TOKEN");
    });

    it("is a key of another region than the endpoint's", () => {
        const [problem] = problems({
            encryptionKey: "projects/p/locations/us-central1/keyRings/r/cryptoKeys/k",
        });
        assert.equal(problem!.path, "at");
        assert.match(problem!.message, /the site's 'encryptionKey' is a key in us-central1/);
    });

    it("is Triton without a repository", () => {
        assert.deepEqual(
            cloud.managedInferenceProblems(SPEC, site()).map(({ path }) => path),
            ["model"],
        );
    });
});

describe("a managed service on Google Cloud while nothing is known", () => {
    it("registers the same resources as when everything is", async () => {
        const spec = { encryptionKey: "k", server: "custom" as const };
        const preview = await service(spec, { zone: {} }, true);
        const up = await service(spec, { zone: {} });
        assert.deepEqual(preview.recording.shape, up.recording.shape);
    });
});
