import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { VertexDeployment, type VertexDeploymentArgs } from "../../providers/gcp/vertexDeployment/resource";
import { VertexDouble } from "../providers/gcp/vertexDouble";
import { assertNoChanges, assertReplaced, assertSucceeded } from "../support/engine/assertions";
import { requireEngine, skip } from "../support/engine/require";
import { Engine, type EngineStack } from "../support/engine/workspace";

const ENDPOINT = "projects/acme-ml/locations/europe-west4/endpoints/1234567890";

const ARGS: VertexDeploymentArgs = {
    project: "acme-ml",
    location: "europe-west4",
    endpoint: "1234567890",
    modelId: "chat-model-aaaa",
    deployedModelId: "1111111111",
    displayName: "chat",
    labels: { owner: "ml" },
    container: {
        imageUri: "europe-docker.pkg.dev/acme/servers/triton:26.07",
        ports: [{ containerPort: 8080 }],
    },
    machine: { machineType: "g2-standard-8", acceleratorType: "NVIDIA_L4", acceleratorCount: 1 },
    spot: false,
    minReplicas: 1,
    maxReplicas: 3,
    metrics: [],
    serviceAccount: "chat@acme-ml.iam.gserviceaccount.com",
};

describe("a deployment on Vertex AI through Pulumi's own dynamic provider", function () {
    this.timeout(120_000);
    let engine: Engine;
    let vertex: VertexDouble;
    let stack: EngineStack;
    let args = ARGS;

    before(async function () {
        await requireEngine(this);
        // The plugin loads the package as its users do, compiled.
        if (
            !fs.existsSync(path.resolve(__dirname, "../../dist/providers/gcp/vertexDeployment/provider.js"))
        ) {
            skip(this, "the package is not built; npm test builds it");
        }
        vertex = await VertexDouble.start();
        vertex.polls = 0;
        vertex.endpoints.set(ENDPOINT, { deployedModels: [], trafficSplit: {} });
        engine = await Engine.create({ clouds: { BARYCENTER_VERTEX_API: vertex.address } });
        stack = await engine.inline("vertex", "test", async () => {
            const deployment = new VertexDeployment("chat", args);
            return { model: deployment.modelName };
        });
    });

    after(async () => {
        await engine?.stop();
        await vertex?.stop();
    });

    const deployed = (): string[] => vertex.endpoints.get(ENDPOINT)!.deployedModels.map(({ id }) => id);

    it("touches nothing in a preview", async () => {
        assertSucceeded(await stack.preview());
        assert.deepEqual(vertex.calls, []);
    });

    it("deploys, and has nothing to do the second time and after a refresh", async () => {
        assertSucceeded(await stack.up());
        assert.deepEqual(deployed(), ["1111111111"]);
        assert.deepEqual(await stack.outputs(), {
            model: "projects/acme-ml/locations/europe-west4/models/chat-model-aaaa",
        });
        assertNoChanges(await stack.up());
        assertNoChanges(await stack.refresh());
    });

    it("changes the number of replicas in place", async () => {
        args = { ...ARGS, maxReplicas: 5 };
        const up = await stack.up();
        assert.equal(up.changes.update, 1);
        assert.deepEqual(deployed(), ["1111111111"]);
    });

    it("deploys a successor before its predecessor goes", async () => {
        args = { ...ARGS, modelId: "chat-model-bbbb", deployedModelId: "2222222222" };
        vertex.calls.length = 0;
        const up = await stack.up();
        assertReplaced(up, ["chat"]);
        assert.deepEqual(deployed(), ["2222222222"]);
        const order = vertex.log.filter((line) => /:(un)?deployModel/.test(line));
        assert.deepEqual(order, [
            "POST endpoints/1234567890:deployModel",
            "POST endpoints/1234567890:undeployModel",
        ]);
    });

    it("is deployed again when someone has taken it away", async () => {
        vertex.endpoints.get(ENDPOINT)!.deployedModels = [];
        assertSucceeded(await stack.refresh());
        assertSucceeded(await stack.up());
        assert.deepEqual(deployed(), ["2222222222"]);
    });

    it("converges after a deployment that failed, with one model and one deployment", async () => {
        args = { ...ARGS, modelId: "chat-model-cccc", deployedModelId: "3333333333" };
        vertex.failures.push({ ends: ":deployModel", status: 400, message: "NVIDIA_L4 quota exceeded" });
        const failed = await stack.up();
        assert.notEqual(failed.exitCode, 0);
        assert.match(failed.stdout + failed.stderr, /NVIDIA_L4 quota exceeded/);
        assert.deepEqual(deployed(), ["2222222222"]);
        assertSucceeded(await stack.up());
        assert.deepEqual(deployed(), ["3333333333"]);
        assert.equal(vertex.models.size, 1);
    });

    it("leaves nothing behind", async () => {
        assertSucceeded(await stack.destroy());
        assert.deepEqual(deployed(), []);
        assert.equal(vertex.models.size, 0);
    });
});
