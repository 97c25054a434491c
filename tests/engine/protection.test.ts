import assert from "node:assert/strict";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertFailed, assertSucceeded } from "../support/engine/assertions";
import type { EngineStack } from "../support/engine/workspace";
import { attached, CLOUDS, configOn, namesOf, OPERATORS, type Managed } from "./clouds";

/** The four components, as a production stack has them. */
function everything(protect: boolean | undefined): void {
    const guard = protect === undefined ? {} : { protect };
    const weights = new ModelStore("weights", guard);
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: ["L4", "T4"], max: 8, spot: true } },
        controlPlane: OPERATORS,
        ...guard,
    });
    new InferenceService("chat", {
        model: weights.model("llama"),
        server: "vllm",
        accelerator: ["L4", "T4"],
        runOn: cluster,
    });
    new BatchJob("nightly", {
        image: "ghcr.io/example/summarise:1.4.0",
        reads: weights.dataset("corpus"),
        schedule: "0 2 * * *",
        runOn: cluster,
    });
}

/** What Pulumi itself protects: data, the cluster, and on Azure the groups, whose deletion would take both along. */
const PROTECTED: Readonly<Record<Managed, readonly string[]>> = {
    aws: ["serving-cluster", "weights-bucket"],
    gcp: ["serving-cluster", "weights-bucket"],
    azure: [
        "serving-cluster",
        "serving-resource-group",
        "weights-account",
        "weights-blob-service",
        "weights-container",
        "weights-resource-group",
    ],
};

/** What stays in the cloud although it leaves the state: the data, and all that keeps it private and tidy. */
const KEPT: Readonly<Record<Managed, readonly string[]>> = {
    aws: [
        "weights-bucket",
        "weights-encryption",
        "weights-lifecycle",
        "weights-ownership",
        "weights-policy",
        "weights-public-access",
        "weights-versioning",
    ],
    gcp: ["weights-bucket"],
    azure: [
        "weights-account",
        "weights-blob-service",
        "weights-container",
        "weights-lifecycle",
        "weights-resource-group",
    ],
};

/** The deletion protection of the clouds themselves, as it stands on what exists. */
const CLOUD_GUARDS: Readonly<Record<Managed, readonly string[]>> = {
    aws: ["serving-cluster"],
    gcp: ["serving-cluster", "weights-bucket"],
    azure: ["serving-lock", "weights-lock"],
};

for (const cloud of CLOUDS) {
    describe(`a production stack on ${cloud}`, function () {
        this.timeout(300_000);
        const at = attached();
        let stack: EngineStack;
        let protect: boolean | undefined;

        before(async () => {
            stack = await at.engine.inline(
                "protection",
                cloud,
                async () => everything(protect),
                configOn(cloud, "production"),
            );
            assertSucceeded(await stack.up());
        });

        const guards = (): string[] =>
            namesOf(
                at.clouds
                    .resources()
                    .filter(
                        ({ type, inputs }) =>
                            inputs.deletionProtection === true ||
                            inputs.deletionPolicy === "PREVENT" ||
                            type === "azure-native:authorization:ManagementLockByScope",
                    ),
            );

        it("has Pulumi's protection on the data and the cluster, and on nothing else", () => {
            assert.deepEqual(
                namesOf(stack.resources().filter((resource) => resource.protect)),
                PROTECTED[cloud],
            );
        });

        it("has the cloud's own deletion protection on them too", () => {
            assert.deepEqual(guards(), CLOUD_GUARDS[cloud]);
        });

        it("keeps the data in the cloud when it leaves the state, and nothing else", () => {
            assert.deepEqual(
                namesOf(stack.resources().filter((resource) => resource.retainOnDelete)),
                KEPT[cloud],
            );
        });

        it("refuses to be destroyed, and loses nothing", async () => {
            const existing = namesOf(at.clouds.resources());
            assertFailed(await stack.destroy({ args: ["--skip-preview=false"] }), /protected/);
            assert.deepEqual(namesOf(at.clouds.resources()), existing);
        });

        it("lifts both protections in an up with protect: false, which replaces nothing", async () => {
            protect = false;
            const up = await stack.up();
            assertSucceeded(up);
            assert.deepEqual(
                up.steps.filter((step) => step.op === "replace").map((step) => step.urn),
                [],
            );
            assert.deepEqual(namesOf(stack.resources().filter((resource) => resource.protect)), []);
            assert.deepEqual(guards(), []);
        });

        it("is then destroyed to nothing", async () => {
            assertSucceeded(await stack.destroy());
            assert.deepEqual(stack.resources(), []);
            assert.deepEqual(namesOf(at.clouds.resources()), []);
        });
    });

    describe(`a production store on ${cloud} whose protection is taken off in the state`, function () {
        this.timeout(120_000);
        const at = attached();

        it("leaves exactly the data and what guards it in the cloud", async () => {
            const stack = await at.engine.inline(
                "retention",
                cloud,
                async () => void new ModelStore("weights"),
                configOn(cloud, "production"),
            );
            assertSucceeded(await stack.up());
            await stack.pulumi("state", "unprotect", "--all", "--yes");
            assertSucceeded(await stack.destroy());
            assert.deepEqual(stack.resources(), []);
            assert.deepEqual(namesOf(at.clouds.resources()), KEPT[cloud]);
        });
    });
}
