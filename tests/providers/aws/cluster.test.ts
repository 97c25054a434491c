import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { cloud } from "../../../providers/aws";
import type { ClusterHandle, ClusterReference, ClusterSpec } from "../../../providers/cloud";
import { POOL } from "./pool";
import { CALLER, isUnknown, record, scopeOf, statements, valueOf, type ScopeSettings } from "./support";

const SPEC: ClusterSpec = {
    networkCidr: "10.0.0.0/16",
    zoneCount: 2,
    controlPlane: "private",
    system: { machineType: "m7i.xlarge", min: 1, max: 3 },
    pools: [POOL],
    admins: [],
    retainOnDelete: false,
    addOns: ["kserve", "keda"],
};

async function cluster(spec: Partial<ClusterSpec> = {}, settings: ScopeSettings = {}, preview = false) {
    let handle!: ClusterHandle;
    const recording = await record(
        (into) => {
            handle = cloud.cluster({ ...SPEC, ...spec }, scopeOf(into, { name: "serving", ...settings }));
        },
        { preview },
    );
    return { recording, handle };
}

describe("a cluster's control plane on EKS", () => {
    it("is private unless blocks are named", async () => {
        const { vpcConfig } = (await cluster()).recording.named("serving-cluster").inputs;
        assert.equal(vpcConfig.endpointPrivateAccess, true);
        assert.equal(vpcConfig.endpointPublicAccess, false);
        assert.equal(vpcConfig.publicAccessCidrs, undefined);
    });

    it("opens to the blocks that are named, and stays reachable from inside", async () => {
        const { recording } = await cluster({ controlPlane: { allow: ["203.0.113.0/24"] } });
        const { vpcConfig } = recording.named("serving-cluster").inputs;
        assert.equal(vpcConfig.endpointPrivateAccess, true);
        assert.equal(vpcConfig.endpointPublicAccess, true);
        assert.deepEqual(vpcConfig.publicAccessCidrs, ["203.0.113.0/24"]);
    });

    it("takes access by entries, and its creator stays administrator", async () => {
        const { inputs } = (await cluster()).recording.named("serving-cluster");
        assert.deepEqual(inputs.accessConfig, {
            authenticationMode: "API",
            bootstrapClusterCreatorAdminPermissions: true,
        });
        assert.equal(inputs.bootstrapSelfManagedAddons, false);
        assert.deepEqual(inputs.upgradePolicy, { supportType: "STANDARD" });
    });

    it("is protected, by the engine and by EKS, only when asked", async () => {
        const open = (await cluster()).recording;
        assert.equal(open.named("serving-cluster").inputs.deletionProtection, false);
        assert.equal(open.option("cluster").protect, false);
        const { recording } = await cluster({}, { protect: true });
        assert.equal(recording.named("serving-cluster").inputs.deletionProtection, true);
        const kept = [...recording.options].filter(([, opts]) => opts.protect).map(([suffix]) => suffix);
        assert.deepEqual(kept, ["cluster"]);
    });

    it("waits for its role's policies and its log group", async () => {
        assert.deepEqual((await cluster({}, { tier: "staging" })).recording.waitsFor("cluster"), [
            "serving-control-plane-role",
            "serving-control-plane-role-AmazonEKSClusterPolicy",
            "serving-logs",
        ]);
    });

    it("logs to a group that is tagged and not kept for ever", async () => {
        const { recording } = await cluster({}, { tier: "staging" });
        assert.equal(recording.named("serving-cluster").inputs.enabledClusterLogTypes.length, 5);
        const { inputs } = recording.named("serving-logs");
        assert.equal(inputs.name, `/aws/eks/${recording.named("serving-cluster").inputs.name}/cluster`);
        assert.equal(inputs.retentionInDays, 30);
        assert.equal(inputs.tags.owner, "ml");
    });

    it("doesn't log in dev, where EKS would make the group again after each destroy", async () => {
        const { recording } = await cluster();
        assert.deepEqual(recording.ofType("cloudwatch/logGroup:LogGroup"), []);
        assert.equal(recording.named("serving-cluster").inputs.enabledClusterLogTypes, undefined);
    });

    it("has a role that no other cluster's control plane can take", async () => {
        const { recording } = await cluster();
        const { name } = recording.named("serving-cluster").inputs;
        const [trust] = statements(recording.named("serving-control-plane-role").inputs.assumeRolePolicy);
        assert.deepEqual(trust?.Principal, { Service: "eks.amazonaws.com" });
        assert.deepEqual(trust?.Condition, {
            StringEquals: { "aws:SourceAccount": CALLER },
            ArnLike: { "aws:SourceArn": `arn:aws:eks:eu-west-1:${CALLER}:cluster/${name}` },
        });
    });

    it("encrypts secrets with a key that is given, and may use no other", async () => {
        const none = (await cluster()).recording;
        assert.equal(none.named("serving-cluster").inputs.encryptionConfig, undefined);
        const key = "arn:aws:kms:eu-west-1:111122223333:key/1234";
        const { recording } = await cluster({ encryptionKey: key });
        assert.deepEqual(recording.named("serving-cluster").inputs.encryptionConfig, {
            provider: { keyArn: key },
            resources: ["secrets"],
        });
        const [use] = statements(recording.named("serving-control-plane-key").inputs.policy);
        assert.equal(use?.Resource, key);
    });

    it("takes the version that is given, else EKS's own", async () => {
        assert.equal((await cluster()).recording.named("serving-cluster").inputs.version, undefined);
        const { recording } = await cluster({ version: "1.34" });
        assert.equal(recording.named("serving-cluster").inputs.version, "1.34");
    });

    it("gets another name with another network, which replaces it", async () => {
        const name = (await cluster()).recording.named("serving-cluster").inputs.name;
        const { recording } = await cluster({ networkCidr: "10.1.0.0/16" });
        assert.notEqual(recording.named("serving-cluster").inputs.name, name);
        assert.match(name, /^serving-[a-z0-9]{8}$/);
    });

    it("makes administrators of the principals named, whole", async () => {
        const principal = "arn:aws:iam::111122223333:role/platform";
        const { recording, handle } = await cluster({ admins: [principal] });
        const [entry] = recording.ofType("eks/accessEntry:AccessEntry");
        const [policy] = recording.ofType("eks/accessPolicyAssociation:AccessPolicyAssociation");
        assert.match(entry!.name, /^serving-admin-platform-[0-9a-f]{8}$/);
        assert.equal(entry!.inputs.principalArn, principal);
        assert.deepEqual(policy!.inputs.accessScope, { type: "cluster" });
        assert.equal(
            policy!.inputs.policyArn,
            "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
        );
        assert.ok(handle.ready.some((resource) => named(resource) === policy!.name));
    });

    it("keeps an administrator's entry when another one goes", async () => {
        const principals = ["platform", "oncall"].map((role) => `arn:aws:iam::111122223333:role/${role}`);
        const entries = async (admins: string[]) =>
            (await cluster({ admins })).recording
                .ofType("eks/accessEntry:AccessEntry")
                .map(({ name, inputs }) => [inputs.principalArn as string, name]);
        const [, second] = await entries(principals);
        assert.deepEqual(await entries([principals[1]!]), [second]);
    });

    it("names an administrator that is an output by its place", async () => {
        const principal = pulumi.output("arn:aws:iam::111122223333:role/made");
        const { recording } = await cluster({ admins: [principal] });
        assert.equal(recording.named("serving-admin-0").name, "serving-admin-0");
        assert.equal(recording.named("serving-cluster-admin-0").name, "serving-cluster-admin-0");
    });

    it("stays in two zones, since EKS refuses one that comes later", async () => {
        const { recording } = await cluster({ zoneCount: 3 });
        assert.deepEqual(recording.named("serving-cluster").inputs.vpcConfig.subnetIds, [
            "serving-private-0-id",
            "serving-private-1-id",
        ]);
        assert.equal(recording.named("serving-system-nodes").inputs.subnetIds.length, 3);
    });

    it("knows a key by its own name, which an alias is looked up for", async () => {
        const { recording } = await cluster({ encryptionKey: "alias/cluster" });
        const key = "arn:aws:kms:eu-west-1:111122223333:key/of-alias/cluster";
        assert.equal(recording.named("serving-cluster").inputs.encryptionConfig.provider.keyArn, key);
        const [use] = statements(recording.named("serving-control-plane-key").inputs.policy);
        assert.equal(use?.Resource, key);
    });
});

