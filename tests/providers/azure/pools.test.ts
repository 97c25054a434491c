import assert from "node:assert/strict";
import { cloud } from "../../../providers/azure";
import type { ClusterHandle, ClusterReference, PoolSpec } from "../../../providers/cloud";
import { CPU, made, POOL } from "./clusterFixtures";
import { promised, record, scopeOf, valueOf, type Recording } from "./support";

const SPOT_TAINT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule";

describe("a pool on Azure", () => {
    it("scales from zero, with the driver installed and its GPUs tainted", async () => {
        const { recording } = await made();
        const pool = recording.inputs("serving-pool-chat");
        assert.equal(pool.mode, "User");
        assert.equal(pool.enableAutoScaling, true);
        assert.deepEqual([pool.minCount, pool.maxCount, pool.count], [0, 8, 0]);
        assert.deepEqual(pool.gpuProfile, { driver: "Install" });
        assert.deepEqual(pool.nodeTaints, ["nvidia.com/gpu=present:NoSchedule"]);
        assert.equal(pool.nodeLabels["barycenter/pool"], "chat");
        assert.equal(pool.nodeLabels["barycenter/accelerator"], "A100-80GB");
        assert.equal(pool.nodeLabels["barycenter/capacity"], "on-demand");
        assert.equal(pool.nodeLabels.team, "ml");
        assert.deepEqual(recording.option("pool-chat").ignoreChanges, ["count", "orchestratorVersion"]);
        assert.equal(pool.resourceName, recording.inputs("serving-cluster").resourceName);
    });

    it("keeps back memory for few pods, so that a replica finds its share of the machine", async () => {
        assert.equal((await made()).recording.inputs("serving-pool-chat").maxPods, 30);
    });

    it("has no GPU settings on a CPU pool", async () => {
        const pool = (await made({ pools: [CPU] })).recording.inputs("serving-pool-general-purpose");
        assert.equal("gpuProfile" in pool, false);
        assert.equal("maxPods" in pool, false);
        assert.deepEqual(pool.nodeTaints, []);
        assert.equal("barycenter/accelerator" in pool.nodeLabels, false);
        assert.equal(cloud.poolInfo(CPU).resourceName, undefined);
    });

    it("is two pools where spot has an on-demand base, selected by one label", async () => {
        const { recording } = await made({ pools: [{ ...POOL, min: 2, spot: { onDemandBase: 1 } }] });
        const base = recording.inputs("serving-pool-chat-base");
        const spot = recording.inputs("serving-pool-chat");
        assert.deepEqual([base.minCount, base.maxCount], [1, 1]);
        assert.deepEqual([spot.minCount, spot.maxCount], [1, 7]);
        assert.equal(base.scaleSetPriority, "Regular");
        assert.equal(spot.scaleSetPriority, "Spot");
        assert.equal(spot.scaleSetEvictionPolicy, "Delete");
        assert.equal(spot.spotMaxPrice, -1);
        assert.equal("upgradeSettings" in spot, false);
        assert.ok(spot.nodeTaints.includes(SPOT_TAINT));
        assert.equal(spot.nodeLabels["kubernetes.azure.com/scalesetpriority"], "spot");
        assert.equal(base.nodeTaints.includes(SPOT_TAINT), false);
        assert.equal(base.nodeLabels["barycenter/pool"], spot.nodeLabels["barycenter/pool"]);
        assert.notEqual(base.agentPoolName, spot.agentPoolName);
    });

    it("is one spot pool without a base, and one on-demand pool where the base is all of it", async () => {
        const types = async (onDemandBase: number): Promise<unknown[]> =>
            (await made({ pools: [{ ...POOL, spot: { onDemandBase } }] })).recording
                .ofType("containerservice:AgentPool")
                .map(({ inputs }) => inputs.scaleSetPriority);
        assert.deepEqual(await types(0), ["Spot"]);
        assert.deepEqual(await types(8), ["Regular"]);
    });

    it("is named within 12 lower-case characters, and anew when its machine changes but not when its size does", async () => {
        const name = async (pool: Partial<PoolSpec>): Promise<string> =>
            (await made({ pools: [{ ...POOL, ...pool }] })).recording.ofType("containerservice:AgentPool")[0]!
                .inputs.agentPoolName;
        const first = await name({});
        assert.match(first, /^[a-z][a-z0-9]{0,11}$/);
        assert.notEqual(await name({ machineType: "Standard_NC48ads_A100_v4" }), first);
        assert.equal(await name({ max: 20, labels: { other: "label" } }), first);
        assert.match(await name({ name: "9-nine" }), /^[a-z][a-z0-9]{0,11}$/);
    });

    it("is named anew in another subnet, and not when its zones are told in another order", async () => {
        const name = async (pool: Partial<PoolSpec>, subnet?: string): Promise<string> =>
            (
                await made({
                    pools: [{ ...POOL, ...pool }],
                    ...(subnet ? { network: { network: "/net", subnets: [subnet] } } : {}),
                })
            ).recording.inputs("serving-pool-chat").agentPoolName;
        assert.notEqual(await name({}, "/subnets/a"), await name({}, "/subnets/b"));
        assert.equal(
            await name({ zones: ["westeurope-1", "westeurope-2"] }),
            await name({ zones: ["2", "1"] }),
        );
    });

    it("follows the version that the program names, and otherwise leaves it to the upgrade channel", async () => {
        const named = (await made({ version: "1.34" })).recording;
        assert.equal(named.inputs("serving-pool-chat").orchestratorVersion, "1.34");
        assert.deepEqual(named.option("pool-chat").ignoreChanges, ["count"]);
        assert.equal("orchestratorVersion" in (await made()).recording.inputs("serving-pool-chat"), false);
    });

    it("is made anew before the old one goes, whatever the provider would rather do", async () => {
        assert.equal((await made()).recording.option("pool-chat").deleteBeforeReplace, false);
    });

    it("tells pods what they select and tolerate", () => {
        const info = cloud.poolInfo({ ...POOL, spot: { onDemandBase: 1 } });
        assert.deepEqual(info.nodeSelector, { "barycenter/pool": "chat" });
        assert.equal(info.resourceName, "nvidia.com/gpu");
        assert.deepEqual(
            info.taints.map(({ key }) => key),
            ["nvidia.com/gpu", "kubernetes.azure.com/scalesetpriority"],
        );
        assert.deepEqual(cloud.poolInfo(POOL).taints.length, 1);
    });
});

