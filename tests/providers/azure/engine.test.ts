import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { cloud } from "../../../providers/azure";
import type { ManagedInferenceSpec, ObjectStoreHandle, PoolSpec } from "../../../providers/cloud";
import { Scope } from "../../../providers/scope";
import type { LandingZone } from "../../../providers/site";
import { SimulatedClouds } from "../../../testing";
import { assertNoChanges, assertReplaced, assertSucceeded } from "../../support/engine/assertions";
import { requireEngine } from "../../support/engine/require";
import { Engine, type EngineStack } from "../../support/engine/workspace";
import { CPU, POOL } from "./clusterFixtures";
import { STORE_SPEC } from "./support";

class Part extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Part", name);
    }
}

/** What a test edits between two runs of the program. */
interface Edits {
    protect: boolean;
    pool: Partial<PoolSpec>;
    networkCidr: string;
    admins: string[];
    prefix: string;
    args: string[];
}

const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";
const SUBNET = `${SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/s`;
const KEY = `${SUBSCRIPTION}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/owners/keys/data/versions/7`;

function storeOf(scope: Scope, replicas: string[]): ObjectStoreHandle {
    return cloud.objectStore({ ...STORE_SPEC, replicas, encryptionKey: KEY }, scope);
}

function serviceOf(store: ObjectStoreHandle, edits: Edits): ManagedInferenceSpec {
    return {
        model: { name: "llama", version: "3", format: "huggingface", sizeGiB: 16, store, path: edits.prefix },
        server: "vllm",
        args: edits.args,
        port: 8000,
        environment: [],
        accelerators: ["T4"],
        resources: { cpu: "4", memory: "16Gi", accelerators: 1 },
        scaling: { min: 1, max: 4, metric: "gpuUtilization", target: 60 },
        startupSeconds: 600,
        drainSeconds: 60,
        machine: { accelerator: "T4", type: "Standard_NC4as_T4_v3", count: 1, vcpu: 4, memoryGiB: 28 },
        expose: "network",
        rollout: "allAtOnce",
    };
}

/** Every resource that the cloud knows how to make, at least once. */
function everything(edits: Edits): void {
    const scope = (name: string, zone: LandingZone = {}): Scope =>
        Scope.of(new Part(name), name, {
            site: { cloud: "azure", region: "westeurope", zone },
            tier: "production",
            tags: { owner: "ml", "managed-by": "barycenter" },
            protect: edits.protect,
        });
    const open = storeOf(scope("weights"), ["northeurope"]);
    const closed = storeOf(scope("secrets", { subnets: [SUBNET] }), []);
    const cluster = cloud.cluster(
        {
            version: "1.34",
            networkCidr: edits.networkCidr,
            zoneCount: 3,
            controlPlane: "private",
            system: { machineType: "Standard_D4s_v5", min: 2, max: 4 },
            pools: [{ ...POOL, spot: { onDemandBase: 1 }, ...edits.pool }, CPU],
            encryptionKey: KEY,
            admins: edits.admins,
            retainOnDelete: false,
            addOns: [],
        },
        scope("serving"),
    );
    const worker = scope("worker");
    const identity = cloud.workloadIdentity(
        { cluster, namespace: "models", serviceAccount: "worker" },
        worker,
    );
    open.grant(identity, [{ mode: "readWrite", prefix: edits.prefix }], worker);
    cloud.managedInference(serviceOf(open, edits), scope("chat"));
    cloud.managedInference(serviceOf(closed, edits), scope("inner", { subnets: [SUBNET] }));
}

describe("Azure through the real engine", function () {
    this.timeout(300_000);
    let engine: Engine;
    let clouds: SimulatedClouds;
    let stack: EngineStack;
    const edits: Edits = {
        protect: true,
        pool: {},
        networkCidr: "10.0.0.0/16",
        admins: ["aaaaaaaa-0000-0000-0000-000000000000", "bbbbbbbb-0000-0000-0000-000000000000"],
        prefix: "llama/3",
        args: [],
    };
    const touched = (result: Awaited<ReturnType<EngineStack["up"]>>): string[] =>
        [
            ...new Set(
                result.steps
                    .filter(({ op }) => !["same", "read", "refresh"].includes(op))
                    .map(({ op, name }) => `${op} ${name}`),
            ),
        ].filter((step) => !step.endsWith("azure-everything-test"));

    before(async function () {
        await requireEngine(this);
        clouds = await SimulatedClouds.start();
        engine = await Engine.create({ clouds: clouds.environment });
        stack = await engine.inline("azure-everything", "test", async () => everything(edits));
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

    it("moves no administrator when the list is told in another order, and drops one alone", async () => {
        edits.admins.reverse();
        assertNoChanges(await stack.up());
        edits.admins = edits.admins.slice(0, 1);
        const up = await stack.up();
        assertSucceeded(up);
        assert.deepEqual(touched(up), ["delete serving-admin-aaaaaaaa-0000-0000-0000-000000000000"]);
    });

    it("replaces a pool beside the old one, and touches nothing else", async () => {
        edits.pool = { machineType: "Standard_NC48ads_A100_v4" };
        const up = await stack.up();
        assertSucceeded(up);
        assertReplaced(up, ["serving-pool-chat", "serving-pool-chat-base"]);
        const order = up.steps
            .filter(({ name }) => name === "serving-pool-chat")
            .map(({ op }) => op as string)
            .filter((op) => op.includes("replace"));
        assert.ok(order.indexOf("create-replacement") < order.indexOf("delete-replaced"), order.join());
    });

    it("makes a new deployment before the traffic leaves the old one, which goes last", async () => {
        edits.args = ["--max-model-len", "8192"];
        const up = await stack.up();
        assertSucceeded(up);
        const at = (name: string, op: string): number => {
            const index = up.steps.findIndex((step) => step.name === name && step.op === op);
            assert.notEqual(index, -1, `${op} ${name}`);
            return index;
        };
        assert.ok(at("chat-deployment", "create-replacement") < at("chat-traffic", "update"));
        assert.ok(at("chat-traffic", "update") < at("chat-deployment", "delete-replaced"));
    });

    it("narrows a grant in place, because Azure has no second one beside it", async () => {
        edits.prefix = "llama/4";
        const up = await stack.up();
        assertSucceeded(up);
        const grants = touched(up).filter((step) => step.endsWith("grant"));
        assert.deepEqual(grants.sort(), [
            "update chat-model-grant",
            "update inner-model-grant",
            "update worker-grant",
        ]);
    });

    it("lifts its protection by an update that deletes the locks alone", async () => {
        edits.protect = false;
        const lifted = await stack.up();
        assertSucceeded(lifted);
        assert.deepEqual(touched(lifted).sort(), [
            "delete secrets-lock",
            "delete serving-lock",
            "delete weights-lock",
            "delete weights-lock-northeurope",
        ]);
    });

    it("makes a cluster in another network beside the old one, which leaves nothing", async () => {
        edits.networkCidr = "10.1.0.0/16";
        const up = await stack.up();
        assertSucceeded(up);
        assert.ok(touched(up).includes("create-replacement serving-cluster"));
        assertNoChanges(await stack.up());
    });

    it("leaves nothing when it is destroyed", async () => {
        assertSucceeded(await stack.destroy());
        assert.deepEqual(stack.resources(), []);
        assert.deepEqual(clouds.resources(), []);
    });
});
