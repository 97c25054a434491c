import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { vertexApi, type VertexApi } from "../../../providers/gcp/vertexDeployment/api";
import type { DeploymentInputs, DeploymentState } from "../../../providers/gcp/vertexDeployment/inputs";
import { create, read, remove, update } from "../../../providers/gcp/vertexDeployment/operations";
import { provider } from "../../../providers/gcp/vertexDeployment/provider";
import { PROVIDER_PROGRAM } from "../../../providers/gcp/vertexDeployment/resource";
import { VertexDouble } from "./vertexDouble";

const INPUTS: DeploymentInputs = {
    project: "acme-ml",
    location: "europe-west4",
    endpoint: "1234567890",
    modelId: "chat-model-aaaa",
    deployedModelId: "1111111111",
    displayName: "chat",
    labels: { owner: "ml" },
    container: {
        imageUri: "europe-docker.pkg.dev/acme/servers/triton:26.07",
        args: ["--model-repository=gs://weights/m"],
        ports: [{ containerPort: 8080 }],
    },
    machine: { machineType: "g2-standard-8", acceleratorType: "NVIDIA_L4", acceleratorCount: 1 },
    spot: false,
    minReplicas: 1,
    maxReplicas: 3,
    metrics: [
        { metricName: "aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle", target: 60 },
    ],
    serviceAccount: "chat@acme-ml.iam.gserviceaccount.com",
};

const SUCCESSOR: DeploymentInputs = { ...INPUTS, modelId: "chat-model-bbbb", deployedModelId: "2222222222" };
const ENDPOINT = "projects/acme-ml/locations/europe-west4/endpoints/1234567890";
const MODEL = "projects/acme-ml/locations/europe-west4/models/chat-model-aaaa";

const noWait = async (): Promise<void> => undefined;

