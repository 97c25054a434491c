import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore, type ClusterReference } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { EngineStack } from "../support/engine/workspace";
import { attached, CLOUDS, configOn, namesOf, OPERATORS, type Managed } from "./clouds";

/** The platform team's stack: a cluster, and a bucket that holds the models. */
async function platform(): Promise<Record<string, unknown>> {
    const models = new ModelStore("models");
    const cluster = new GpuCluster("shared", {
        pools: { chat: { accelerator: ["L4", "T4"], max: 4 } },
        controlPlane: OPERATORS,
    });
    return { reference: cluster.reference, url: models.url };
}

const ACCOUNT: Readonly<Record<Managed, { readonly account?: string }>> = {
    aws: {},
    gcp: {},
    azure: { account: "00000000-0000-0000-0000-000000000001/models" },
};

for (const cloud of CLOUDS) {
    describe(`another stack's cluster and bucket on ${cloud}`, function () {
        this.timeout(240_000);
        const at = attached();
        let owner: EngineStack;
        let owned: string[];
        let user: EngineStack;
        let url: string;

        /** A team's stack that lives on them. */
        async function team(): Promise<Record<string, unknown>> {
            const shared = new pulumi.StackReference(`organization/platform/${cloud}`);
            const reference = shared.requireOutput("reference") as pulumi.Output<ClusterReference>;
            const models = ModelStore.adopt("models", { url, ...ACCOUNT[cloud] });
            const cluster = GpuCluster.from("cluster", {
                reference,
                pools: { batch: { cpu: { vcpu: 4, memoryGiB: 16 }, max: 2 } },
            });
            const chat = new InferenceService("chat", {
                model: models.model("llama"),
                server: "vllm",
                accelerator: ["L4", "T4"],
                runOn: cluster,
            });
            new BatchJob("score", {
                image: "ghcr.io/example/score:1.4.0",
                reads: models.dataset("corpus"),
                runOn: cluster,
            });
            return { url: chat.url, reference: cluster.reference };
        }

        before(async () => {
            owner = await at.engine.inline("platform", cloud, platform, configOn(cloud));
            assertSucceeded(await owner.up());
            owned = namesOf(at.clouds.resources());
            url = String((await owner.outputs()).url);
            user = await at.engine.inline("team", cloud, team, configOn(cloud));
        });

        const created = (): string[] =>
            namesOf(at.clouds.resources()).filter((name) => !owned.includes(name));

        it("are used by reference, and nothing of them is made a second time or put into this state", async () => {
            assertSucceeded(await user.preview());
            assertSucceeded(await user.up());
            const foreign = created().filter(
                (name) => !/^(chat|score|cluster-pool-batch|cluster-node)([-.]|$)/.test(name),
            );
            assert.deepEqual(foreign, []);
            const others = user
                .resources()
                .filter(({ type }) =>
                    /:(eks\/cluster|container\/cluster|ManagedCluster|s3\/bucket|storage\/bucket:|StorageAccount)/.test(
                        type,
                    ),
                );
            assert.deepEqual(namesOf(others), []);
        });

        it("change nothing the second time", async () => {
            assertNoChanges(await user.up());
        });

        it("are passed on by a reference that has the added pool and the add-ons that there are", async () => {
            const { reference } = (await user.outputs()) as { reference: ClusterReference };
            const original = ((await owner.outputs()) as { reference: ClusterReference }).reference;
            assert.deepEqual(
                reference.pools.map((pool) => pool.name),
                ["chat", "batch"],
            );
            assert.deepEqual([...reference.addOns].sort(), [...original.addOns].sort());
            assert.equal(reference.id, original.id);
            assert.equal(reference.issuer, original.issuer);
        });

        it("are left alone when the stack that uses them is destroyed", async () => {
            assertSucceeded(await user.destroy());
            assert.deepEqual(user.resources(), []);
            assert.deepEqual(namesOf(at.clouds.resources()), owned);
            assertNoChanges(await owner.up());
        });
    });
}