describe("an adopted cluster on Azure", () => {
    const EXISTING = { existingPools: [], pools: [POOL], addOns: ["keda"] };
    const REFERENCE: ClusterReference = {
        version: 1,
        cloud: "azure",
        region: "westeurope",
        name: "shared",
        id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/shared",
        endpoint: "https://shared:443",
        certificateAuthority: "Q0E=",
        issuer: "https://shared.issuer/",
        account: "s",
        resourceGroup: "platform",
        pools: [],
        addOns: ["kserve"],
        kubeconfig: "{}",
        subnets: ["/subnets/shared"],
    };

    const adopted = async (
        spec: Partial<Parameters<typeof cloud.adoptCluster>[0]>,
        preview = false,
    ): Promise<{ recording: Recording; cluster: ClusterHandle }> => {
        let cluster: ClusterHandle | undefined;
        const recording = await record(
            (to) => {
                cluster = cloud.adoptCluster({ ...EXISTING, ...spec }, scopeOf(to, { name: "shared" }));
            },
            { preview },
        );
        return { recording, cluster: cluster! };
    };

    it("adds pools by name and resource group and registers nothing that exists", async () => {
        const { recording, cluster } = await adopted({ clusterName: "theirs", resourceGroup: "their-group" });
        assert.equal(recording.ofType("containerservice:ManagedCluster").length, 0);
        assert.equal(recording.ofType("resources:ResourceGroup").length, 0);
        const pool = recording.inputs("shared-pool-chat");
        assert.equal(pool.resourceName, "theirs");
        assert.equal(pool.resourceGroupName, "their-group");
        assert.equal(pool.vnetSubnetID, "/subnets/existing");
        assert.equal(await valueOf(cluster.issuer!), "https://existing.issuer/");
    });

    it("adds pools by another stack's reference without asking Azure", async () => {
        const { recording, cluster } = await adopted({ reference: REFERENCE });
        assert.deepEqual(recording.calls, []);
        const pool = recording.inputs("shared-pool-chat");
        assert.equal(pool.resourceName, "shared");
        assert.equal(pool.resourceGroupName, "platform");
        assert.equal(pool.vnetSubnetID, "/subnets/shared");
        const reference = (await valueOf(cluster.reference))!;
        assert.deepEqual(reference.addOns, ["kserve", "keda"]);
        assert.equal(reference.pools[0]?.name, "chat");
    });

    it("registers the same in a preview that knows nothing", async () => {
        const names = { clusterName: "theirs", resourceGroup: "their-group" };
        assert.deepEqual(
            (await adopted(names, true)).recording.shape,
            (await adopted(names)).recording.shape,
        );
    });

    it("refuses another cloud's reference", async () => {
        const { cluster, recording } = await adopted({
            reference: { ...REFERENCE, cloud: "aws" } as ClusterReference,
        });
        await assert.rejects(promised(cluster.endpoint), /of a cluster at aws\/westeurope: adopt it there/);
        assert.deepEqual(recording.ofType("containerservice:AgentPool"), []);
    });

    it("refuses a cluster that no one of Entra can sign in to, which its name gives no other way into", async () => {
        const { cluster } = await adopted({ clusterName: "without-entra", resourceGroup: "their-group" });
        await assert.rejects(promised(cluster.kubeconfig), /knows no one of Microsoft Entra/);
    });

    it("refuses a name without a resource group", async () => {
        await record((to) => {
            assert.throws(
                () =>
                    cloud.adoptCluster(
                        { ...EXISTING, clusterName: "theirs" },
                        scopeOf(to, { name: "shared" }),
                    ),
                /resourceGroup/,
            );
        });
    });
});