describe("a deployment on Vertex AI", () => {
    let vertex: VertexDouble;
    let api: VertexApi;

    beforeEach(async () => {
        vertex = await VertexDouble.start();
        vertex.endpoints.set(ENDPOINT, { deployedModels: [], trafficSplit: {} });
        process.env.BARYCENTER_VERTEX_API = vertex.address;
        api = vertexApi("europe-west4", {}, noWait);
    });

    afterEach(async () => {
        delete process.env.BARYCENTER_VERTEX_API;
        await vertex.stop();
    });

    const endpoint = () => vertex.endpoints.get(ENDPOINT)!;

    it("uploads the model and deploys it with all traffic", async () => {
        const state = await create(api, INPUTS, noWait);
        assert.deepEqual(vertex.models.get(MODEL), {
            name: MODEL,
            versionId: "1",
            displayName: "chat",
            labels: { owner: "ml" },
            containerSpec: INPUTS.container,
        });
        const [deployed] = endpoint().deployedModels;
        assert.deepEqual(
            { ...deployed, privateEndpoints: undefined },
            {
                id: "1111111111",
                displayName: "chat",
                model: MODEL,
                serviceAccount: INPUTS.serviceAccount,
                dedicatedResources: {
                    machineSpec: INPUTS.machine,
                    minReplicaCount: 1,
                    maxReplicaCount: 3,
                    autoscalingMetricSpecs: INPUTS.metrics,
                },
                privateEndpoints: undefined,
            },
        );
        assert.deepEqual(endpoint().trafficSplit, { "1111111111": 100 });
        assert.deepEqual(state, {
            ...INPUTS,
            modelName: MODEL,
            serviceAttachment: "projects/t/serviceAttachments/1111111111",
            address: "",
        });
    });

    it("tells the address that a private endpoint gets with its first model", async () => {
        vertex.privateAddress = "10.0.0.9";
        assert.equal((await create(api, INPUTS, noWait)).address, "10.0.0.9");
        assert.equal((await stateOf()).address, "10.0.0.9");
    });

    it("tells the domain that a public endpoint gets with its first model", async () => {
        endpoint().dedicated = true;
        const { address } = await create(api, INPUTS, noWait);
        assert.equal(address, "1234567890.europe-west4-1.prediction.vertexai.goog");
    });

    it("waits as long as an operation takes", async () => {
        vertex.polls = 5;
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
    });

    it("gives a successor traffic only once it answers, and never leaves the endpoint without", async () => {
        const first = await create(api, INPUTS, noWait);
        vertex.calls.length = 0;
        await create(api, SUCCESSOR, noWait);
        const deploy = vertex.calls.find(({ path }) => path.endsWith(":deployModel"))!;
        assert.deepEqual(deploy.body.trafficSplit, { "1111111111": 100, "0": 0 });
        assert.deepEqual(endpoint().trafficSplit, { "2222222222": 100 });
        assert.deepEqual(
            endpoint().deployedModels.map(({ id }) => id),
            ["1111111111", "2222222222"],
        );
        await remove(api, first, noWait);
        assert.deepEqual(
            endpoint().deployedModels.map(({ id }) => id),
            ["2222222222"],
        );
        assert.deepEqual(endpoint().trafficSplit, { "2222222222": 100 });
        assert.deepEqual(
            [...vertex.models.keys()].map((name) => name.split("/").pop()),
            ["chat-model-bbbb"],
        );
    });

    it("changes nothing when it is run again", async () => {
        await create(api, INPUTS, noWait);
        vertex.calls.length = 0;
        await create(api, INPUTS, noWait);
        assert.deepEqual(
            vertex.log.filter((line) => !line.startsWith("GET")),
            [],
        );
    });

    it("is taken up where an interrupted run left it", async () => {
        // The model is registered, and the deployment is under way without being listed yet.
        vertex.polls = 2;
        await create(api, INPUTS, noWait).catch(() => undefined);
        const [deployed] = endpoint().deployedModels.splice(0, 1);
        endpoint().trafficSplit = {};
        const pending = vertex.operations.at(-1)!;
        Object.assign(pending, {
            done: false,
            polls: 2,
            finish: () => endpoint().deployedModels.push(deployed!),
        });
        vertex.calls.length = 0;
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
        assert.deepEqual(
            vertex.log.filter((line) => !line.startsWith("GET")),
            ["PATCH endpoints/1234567890?updateMask=trafficSplit"],
        );
    });

    it("takes an id that exists for its own", async () => {
        vertex.failures.push({ ends: "models/chat-model-aaaa", status: 404, message: "not listed yet" });
        vertex.models.set(MODEL, { name: MODEL });
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
    });

    it("tries again when the service is busy, and says what it refuses", async () => {
        vertex.failures.push({ ends: "models:upload", status: 503, message: "busy" });
        vertex.failures.push({ ends: ":deployModel", status: 429, message: "slow down" });
        await create(api, INPUTS, noWait);
        vertex.failures.push({ ends: "models:upload", status: 403, message: "Permission denied" });
        await assert.rejects(
            create(api, { ...INPUTS, modelId: "other" }, noWait),
            /POST .*models:upload: Permission denied/,
        );
    });

    it("goes on where a call gets no answer, since what was begun goes on too", async () => {
        vertex.polls = 3;
        vertex.failures.push({ ends: "operations/1001", status: 0, message: "", hangUp: true });
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
    });

    it("tries again after a conflict with another call, which is no thing that exists", async () => {
        vertex.failures.push({ ends: ":deployModel", status: 409, message: "conflict", reason: "ABORTED" });
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
    });

    it("waits for what a new project and a new grant take", async () => {
        const passing = [
            "Service agents are being provisioned. So please try again in a few minutes.",
            "Service account `a@b` does not have `[storage.objects.get]` IAM permission(s) to the directory",
        ];
        for (let minutes = 0; minutes < 7; minutes++) {
            vertex.failures.push({
                ends: "models:upload",
                status: 400,
                message: passing[minutes % 2]!,
                reason: "FAILED_PRECONDITION",
            });
        }
        await create(api, INPUTS, noWait);
        assert.equal(endpoint().deployedModels.length, 1);
    });

    it("waits for every operation of the endpoint, however many are listed", async () => {
        vertex.pageSize = 1;
        await create(api, INPUTS, noWait);
        await create(api, SUCCESSOR, noWait);
        vertex.polls = 2;
        const state = await stateOf();
        vertex.operations.at(-1)!.done = false;
        vertex.calls.length = 0;
        await remove(api, state, noWait);
        const last = vertex.calls.findLastIndex(({ path }) => /endpoints\/\d+\/operations\?/.test(path));
        const undeploy = vertex.calls.findIndex(({ path }) => path.endsWith(":undeployModel"));
        assert.match(vertex.calls[last]!.path, /pageToken=1$/);
        assert.ok(vertex.calls.slice(last, undeploy).some(({ path }) => /operations\/\d+$/.test(path)));
    });

    it("leaves no model behind that could not be deployed", async () => {
        vertex.failures.push({ ends: ":deployModel", status: 400, message: "NVIDIA_L4 quota exceeded" });
        await assert.rejects(create(api, INPUTS, noWait), /NVIDIA_L4 quota exceeded/);
        assert.equal(vertex.models.size, 0);
    });

    it("fails with the operation's own words", async () => {
        await create(api, INPUTS, noWait);
        vertex.operationError = { code: 8, message: "NVIDIA_L4 quota exceeded in europe-west4" };
        await assert.rejects(
            update(api, await stateOf(), { ...INPUTS, maxReplicas: 9 }, noWait),
            /NVIDIA_L4 quota exceeded/,
        );
    });

    async function stateOf(): Promise<DeploymentState> {
        return (await read(api, { ...INPUTS, modelName: MODEL, serviceAttachment: "", address: "" }))!;
    }

    it("changes replicas, metrics and labels in place", async () => {
        const state = await create(api, INPUTS, noWait);
        vertex.calls.length = 0;
        const labels = { owner: "other" };
        await update(api, state, { ...INPUTS, minReplicas: 2, maxReplicas: 6, labels }, noWait);
        assert.deepEqual(
            vertex.log.filter((line) => !line.startsWith("GET")),
            [
                "POST endpoints/1234567890:mutateDeployedModel",
                "PATCH models/chat-model-aaaa?updateMask=labels,displayName",
            ],
        );
        assert.equal(
            vertex.calls.find(({ method }) => method === "POST")!.body.updateMask,
            "dedicatedResources.minReplicaCount,dedicatedResources.maxReplicaCount,dedicatedResources.autoscalingMetricSpecs",
        );
        const resources = endpoint().deployedModels[0]!.dedicatedResources as Record<string, unknown>;
        assert.deepEqual([resources.minReplicaCount, resources.maxReplicaCount], [2, 6]);
        assert.deepEqual(vertex.models.get(MODEL)!.labels, labels);
    });

    it("leaves the replicas alone where only labels change", async () => {
        const state = await create(api, INPUTS, noWait);
        vertex.calls.length = 0;
        await update(api, state, { ...INPUTS, labels: { owner: "other" } }, noWait);
        assert.deepEqual(vertex.log, ["PATCH models/chat-model-aaaa?updateMask=labels,displayName"]);
    });

    it("shows what was changed behind its back", async () => {
        const state = await create(api, INPUTS, noWait);
        assert.deepEqual(await read(api, state), state);
        (endpoint().deployedModels[0]!.dedicatedResources as Record<string, unknown>).maxReplicaCount = 9;
        assert.equal((await read(api, state))!.maxReplicas, 9);
    });

    it("is gone where the model or the whole endpoint is", async () => {
        const state = await create(api, INPUTS, noWait);
        endpoint().deployedModels = [];
        assert.equal(await read(api, state), undefined);
        vertex.endpoints.clear();
        assert.equal(await read(api, state), undefined);
    });

    it("is deleted with its model, and twice without an error", async () => {
        const state = await create(api, INPUTS, noWait);
        await remove(api, state, noWait);
        assert.equal(endpoint().deployedModels.length, 0);
        assert.equal(vertex.models.size, 0);
        await remove(api, state, noWait);
        vertex.endpoints.clear();
        await remove(api, state, noWait);
    });

    it("leaves the model where only the machines changed", async () => {
        const state = await create(api, INPUTS, noWait);
        await create(api, { ...INPUTS, deployedModelId: "3333333333" }, noWait);
        await remove(api, state, noWait);
        assert.deepEqual(
            endpoint().deployedModels.map(({ id }) => id),
            ["3333333333"],
        );
        assert.equal(vertex.models.size, 1);
    });

    it("leaves the model where it moved to another endpoint", async () => {
        const other = ENDPOINT.replace("1234567890", "9876543210");
        vertex.endpoints.set(other, { deployedModels: [], trafficSplit: {} });
        const state = await create(api, INPUTS, noWait);
        await create(api, { ...INPUTS, endpoint: "9876543210" }, noWait);
        await remove(api, state, noWait);
        assert.equal(endpoint().deployedModels.length, 0);
        assert.equal(vertex.endpoints.get(other)!.deployedModels.length, 1);
        assert.equal(vertex.models.size, 1);
    });

    it("hands its traffic on when it goes with all of it", async () => {
        const state = await create(api, INPUTS, noWait);
        await create(api, SUCCESSOR, noWait);
        endpoint().trafficSplit = { "1111111111": 100 };
        await remove(api, state, noWait);
        assert.deepEqual(endpoint().trafficSplit, { "2222222222": 100 });
    });
});