describe("a cluster's add-ons on EKS", () => {
    it("come before nodes where nodes need them, so that they go after them", async () => {
        const { recording } = await cluster();
        for (const nodes of ["system-nodes", "pool-chat-nodes"]) {
            const waits = recording.waitsFor(nodes);
            for (const addOn of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
                assert.ok(waits.includes(`serving-${addOn}`), `${nodes} waits for ${addOn}`);
            }
            assert.ok(!waits.includes("serving-coredns"));
        }
    });

    it("come after the system nodes where they run on them", async () => {
        const { recording } = await cluster();
        for (const addOn of ["coredns", "metrics-server", "aws-ebs-csi-driver"]) {
            assert.ok(recording.waitsFor(addOn).includes("serving-system-nodes"), addOn);
        }
    });

    it("have the version that EKS holds for the cluster's, so that they follow its upgrades", async () => {
        const { recording } = await cluster({ version: "1.34" });
        for (const { inputs } of recording.ofType("eks/addon:Addon")) {
            assert.equal(inputs.addonVersion, `${inputs.addonName}-for-1.34`);
        }
        const pinned = (args: unknown) => {
            (args as { addonVersion: string }).addonVersion = "v1";
        };
        const held = await cluster({}, { customize: { "vpc-cni": pinned } });
        assert.equal(held.recording.named("serving-vpc-cni").inputs.addonVersion, "v1");
    });

    it("come without AWS's community add-ons outside its public partition, which lacks them", async () => {
        const names = async (region: string) =>
            (await cluster({}, { region })).recording
                .ofType("eks/addon:Addon")
                .map(({ inputs }) => inputs.addonName as string);
        assert.ok((await names("eu-west-1")).includes("metrics-server"));
        for (const region of ["cn-north-1", "us-gov-west-1"]) {
            assert.ok(!(await names(region)).includes("metrics-server"), region);
            assert.ok((await names(region)).includes("coredns"), region);
        }
    });

    it("keep the network plugin's permissions from the nodes", async () => {
        const { recording } = await cluster();
        const attached = (role: string) =>
            recording
                .ofType("iam/rolePolicyAttachment:RolePolicyAttachment")
                .filter(({ name }) => name.startsWith(`serving-${role}-`))
                .map(({ inputs }) => inputs.policyArn as string);
        assert.deepEqual(attached("node-role"), [
            "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ]);
        assert.deepEqual(attached("vpc-cni-role"), ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]);
        assert.deepEqual(recording.named("serving-vpc-cni").inputs.podIdentityAssociations, [
            { serviceAccount: "aws-node", roleArn: recordedArn(recording.named("serving-vpc-cni-role")) },
        ]);
    });

    it("put the cost tags on the volumes that claims make, as far as the driver can read them", async () => {
        const { recording } = await cluster();
        const settings = JSON.parse(
            recording.named("serving-aws-ebs-csi-driver").inputs.configurationValues as string,
        ) as unknown;
        assert.deepEqual(settings, {
            controller: {
                extraVolumeTags: { owner: "ml", component: "serving", "managed-by": "barycenter" },
            },
        });
        assert.equal("configurationValues" in recording.named("serving-coredns").inputs, false);
    });

    it("leave out a tag that the driver would divide", async () => {
        const { recording } = await cluster({}, { zone: { tags: { purpose: "a=b", "cost centre": "7" } } });
        const { configurationValues } = recording.named("serving-aws-ebs-csi-driver").inputs;
        assert.doesNotMatch(configurationValues as string, /purpose|cost centre/);
        assert.equal(recording.named("serving-aws-ebs-csi-driver").inputs.tags.purpose, "a=b");
    });

    it("give the autoscaler a role only where it is wanted", async () => {
        const { recording } = await cluster();
        assert.ok(!recording.shape.some((entry) => entry.includes("autoscaler")));
    });

    it("let the autoscaler scale this cluster's groups alone", async () => {
        const { recording } = await cluster({ addOns: ["clusterAutoscaler"] });
        const name = recording.named("serving-cluster").inputs.name as string;
        const [describeAll, describeGroups, scale] = statements(
            recording.named("serving-autoscaler-policy").inputs.policy,
        );
        assert.ok((describeAll?.Action as string[]).every((action) => /:(Describe|Get)/.test(action)));
        assert.equal(describeGroups?.Resource, `arn:aws:eks:eu-west-1:${CALLER}:nodegroup/${name}/*`);
        assert.deepEqual(scale?.Condition, {
            StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`]: "owned" },
        });
        const { inputs } = recording.named("serving-autoscaler-association");
        assert.deepEqual([inputs.namespace, inputs.serviceAccount], ["kube-system", "cluster-autoscaler"]);
    });
});

describe("a cluster's network on AWS", () => {
    it("has a private and a public subnet in each zone", async () => {
        const { recording } = await cluster({ zoneCount: 3 });
        const subnets = recording
            .ofType("ec2/subnet:Subnet")
            .map(({ name, inputs }) => [name, inputs.cidrBlock, inputs.availabilityZone]);
        assert.deepEqual(subnets.sort(), [
            ["serving-private-0", "10.0.0.0/19", "eu-west-1a"],
            ["serving-private-1", "10.0.32.0/19", "eu-west-1b"],
            ["serving-private-2", "10.0.64.0/19", "eu-west-1c"],
            ["serving-public-0", "10.0.224.0/22", "eu-west-1a"],
            ["serving-public-1", "10.0.228.0/22", "eu-west-1b"],
            ["serving-public-2", "10.0.232.0/22", "eu-west-1c"],
        ]);
    });

    it("moves no subnet when a zone is added", async () => {
        const ranges = async (zoneCount: number) =>
            new Map(
                (await cluster({ zoneCount })).recording
                    .ofType("ec2/subnet:Subnet")
                    .map(({ name, inputs }) => [name, inputs.cidrBlock]),
            );
        const two = await ranges(2);
        const three = await ranges(3);
        for (const [name, range] of two) {
            assert.equal(three.get(name), range);
        }
    });

    it("stays in its zones when the list of zones changes", async () => {
        const { recording } = await cluster();
        assert.deepEqual(recording.option("private-0").ignoreChanges, ["availabilityZone"]);
    });

    it("asks for zones that take a control plane, none of them local", async () => {
        const { recording } = await cluster();
        const [call] = recording.calls.filter(({ token }) => token.includes("getAvailabilityZones"));
        assert.deepEqual(call?.inputs.filters, [{ name: "zone-type", values: ["availability-zone"] }]);
        assert.equal(call?.inputs.region, "eu-west-1");
        assert.ok((call?.inputs.excludeZoneIds as string[]).includes("use1-az3"));
    });

    it("has one NAT gateway, and one a zone in production", async () => {
        const count = async (tier: "dev" | "production") =>
            (await cluster({ zoneCount: 3 }, { tier })).recording.ofType("ec2/natGateway:NatGateway").length;
        assert.equal(await count("dev"), 1);
        assert.equal(await count("production"), 3);
    });

    it("reaches S3 past the NAT gateways", async () => {
        const { inputs } = (await cluster()).recording.named("serving-s3-endpoint");
        assert.equal(inputs.vpcEndpointType, "Gateway");
        assert.equal(inputs.serviceName, "com.amazonaws.eu-west-1.s3");
        assert.equal(inputs.routeTableIds.length, 2);
    });

    it("gives no node a public address", async () => {
        const { recording } = await cluster();
        const { subnetIds } = recording.named("serving-cluster").inputs.vpcConfig;
        assert.deepEqual(subnetIds, ["serving-private-0-id", "serving-private-1-id"]);
        for (const { inputs } of recording.ofType("ec2/subnet:Subnet")) {
            assert.notEqual(inputs.mapPublicIpOnLaunch, true);
        }
    });

    it("tells load balancers which subnets are theirs", async () => {
        const { recording } = await cluster();
        assert.equal(
            recording.named("serving-private-0").inputs.tags["kubernetes.io/role/internal-elb"],
            "1",
        );
        assert.equal(recording.named("serving-public-0").inputs.tags["kubernetes.io/role/elb"], "1");
        assert.equal(recording.named("serving-private-0").inputs.tags["kubernetes.io/role/elb"], undefined);
    });

    it("outlives the nodes that drain through it", async () => {
        const waits = (await cluster()).recording.waitsFor("pool-chat-nodes");
        assert.ok(waits.includes("serving-private-0-route"));
        assert.ok(waits.includes("serving-private-1-routes"));
    });

    it("is not made where one is brought", async () => {
        const { recording } = await cluster({
            network: { network: "vpc-1", subnets: ["subnet-a", "subnet-b"] },
        });
        assert.deepEqual(
            recording.shape.filter((entry) => /aws:ec2\/(?!launchTemplate)/.test(entry)),
            [],
        );
        assert.deepEqual(recording.named("serving-cluster").inputs.vpcConfig.subnetIds, [
            "subnet-a",
            "subnet-b",
        ]);
        assert.deepEqual(
            recording.calls.filter(({ token }) => !/getAddonVersion|getCallerIdentity/.test(token)),
            [],
        );
    });
});

describe("a cluster on EKS, as a whole", () => {
    it("registers the same resources while nothing is known", async () => {
        const spec: Partial<ClusterSpec> = {
            zoneCount: 3,
            encryptionKey: "alias/cluster",
            addOns: ["clusterAutoscaler"],
            pools: [{ ...POOL, zones: ["eu-west-1b"], spot: { onDemandBase: 1 } }],
        };
        const preview = await cluster(spec, { tier: "production" }, true);
        const up = await cluster(spec, { tier: "production" });
        assert.deepEqual(preview.recording.shape, up.recording.shape);
        assert.ok(isUnknown(preview.recording.named("serving-private-0").inputs.availabilityZone));
        assert.ok(isUnknown(preview.recording.named("serving-kubernetes").inputs.kubeconfig));
    });

    it("has every regional resource in the site's region", async () => {
        const { recording } = await cluster({
            addOns: ["clusterAutoscaler"],
            admins: ["arn:aws:iam::1:role/x"],
        });
        const globals = /^(aws:iam\/|pulumi:|barycenter:)/;
        for (const { type, name, inputs } of recording.resources) {
            assert.equal(inputs.region, globals.test(type) ? undefined : "eu-west-1", `${type} ${name}`);
        }
    });

    it("tags everything that takes tags", async () => {
        const untagged = [
            /^(pulumi|barycenter):/,
            /RolePolicy|AccessPolicyAssociation|ec2\/route:|RouteTableAssociation|autoscaling\/tag/,
        ];
        for (const { type, name, inputs } of (await cluster()).recording.resources) {
            if (!untagged.some((pattern) => pattern.test(type))) {
                assert.equal(inputs.tags?.owner, "ml", `${type} ${name}`);
            }
        }
    });

    it("keeps its Kubernetes provider when the kubeconfig changes", async () => {
        const { recording } = await cluster();
        const { inputs, type } = recording.named("serving-kubernetes");
        assert.equal(type, "pulumi:providers:kubernetes");
        assert.equal(
            inputs.clusterIdentifier,
            `arn:aws:eks:eu-west-1:${CALLER}:cluster/${recording.named("serving-cluster").inputs.name}`,
        );
    });

    it("has a kubeconfig that asks AWS for a token and holds no secret", async () => {
        const { recording } = await cluster(
            {},
            { zone: { account: CALLER, role: "arn:aws:iam::1:role/deploy" } },
        );
        const config = JSON.parse(recording.named("serving-kubernetes").inputs.kubeconfig as string);
        const name = recording.named("serving-cluster").inputs.name as string;
        assert.deepEqual(config.users, [
            {
                name,
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "aws",
                        args: [
                            ...["--region", "eu-west-1", "eks", "get-token", "--cluster-name", name],
                            ...["--output", "json", "--role-arn", "arn:aws:iam::1:role/deploy"],
                        ],
                    },
                },
            },
        ]);
    });

    it("asks as the default provider does, where the stack's configuration tells it how", async () => {
        const args = async (settings: ScopeSettings) => {
            const { recording } = await cluster({}, settings);
            const config = JSON.parse(recording.named("serving-kubernetes").inputs.kubeconfig as string);
            return (config.users[0].user.exec.args as string[]).join(" ");
        };
        pulumi.runtime.setAllConfig({
            "aws:profile": "ml",
            "aws:assumeRoles": JSON.stringify([{ roleArn: "arn:aws:iam::1:role/maker" }]),
        });
        try {
            assert.match(await args({}), / --profile ml --role-arn arn:aws:iam::1:role\/maker$/);
            assert.doesNotMatch(await args({ zone: { account: CALLER } }), /--profile|--role-arn/);
        } finally {
            pulumi.runtime.setAllConfig({});
        }
        assert.doesNotMatch(await args({}), /--profile|--role-arn/);
    });

    it("has a reference of plain data from which another stack can use it", async () => {
        const { handle, recording } = await cluster();
        const reference = (await valueOf(handle.reference)) as ClusterReference;
        const name = recording.named("serving-cluster").inputs.name as string;
        assert.equal(reference.version, 1);
        assert.equal(reference.cloud, "aws");
        assert.equal(reference.account, CALLER);
        assert.equal(reference.id, `arn:aws:eks:eu-west-1:${CALLER}:cluster/${name}`);
        assert.equal(reference.issuer, "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF");
        assert.deepEqual(reference.subnets, ["serving-private-0-id", "serving-private-1-id"]);
        assert.deepEqual(reference.addOns, ["kserve", "keda"]);
        assert.deepEqual(reference.pools, [cloud.poolInfo(POOL)]);
        assert.deepEqual(JSON.parse(JSON.stringify(reference)), reference);
    });

    it("is ready when its nodes, add-ons and ways out are", async () => {
        const ready = (await cluster()).handle.ready.map(named);
        for (const part of ["cluster", "system-nodes", "pool-chat-nodes", "coredns", "private-0-route"]) {
            assert.ok(ready.includes(`serving-${part}`), part);
        }
    });
});

const named = (resource: unknown): string => (resource as { __name: string }).__name;

const recordedArn = ({ inputs }: { inputs: Record<string, unknown> }): string =>
    `arn:aws:iam::${CALLER}:role/${inputs.name as string}`;
