import assert from "node:assert/strict";
import { GpuCluster, InferenceService, ModelStore, type AdoptedGpuClusterArgs } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { EngineStack } from "../support/engine/workspace";
import { attached, CLOUDS, configOn, namesOf, OPERATORS, type Managed } from "./clouds";

const CHAT = { accelerator: ["L4", "T4"], max: 4 } as const;

/** What a name alone doesn't tell, from the owner's outputs. */
const BESIDE: Readonly<Record<Managed, (outputs: any) => Partial<AdoptedGpuClusterArgs>>> = {
    aws: ({ reference }) => ({ subnets: reference.subnets }),
    gcp: () => ({}),
    azure: ({ reference }) => ({ resourceGroup: reference.resourceGroup }),
};

for (const cloud of CLOUDS) {
    describe(`a cluster that exists on ${cloud}, by its name`, function () {
        this.timeout(240_000);
        const at = attached();
        let owned: string[];
        let user: EngineStack;
        let outputs: any;

        before(async () => {
            const owner = await at.engine.inline(
                "platform",
                cloud,
                async () => {
                    const cluster = new GpuCluster("shared", {
                        pools: { chat: CHAT },
                        controlPlane: OPERATORS,
                    });
                    return { name: cluster.clusterName, reference: cluster.reference };
                },
                configOn(cloud),
            );
            assertSucceeded(await owner.up());
            outputs = await owner.outputs();
            owned = namesOf(at.clouds.resources());
            user = await at.engine.inline(
                "team",
                cloud,
                async () => {
                    const cluster = GpuCluster.from("cluster", {
                        clusterName: outputs.name,
                        existingPools: { chat: { ...CHAT, labels: { "barycenter/pool": "chat" } } },
                        pools: { extra: { ...CHAT, spot: { onDemandBase: 1 } } },
                        ...BESIDE[cloud](outputs),
                    });
                    const weights = new ModelStore("weights");
                    new InferenceService("chat", {
                        model: weights.model("llama"),
                        server: "vllm",
                        accelerator: ["L4", "T4"],
                        runOn: cluster,
                    });
                    return { reference: cluster.reference };
                },
                configOn(cloud),
            );
            assertSucceeded(await user.preview());
            assertSucceeded(await user.up());
        });

        it("gets the added pools, and what they need", () => {
            const pools = at.clouds
                .resources()
                .filter(({ type }) =>
                    /:(eks\/nodeGroup|container\/nodePool|containerservice:AgentPool)/.test(type),
                );
            assert.deepEqual(
                namesOf(pools).filter((name) => name.startsWith("cluster-")),
                cloud === "aws"
                    ? ["cluster-pool-extra-nodes", "cluster-pool-extra-nodes-base"]
                    : ["cluster-pool-extra", "cluster-pool-extra-base"],
            );
            const ofCluster = pools.map(({ inputs }) =>
                String(inputs.clusterName ?? inputs.cluster ?? inputs.resourceName),
            );
            assert.deepEqual(
                ofCluster.filter((name) => !name.endsWith(outputs.name)),
                [],
            );
        });

        it("is found as its owner's reference tells it", async () => {
            const { reference } = (await user.outputs()) as any;
            for (const property of ["cloud", "region", "name", "id", "endpoint", "issuer", "account"]) {
                assert.equal(reference[property], outputs.reference[property], property);
            }
        });

        it("changes nothing the second time", async () => {
            assertNoChanges(await user.up());
        });

        it("is left alone when the stack that uses it is destroyed", async () => {
            assertSucceeded(await user.destroy());
            assert.deepEqual(namesOf(at.clouds.resources()), owned);
        });
    });
}