describe("the double's address", () => {
    it("is refused elsewhere than on this machine", async () => {
        process.env.BARYCENTER_VERTEX_API = "http://example.com";
        try {
            await assert.rejects(
                vertexApi("r", {}, noWait).call("GET", "x"),
                /on 127\.0\.0\.1, not for example\.com/,
            );
        } finally {
            delete process.env.BARYCENTER_VERTEX_API;
        }
    });
});

describe("a change of a deployment on Vertex AI", () => {
    const state: DeploymentState = { ...INPUTS, modelName: MODEL, serviceAttachment: "", address: "" };
    const diff = (news: DeploymentInputs) => provider.diff!("id", state, news);

    it("is none where nothing changes, whatever older versions kept in the state", async () => {
        assert.deepEqual(await diff(INPUTS), { changes: false, replaces: [], deleteBeforeReplace: false });
    });

    it("is made in place for replicas, metrics and labels", async () => {
        for (const change of [{ minReplicas: 2 }, { metrics: [] }, { labels: {} }]) {
            assert.deepEqual(await diff({ ...INPUTS, ...change }), {
                changes: true,
                replaces: [],
                deleteBeforeReplace: false,
            });
        }
    });

    it("is a new deployment beside the old for what is served and on which machines", async () => {
        assert.deepEqual((await diff(SUCCESSOR)).replaces, ["modelId", "deployedModelId"]);
        assert.deepEqual((await diff({ ...INPUTS, endpoint: "9" })).replaces, ["endpoint"]);
        assert.equal((await diff(SUCCESSOR)).deleteBeforeReplace, false);
    });
});

describe("the program that the state keeps of a deployment", () => {
    it("is the same for ever: a change would show in every stack", () => {
        assert.equal(
            createHash("sha256").update(PROVIDER_PROGRAM).digest("hex"),
            "1e41a1745cc1f3136738a2acb3a3c6810cad6f7e78bd40dbe62758064f67776e",
        );
    });
});
