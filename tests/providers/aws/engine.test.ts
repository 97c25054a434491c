import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { cloud } from "../../../providers/aws";
import type {
    ClusterHandle,
    ClusterReference,
    ManagedInferenceSpec,
    PoolSpec,
} from "../../../providers/cloud";
import { Scope } from "../../../providers/scope";
import { SimulatedClouds } from "../../../testing";
import { assertNoChanges, assertReplaced, assertSucceeded } from "../../support/engine/assertions";
import { requireEngine } from "../../support/engine/require";
import { Engine, type EngineStack } from "../../support/engine/workspace";
import { POOL } from "./pool";

class Part extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Part", name);
    }
}

/** What a test edits between two runs of the program. */
interface Edits {
    protect: boolean;
    pool: Partial<PoolSpec>;
    args: string[];
}

const H100: Partial<PoolSpec> = {
    name: "train",
    accelerator: "H100",
    machineType: "p5.48xlarge",
    acceleratorsPerNode: 8,
    zones: ["us-east-1a"],
};
const NEURON: Partial<PoolSpec> = {
    name: "neuron",
    accelerator: "Inferentia2",
    machineType: "inf2.xlarge",
    acceleratorsPerNode: 1,
};

/** Every resource that the cloud knows how to make, at least once. */
function everything(edits: Edits): void {
    const region = "us-east-1";
    const scope = (name: string, zone = {}): Scope =>
        Scope.of(new Part(name), name, {
            site: { cloud: "aws", region, zone },
            tier: "production",
            tags: { owner: "ml", "managed-by": "barycenter" },
            protect: edits.protect,
        });
    const storeScope = scope("weights");
    const store = cloud.objectStore(
        {
            sizeGiB: 100,
            keepVersionsDays: 30,
            abortUploadDays: 7,
            replicas: ["us-west-2"],
            encryptionKey: "alias/weights",
            forceDestroy: false,
            retainOnDelete: false,
            namespace: "default",
        },
        storeScope,
    );
    store.upload(
        [{ source: __filename, key: "models/chat/1/config.json", sha256: "ab".repeat(32) }],
        storeScope.within("upload"),
    );
    const cluster = cloud.cluster(
        {
            version: "1.34",
            networkCidr: "10.0.0.0/16",
            zoneCount: 3,
            controlPlane: { allow: ["203.0.113.0/24"] },
            system: { machineType: "m7i.xlarge", min: 2, max: 4 },
            pools: [
                { ...POOL, spot: { onDemandBase: 1 }, ...edits.pool },
                { ...POOL, ...H100 },
                { ...POOL, ...NEURON },
            ],
            encryptionKey: "alias/cluster",
            admins: ["arn:aws:iam::123456789012:role/platform"],
            retainOnDelete: false,
            addOns: ["clusterAutoscaler"],
        },
        scope("serving"),
    );
    const shared = cloud.adoptCluster(
        { reference: cluster.reference, existingPools: [], pools: [{ ...POOL, name: "added" }], addOns: [] },
        scope("shared"),
    );
    const native = scope("native");
    const identity = cloud.workloadIdentity({ cluster: shared, namespace: "a", serviceAccount: "b" }, native);
    store.grant(identity, [{ mode: "readWrite", prefix: "models" }], native);
    const foreign = foreignCluster();
    for (const name of ["foreign", "other"]) {
        const own = scope(name);
        const federated = cloud.workloadIdentity(
            { cluster: foreign, namespace: "a", serviceAccount: name },
            own,
        );
        store.grant(federated, [{ mode: "read", prefix: "models" }], own);
    }
    const spec: ManagedInferenceSpec = {
        model: {
            name: "chat",
            version: "1",
            format: "huggingface",
            sizeGiB: 16,
            store,
            path: "models/chat/1",
        },
        server: "vllm",
        args: edits.args,
        port: 8080,
        environment: [],
        accelerators: ["L4"],
        resources: { cpu: "4", memory: "16Gi", accelerators: 1 },
        scaling: { min: 2, max: 4, metric: "gpuUtilization", target: 70 },
        startupSeconds: 600,
        drainSeconds: 60,
        machine: { type: "g6.xlarge", count: 1, vcpu: 4, memoryGiB: 16, accelerator: "L4" },
        expose: "network",
        rollout: "canary",
    };
    cloud.managedInference(spec, scope("canary", { network: "vpc-1", subnets: ["subnet-a", "subnet-b"] }));
    cloud.managedInference({ ...spec, server: "triton", args: [], rollout: "rolling" }, scope("rolling"));
}

