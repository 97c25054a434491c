import assert from "node:assert/strict";
import { cloud } from "../../../providers/aws";
import { zoneRanges } from "../../../providers/aws/subnets";
import type { AdoptedClusterSpec, ClusterHandle, ClusterReference, PoolSpec } from "../../../providers/cloud";
import * as pulumi from "@pulumi/pulumi";
import { POOL } from "./pool";
import { CALLER, record, scopeOf, valueOf } from "./support";

const ADOPTED: AdoptedClusterSpec = {
    clusterName: "platform",
    existingPools: [],
    pools: [],
    subnets: ["subnet-a", "subnet-b"],
    nodeRole: "arn:aws:iam::111122223333:role/nodes",
    addOns: ["kserve"],
};

/** Pools added to a cluster that exists, which shows them without the rest of a cluster. */
async function pools(...given: Partial<PoolSpec>[]) {
    return record((recording) => {
        cloud.adoptCluster(
            { ...ADOPTED, pools: given.map((pool) => ({ ...POOL, ...pool })) },
            scopeOf(recording, { name: "serving" }),
        );
    });
}

const NEURON = {
    accelerator: "Trainium2",
    machineType: "trn2.48xlarge",
    acceleratorsPerNode: 16,
} as const;

describe("a pool on EKS", () => {
    it("has the image with the accelerator's driver", async () => {
        const images = async (pool: Partial<PoolSpec>) =>
            (await pools(pool)).named("serving-pool-chat-nodes").inputs.amiType;
        assert.equal(await images({}), "AL2023_x86_64_NVIDIA");
        assert.equal(await images(NEURON), "AL2023_x86_64_NEURON");
        assert.equal(
            await images({ accelerator: undefined, machineType: "m7i.large" }),
            "AL2023_x86_64_STANDARD",
        );
        assert.equal(
            await images({ accelerator: undefined, machineType: "m7g.large" }),
            "AL2023_ARM_64_STANDARD",
        );
    });

    it("bears the labels that pods select and that the autoscaler waits by", async () => {
        const { labels } = (await pools({ labels: { team: "chat" } })).named(
            "serving-pool-chat-nodes",
        ).inputs;
        assert.deepEqual(labels, {
            team: "chat",
            "barycenter/pool": "chat",
            "barycenter/accelerator": "L4",
            "barycenter/capacity": "on-demand",
            "k8s.amazonaws.com/accelerator": "l4",
        });
    });

    it("keeps ordinary pods off accelerators", async () => {
        const own = { key: "team", value: "chat", effect: "NoExecute" } as const;
        const { taints } = (await pools({ taints: [own] })).named("serving-pool-chat-nodes").inputs;
        assert.deepEqual(taints, [
            { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" },
            { key: "team", value: "chat", effect: "NO_EXECUTE" },
        ]);
    });

    it("taints and labels no node for an accelerator that it hasn't", async () => {
        const cpu = { accelerator: undefined, machineType: "m7i.large", acceleratorsPerNode: 0 };
        const { taints, labels } = (await pools(cpu)).named("serving-pool-chat-nodes").inputs;
        assert.deepEqual(taints, []);
        assert.deepEqual(Object.keys(labels).sort(), ["barycenter/capacity", "barycenter/pool"]);
    });

    it("scales from zero, and leaves the count to the autoscaler", async () => {
        const recording = await pools({ min: 0, max: 8 });
        const { scalingConfig } = recording.named("serving-pool-chat-nodes").inputs;
        assert.deepEqual(scalingConfig, { minSize: 0, maxSize: 8, desiredSize: 0 });
        assert.deepEqual(recording.option("pool-chat-nodes").ignoreChanges, ["scalingConfig.desiredSize"]);
    });

    it("is one group where it is bought one way", async () => {
        const groups = async (pool: Partial<PoolSpec>) =>
            (await pools(pool))
                .ofType("eks/nodeGroup:NodeGroup")
                .map(({ name, inputs }) => [name, inputs.capacityType, inputs.scalingConfig.maxSize]);
        assert.deepEqual(await groups({}), [["serving-pool-chat-nodes", "ON_DEMAND", 8]]);
        assert.deepEqual(await groups({ spot: { onDemandBase: 0 } }), [
            ["serving-pool-chat-nodes", "SPOT", 8],
        ]);
        assert.deepEqual(await groups({ spot: { onDemandBase: 8 } }), [
            ["serving-pool-chat-nodes-base", "ON_DEMAND", 8],
        ]);
    });

    it("is two groups behind one label where part of it stays on-demand", async () => {
        const recording = await pools({ min: 2, max: 8, spot: { onDemandBase: 1 } });
        const spot = recording.named("serving-pool-chat-nodes").inputs;
        const base = recording.named("serving-pool-chat-nodes-base").inputs;
        assert.deepEqual(spot.scalingConfig, { minSize: 1, maxSize: 7, desiredSize: 1 });
        assert.deepEqual(base.scalingConfig, { minSize: 1, maxSize: 1, desiredSize: 1 });
        assert.deepEqual([spot.capacityType, base.capacityType], ["SPOT", "ON_DEMAND"]);
        assert.deepEqual(
            [spot.labels["barycenter/capacity"], base.labels["barycenter/capacity"]],
            ["spot", "on-demand"],
        );
        assert.equal(spot.labels["barycenter/pool"], base.labels["barycenter/pool"]);
    });

    it("leaves its name to AWS, so that a new group can stand beside the old one", async () => {
        const recording = await pools({ name: "a-pool-with-a-name-of-thirty-c" });
        const { inputs } = recording.named("serving-pool-a-pool-with-a-name-of-thirty-c-nodes");
        assert.equal(inputs.nodeGroupName, undefined);
        assert.ok(inputs.nodeGroupNamePrefix.length <= 37);
        assert.match(inputs.nodeGroupNamePrefix, /-$/);
    });

    it("tags instances, disks and interfaces", async () => {
        const { tagSpecifications } = (await pools({})).named("serving-pool-chat-template").inputs;
        assert.deepEqual(
            tagSpecifications.map(({ resourceType }: { resourceType: string }) => resourceType),
            ["instance", "volume", "network-interface"],
        );
        for (const { tags } of tagSpecifications) {
            assert.equal(tags.owner, "ml");
            assert.equal(tags.Name, "platform-chat");
        }
    });

    it("encrypts its disk and hides the node's role from pods", async () => {
        const { inputs } = (await pools({ diskGiB: 300 })).named("serving-pool-chat-template");
        const [{ ebs }] = inputs.blockDeviceMappings;
        assert.deepEqual([ebs.volumeType, ebs.volumeSize, ebs.encrypted], ["gp3", 300, "true"]);
        assert.deepEqual(inputs.metadataOptions, {
            httpEndpoint: "enabled",
            httpTokens: "required",
            httpPutResponseHopLimit: 1,
        });
        assert.equal(inputs.instanceType, undefined);
        assert.equal(inputs.networkInterfaces, undefined);
    });

    it("tells the autoscaler of Neuron devices, which it can't derive", async () => {
        const { inputs } = (await pools(NEURON)).named("serving-pool-chat-devices");
        assert.deepEqual(inputs.tag, {
            key: "k8s.io/cluster-autoscaler/node-template/resources/aws.amazon.com/neuron",
            value: "16",
            propagateAtLaunch: false,
        });
        assert.deepEqual((await pools({})).ofType("autoscaling/tag:Tag"), []);
    });

    it("tells the autoscaler of a taint without a value, which it overlooks", async () => {
        const recording = await pools({
            spot: { onDemandBase: 1 },
            taints: [
                { key: "example.com/team", effect: "NoExecute" },
                { key: "tier", value: "gold", effect: "NoSchedule" },
            ],
        });
        const tags = recording.ofType("autoscaling/tag:Tag").map(({ name, inputs }) => [name, inputs.tag]);
        const tag = {
            key: "k8s.io/cluster-autoscaler/node-template/taint/example.com/team",
            value: ":NoExecute",
            propagateAtLaunch: false,
        };
        assert.deepEqual(tags.sort(), [
            ["serving-pool-chat-taint-example.com-team", tag],
            ["serving-pool-chat-taint-example.com-team-base", tag],
        ]);
    });

    it("does not make the autoscaler wait for GPUs on Neuron nodes", async () => {
        const { labels } = (await pools(NEURON)).named("serving-pool-chat-nodes").inputs;
        assert.equal(labels["k8s.amazonaws.com/accelerator"], undefined);
    });

    it("uses the subnets of the zones that it names", async () => {
        const recording = await pools({ zones: ["eu-west-1b"] });
        assert.deepEqual(recording.named("serving-pool-chat-nodes").inputs.subnetIds, ["subnet-b"]);
        assert.deepEqual((await pools({})).named("serving-pool-chat-nodes").inputs.subnetIds, [
            "subnet-a",
            "subnet-b",
        ]);
    });

    it("changes nothing of another pool when it changes", async () => {
        const other = { name: "embed", machineType: "g6.2xlarge" };
        const one = await pools({}, other);
        const two = await pools(
            { machineType: "g6.4xlarge", spot: { onDemandBase: 2 }, diskGiB: 500 },
            other,
        );
        for (const name of ["serving-pool-embed-nodes", "serving-pool-embed-template"]) {
            assert.deepEqual(two.named(name).inputs, one.named(name).inputs);
        }
    });
});

describe("a pool on EKS with EFA", () => {
    const H100 = { accelerator: "H100", machineType: "p5.48xlarge", acceleratorsPerNode: 8 } as const;

    it("joins whole machines in the one zone that is named", async () => {
        const recording = await pools({ ...H100, zones: ["eu-west-1a"] });
        const { inputs } = recording.named("serving-pool-chat-template");
        assert.equal(inputs.networkInterfaces.length, 32);
        const [first, second] = inputs.networkInterfaces;
        assert.deepEqual([first.interfaceType, first.deviceIndex, first.networkCardIndex], ["efa", 0, 0]);
        assert.deepEqual(
            [second.interfaceType, second.deviceIndex, second.networkCardIndex],
            ["efa-only", 1, 1],
        );
        assert.deepEqual(first.securityGroups, ["sg-existing", "serving-pool-chat-fabric-id"]);
        assert.equal(recording.named("serving-pool-chat-placement").inputs.strategy, "cluster");
        assert.deepEqual(inputs.placement, {
            groupName: recording.named("serving-pool-chat-placement").inputs.name,
        });
    });

    it("says nothing on public addresses, which EC2 refuses beside several interfaces", async () => {
        const recording = await pools({ ...H100, zones: ["eu-west-1a"] });
        for (const each of recording.named("serving-pool-chat-template").inputs.networkInterfaces) {
            assert.ok(!("associatePublicIpAddress" in each));
        }
    });

    it("tells pods, the device plugin and the autoscaler of its adapters", async () => {
        const pool = { ...POOL, ...H100, zones: ["eu-west-1a"] };
        const recording = await pools(pool);
        assert.equal(recording.named("serving-pool-chat-nodes").inputs.labels["barycenter/efa"], "standard");
        assert.deepEqual(recording.named("serving-pool-chat-adapters").inputs.tag, {
            key: "k8s.io/cluster-autoscaler/node-template/resources/vpc.amazonaws.com/efa",
            value: "32",
            propagateAtLaunch: false,
        });
        assert.deepEqual(cloud.poolInfo(pool).fabric, { resourceName: "vpc.amazonaws.com/efa", perNode: 32 });
        assert.equal(cloud.poolInfo({ ...pool, zones: [] }).fabric, undefined);
    });

    it("has the privileged form of the device plugin on Trainium", async () => {
        const recording = await pools({ ...NEURON, zones: ["eu-west-1a"] });
        assert.equal(
            recording.named("serving-pool-chat-nodes").inputs.labels["barycenter/efa"],
            "privileged",
        );
    });

    it("lets its own traffic through in both directions, and no other", async () => {
        const recording = await pools({ ...H100, zones: ["eu-west-1a"] });
        for (const rule of ["fabric-in", "fabric-out"]) {
            const { inputs } = recording.named(`serving-pool-chat-${rule}`);
            assert.equal(inputs.referencedSecurityGroupId, "serving-pool-chat-fabric-id");
            assert.equal(inputs.cidrIpv4, undefined);
        }
    });

    it("is not used where the zone is not said, or there is one node", async () => {
        for (const pool of [H100, { ...H100, zones: ["eu-west-1a"], max: 1 }]) {
            const recording = await pools(pool);
            assert.equal(recording.named("serving-pool-chat-template").inputs.networkInterfaces, undefined);
            assert.deepEqual(recording.ofType("ec2/placementGroup:PlacementGroup"), []);
            assert.deepEqual(recording.ofType("autoscaling/tag:Tag"), []);
            assert.ok(!("barycenter/efa" in recording.named("serving-pool-chat-nodes").inputs.labels));
        }
    });
});

describe("what is known of a pool on EKS", () => {
    it("says how pods reach it", () => {
        assert.deepEqual(cloud.poolInfo({ ...POOL, spot: { onDemandBase: 1 } }), {
            name: "chat",
            accelerator: "L4",
            acceleratorsPerNode: 1,
            machineType: "g6.xlarge",
            vcpu: 4,
            memoryGiB: 16,
            min: 0,
            max: 8,
            spot: true,
            onDemandBase: 1,
            nodeSelector: { "barycenter/pool": "chat" },
            taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
            resourceName: "nvidia.com/gpu",
        });
    });

    it("names no accelerator of a CPU pool", () => {
        const info = cloud.poolInfo({ ...POOL, accelerator: undefined, acceleratorsPerNode: 0 });
        assert.ok(!("accelerator" in info) && !("resourceName" in info));
        assert.deepEqual(info.taints, []);
    });
});

describe("an adopted cluster on EKS", () => {
    const adopt = async (spec: Partial<AdoptedClusterSpec>, preview = false) => {
        let handle!: ClusterHandle;
        const recording = await record(
            (into) => {
                handle = cloud.adoptCluster({ ...ADOPTED, ...spec }, scopeOf(into, { name: "shared" }));
            },
            { preview },
        );
        return { recording, handle };
    };

    const REFERENCE: ClusterReference = {
        version: 1,
        cloud: "aws",
        region: "eu-west-1",
        name: "platform",
        id: `arn:aws:eks:eu-west-1:${CALLER}:cluster/platform`,
        endpoint: "https://PLATFORM.eks.amazonaws.com",
        certificateAuthority: "UExBVA==",
        issuer: "https://oidc.eks/id/PLATFORM",
        account: CALLER,
        pools: [cloud.poolInfo({ ...POOL, name: "old" })],
        addOns: ["keda"],
        kubeconfig: "{}",
        nodeRole: "arn:aws:iam::111122223333:role/theirs",
        subnets: ["subnet-x", "subnet-y"],
    };

    it("puts nothing of the cluster into the state", async () => {
        const { recording } = await adopt({});
        assert.deepEqual(recording.shape, [
            "barycenter:index:Test shared",
            "pulumi:providers:kubernetes shared-kubernetes",
        ]);
    });

    it("is found by name in the site's region", async () => {
        const { recording, handle } = await adopt({});
        assert.deepEqual(recording.calls[0]?.inputs, { name: "platform", region: "eu-west-1" });
        assert.equal(await valueOf(handle.issuer!), "https://oidc.eks/id/EXISTING");
        assert.equal(
            recording.named("shared-kubernetes").inputs.clusterIdentifier,
            `arn:aws:eks:eu-west-1:${CALLER}:cluster/platform`,
        );
    });

    it("is known from a reference without a look-up", async () => {
        const { recording, handle } = await adopt({
            clusterName: undefined,
            reference: REFERENCE,
            subnets: undefined,
            nodeRole: undefined,
        });
        assert.deepEqual(recording.calls, []);
        assert.equal(await valueOf(handle.clusterName), "platform");
        assert.deepEqual(
            ((await valueOf(pulumi.output(handle.pools))) ?? []).map(({ name }) => name),
            ["old"],
        );
        assert.deepEqual(await valueOf(pulumi.output(handle.addOns)), ["keda", "kserve"]);
        assert.equal((await valueOf(handle.reference))?.nodeRole, REFERENCE.nodeRole);
    });

    it("adds pools with the role and the subnets of the reference", async () => {
        const { recording, handle } = await adopt({
            clusterName: undefined,
            reference: pulumi.output(REFERENCE),
            subnets: undefined,
            nodeRole: undefined,
            pools: [POOL],
        });
        const { inputs } = recording.named("shared-pool-chat-nodes");
        assert.equal(inputs.nodeRoleArn, REFERENCE.nodeRole);
        assert.deepEqual(inputs.subnetIds, ["subnet-x", "subnet-y"]);
        assert.deepEqual(recording.ofType("iam/role:Role"), []);
        assert.deepEqual(
            ((await valueOf(pulumi.output(handle.pools))) ?? []).map(({ name }) => name),
            ["old", "chat"],
        );
    });

    it("makes a role for its nodes only where none is given", async () => {
        const { recording } = await adopt({ nodeRole: undefined, pools: [POOL] });
        assert.deepEqual(
            recording.named("shared-pool-chat-nodes").inputs.nodeRoleArn.split("/")[0],
            `arn:aws:iam::${CALLER}:role`,
        );
        assert.equal(recording.ofType("iam/role:Role").length, 1);
        // The network plugin of a cluster that others made may act as its nodes.
        assert.deepEqual(
            recording
                .ofType("iam/rolePolicyAttachment:RolePolicyAttachment")
                .map(({ inputs }) => (inputs.policyArn as string).split("/")[1]),
            ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
        );
        assert.deepEqual((await adopt({ pools: [POOL] })).recording.ofType("iam/role:Role"), []);
    });

    it("registers the same resources while the reference is unknown", async () => {
        const spec = { clusterName: undefined, subnets: undefined, nodeRole: undefined, pools: [POOL] };
        const unknown = pulumi.output(
            pulumi.unknown as unknown as ClusterReference,
        ) as pulumi.Output<ClusterReference>;
        const preview = await adopt({ ...spec, reference: unknown }, true);
        const up = await adopt({ ...spec, reference: REFERENCE });
        assert.deepEqual(preview.recording.shape, up.recording.shape);
    });

    it("refuses a kubeconfig alone, from which AWS tells nothing", () =>
        assert.rejects(adopt({ clusterName: undefined, kubeconfig: "{}" }), /clusterName.*reference/));
});

describe("the address ranges of a network on AWS", () => {
    it("never overlap, and stay inside", () => {
        const ranges = [0, 1, 2, 3, 4, 5].flatMap((zone) => Object.values(zoneRanges("10.4.0.0/16", zone)));
        const spans = ranges.map(span).sort((a, b) => a[0] - b[0]);
        spans.forEach(([start, end], index) => {
            assert.ok(index === 0 || start >= spans[index - 1]![1]);
            assert.ok(end <= span("10.4.0.0/16")[1]);
        });
    });

    it("refuse a network that is too small for nodes", () => {
        assert.throws(() => zoneRanges("10.0.0.0/24", 0), RangeError);
        assert.throws(() => zoneRanges("10.0.0.0/16", 6), RangeError);
    });
});

function span(range: string): [number, number] {
    const [address = "", bits] = range.split("/");
    const start = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return [start, start + 2 ** (32 - Number(bits))];
}