function foreignCluster(): ClusterHandle {
    const reference = { version: 1, cloud: "gcp", account: "p" } as Partial<ClusterReference>;
    return {
        cloud: "gcp",
        region: "us-central1",
        clusterName: pulumi.output("foreign"),
        endpoint: pulumi.output("https://foreign"),
        issuer: pulumi.output(
            "https://container.googleapis.com/v1/projects/p/locations/us-central1/clusters/c",
        ),
        kubeconfig: pulumi.output("{}"),
        provider: new KubernetesProvider("foreign-kubernetes", {
            kubeconfig: "{}",
            clusterIdentifier: "foreign",
        }),
        pools: [],
        addOns: [],
        reference: pulumi.output(reference) as pulumi.Output<ClusterReference>,
        nodes: {},
        ready: [],
    };
}

describe("AWS through the real engine", function () {
    this.timeout(300_000);
    let engine: Engine;
    let clouds: SimulatedClouds;
    let stack: EngineStack;
    const edits: Edits = { protect: true, pool: {}, args: [] };

    before(async function () {
        await requireEngine(this);
        clouds = await SimulatedClouds.start();
        engine = await Engine.create({ clouds: clouds.environment });
        stack = await engine.inline("aws-everything", "test", async () => everything(edits), {
            "aws:region": "us-east-1",
        });
    });

    after(async () => {
        await engine?.stop();
        await clouds?.stop();
    });

    it("previews what up creates, with inputs that every service takes", async () => {
        const preview = await stack.preview();
        assertSucceeded(preview);
        const up = await stack.up();
        assertSucceeded(up);
        const created = (result: typeof up) =>
            result.steps
                .filter(({ op }) => op === "create")
                .map(({ urn }) => urn)
                .sort();
        assert.deepEqual(created(preview), created(up));
    });

    it("changes nothing the second time", async () => assertNoChanges(await stack.up()));

    it("finds what it made", async () => {
        const refresh = await stack.refresh();
        assertSucceeded(refresh);
        assertNoChanges(refresh);
    });

    it("replaces a pool beside the old one, and touches nothing else", async () => {
        edits.pool = { machineType: "g6.4xlarge" };
        const up = await stack.up();
        assertSucceeded(up);
        assertReplaced(up, ["serving-pool-chat-nodes", "serving-pool-chat-nodes-base"]);
        const order = up.steps
            .filter(({ name }) => name === "serving-pool-chat-nodes")
            .map(({ op }) => op as string)
            .filter((op) => op.includes("replace"));
        assert.ok(order.indexOf("create-replacement") < order.indexOf("delete-replaced"), order.join());
    });

    it("makes a new model and configuration before the endpoint leaves the old ones", async () => {
        edits.args = ["--max-model-len", "8192"];
        const up = await stack.up();
        assertSucceeded(up);
        assertReplaced(up, ["canary-model", "canary-configuration"]);
        const at = (name: string, op: string) =>
            up.steps.findIndex((step) => step.name === name && step.op === op);
        assert.ok(at("canary-configuration", "create-replacement") < at("canary-endpoint", "update"));
        assert.ok(at("canary-endpoint", "update") < at("canary-configuration", "delete-replaced"));
    });

    it("is only deleted after its protection is lifted", async () => {
        const refused = await stack.destroy();
        assert.notEqual(refused.exitCode, 0);
        edits.protect = false;
        assertSucceeded(await stack.up());
        assertSucceeded(await stack.destroy());
        assert.deepEqual(stack.resources(), []);
        assert.deepEqual(clouds.resources(), []);
    });
});
