import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type {
    AdoptedClusterSpec,
    ClusterHandle,
    ClusterReference,
    ClusterSpec,
    PoolSpec,
} from "../../../providers/cloud";
import { cloud } from "../../../providers/gcp";
import { poolZones } from "../../../providers/gcp/zones";
import {
    BARREN_REGION,
    NUMBER,
    PROJECT,
    record,
    scopeOf,
    valueOf,
    type Recording,
    type Registered,
    type ScopeSettings,
} from "./support";

const POOL: PoolSpec = {
    name: "chat",
    accelerator: "L4",
    machineType: "g2-standard-8",
    acceleratorsPerNode: 1,
    vcpu: 8,
    memoryGiB: 32,
    min: 0,
    max: 8,
    diskGiB: 200,
    zones: [],
    labels: {},
    taints: [],
};

const TPU: PoolSpec = {
    ...POOL,
    name: "slice",
    accelerator: "tpu-v6e",
    machineType: "ct6e-standard-4t",
    acceleratorsPerNode: 4,
    topology: "2x2",
};

const SPEC: ClusterSpec = {
    networkCidr: "10.0.0.0/16",
    zoneCount: 2,
    controlPlane: "private",
    system: { machineType: "n2-standard-4", min: 1, max: 3 },
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

async function poolNames({ pools }: ClusterHandle): Promise<string[]> {
    const known = await valueOf(pulumi.output(pools) as pulumi.Output<readonly { readonly name: string }[]>);
    return (known ?? []).map(({ name }) => name);
}

async function pool(spec: Partial<PoolSpec>, suffix = "pool-chat") {
    const { recording } = await cluster({ pools: [{ ...POOL, ...spec }] });
    return recording.named(`serving-${suffix}`).inputs;
}

describe("a cluster's control plane on GKE", () => {
    it("is private unless blocks are named", async () => {
        const { inputs } = (await cluster()).recording.named("serving-cluster");
        assert.deepEqual(inputs.privateClusterConfig, {
            enablePrivateNodes: true,
            enablePrivateEndpoint: true,
        });
        // Without the network's ranges it would answer the cluster's own subnet alone.
        assert.deepEqual(inputs.masterAuthorizedNetworksConfig, {
            cidrBlocks: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map((cidrBlock) => ({ cidrBlock })),
            gcpPublicCidrsAccessEnabled: false,
        });
        assert.deepEqual(inputs.controlPlaneEndpointsConfig, {
            dnsEndpointConfig: { allowExternalTraffic: false },
        });
    });

    it("opens to the blocks that are named, and its nodes stay private", async () => {
        const { recording } = await cluster({ controlPlane: { allow: ["203.0.113.0/24"] } });
        const { inputs } = recording.named("serving-cluster");
        assert.deepEqual(inputs.privateClusterConfig, {
            enablePrivateNodes: true,
            enablePrivateEndpoint: false,
        });
        assert.deepEqual(inputs.masterAuthorizedNetworksConfig, {
            cidrBlocks: [{ cidrBlock: "203.0.113.0/24" }],
            gcpPublicCidrsAccessEnabled: false,
        });
    });

    it("is regional, with workload identity, Dataplane V2, cost allocation and GPU metrics", async () => {
        const { inputs } = (await cluster()).recording.named("serving-cluster");
        assert.match(inputs.name, /^serving-cluster-[a-z0-9]{8}$/);
        assert.ok(inputs.name.length <= 40);
        assert.equal(inputs.location, "europe-west4");
        assert.deepEqual(inputs.workloadIdentityConfig, { workloadPool: `${PROJECT}.svc.id.goog` });
        assert.equal(inputs.datapathProvider, "ADVANCED_DATAPATH");
        assert.deepEqual(inputs.costManagementConfig, { enabled: true });
        assert.deepEqual(inputs.monitoringConfig.enableComponents, ["SYSTEM_COMPONENTS", "DCGM"]);
        assert.deepEqual(inputs.resourceLabels, {
            component: "serving",
            "managed-by": "barycenter",
            owner: "ml",
        });
        assert.deepEqual(inputs.releaseChannel, { channel: "REGULAR" });
        assert.equal("minMasterVersion" in inputs, false);
        assert.equal("databaseEncryption" in inputs, false);
    });

    it("holds no secret: no client certificate is issued", async () => {
        const { inputs } = (await cluster()).recording.named("serving-cluster");
        assert.deepEqual(inputs.masterAuth, { clientCertificateConfig: { issueClientCertificate: false } });
    });

    it("takes the version that is asked for as the least", async () => {
        const { recording } = await cluster({ version: "1.34" });
        assert.equal(recording.named("serving-cluster").inputs.minMasterVersion, "1.34");
    });

    it("writes its deletion protection in both states, since GKE's default is on", async () => {
        const off = await cluster({}, { protect: false });
        assert.equal(off.recording.named("serving-cluster").inputs.deletionProtection, false);
        assert.equal(off.recording.named("serving-cluster").inputs.deletionPolicy, "DELETE");
        assert.equal(off.recording.option("cluster").protect, false);
        const on = await cluster({}, { protect: true });
        assert.equal(on.recording.named("serving-cluster").inputs.deletionProtection, true);
        assert.equal(on.recording.named("serving-cluster").inputs.deletionPolicy, "PREVENT");
        assert.equal(on.recording.option("cluster").protect, true);
        assert.equal(on.recording.option("pool-chat").protect, undefined);
    });

    it("removes the pool that GKE begins with, and never takes another pool's values for its change", async () => {
        const { recording } = await cluster();
        const { inputs } = recording.named("serving-cluster");
        assert.equal(inputs.removeDefaultNodePool, true);
        assert.equal(inputs.initialNodeCount, 1);
        assert.match(inputs.nodeConfig.serviceAccount, /^serving-node-.*@acme-ml\.iam/);
        assert.equal("nodePools" in inputs, false);
        assert.deepEqual(recording.option("cluster").ignoreChanges, [
            "initialNodeCount",
            "nodeConfig",
            "nodePools",
            "nodeVersion",
        ]);
    });

    it("leaves the Gateway API's definitions to the add-on that brings them", async () => {
        const channel = async (addOns: string[]) =>
            (await cluster({ addOns })).recording.named("serving-cluster").inputs.gatewayApiConfig.channel;
        assert.equal(await channel(["gateway"]), "CHANNEL_DISABLED");
        assert.equal(await channel([]), "CHANNEL_STANDARD");
    });

    it("encrypts its database with the key given, after GKE's agent may use it", async () => {
        const key = "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k";
        const { recording } = await cluster({ encryptionKey: key });
        assert.deepEqual(recording.named("serving-cluster").inputs.databaseEncryption, {
            state: "ENCRYPTED",
            keyName: key,
        });
        assert.equal(
            recording.named("serving-key-grant").inputs.member,
            `serviceAccount:service-${NUMBER}@container-engine-robot.iam.gserviceaccount.com`,
        );
        assert.ok(recording.waitsFor("cluster").includes("serving-key-grant"));
        // The agent is made before it is granted anything.
        assert.equal(recording.named("serving-agent").inputs.service, "container.googleapis.com");
        assert.deepEqual(recording.waitsFor("key-grant"), ["serving-agent"]);
        assert.ok(recording.waitsFor("agent").includes("serving-api-container"));
    });

    it("enables what it calls first, and never disables it", async () => {
        const { recording } = await cluster({ admins: [pulumi.output("group:ml@example.com")] });
        const services = recording.ofType("projects/service:Service");
        assert.deepEqual(services.map(({ inputs }) => inputs.service as string).sort(), [
            "cloudresourcemanager.googleapis.com",
            "compute.googleapis.com",
            "container.googleapis.com",
            "containerfilesystem.googleapis.com",
            "iam.googleapis.com",
            "iamcredentials.googleapis.com",
        ]);
        for (const { name, inputs } of services) {
            assert.equal(inputs.disableOnDestroy, false);
            for (const suffix of ["network", "node-identity", "cluster", "admin-0"]) {
                assert.ok(recording.waitsFor(suffix).includes(name), `${suffix} before ${name}`);
            }
        }
    });

    it("needs no firewall rule: its calls come out of pods", async () => {
        assert.deepEqual((await cluster()).recording.ofType("compute/firewall:Firewall"), []);
    });

    it("makes administrators of those who are named", async () => {
        const { recording } = await cluster({ admins: ["group:ml@example.com"] });
        const [{ name, inputs: given }] = administrators(recording) as [Registered];
        const { condition, ...inputs } = given;
        assert.match(name, /^serving-admin-ml-[0-9a-f]{8}$/);
        assert.deepEqual(inputs, {
            project: PROJECT,
            role: "roles/container.admin",
            member: "group:ml@example.com",
        });
        // Another cluster with the same administrator has a binding of its own.
        assert.match(condition.title, /^serving-admin-ml-/);
    });

    it("keeps an administrator's binding when another one goes", async () => {
        const members = ["group:ml@example.com", "user:ml@example.com", "group:ml@example.org"];
        const bindings = async (admins: string[]) =>
            administrators((await cluster({ admins })).recording).map(({ name, inputs }) => [
                inputs.member,
                name,
                inputs.condition.title,
            ]);
        const all = await bindings(members);
        assert.equal(new Set(all.map(([, name]) => name)).size, 3);
        assert.deepEqual(await bindings(members.slice(1)), all.slice(1));
    });

    it("names an administrator that is an output by its place", async () => {
        const { recording } = await cluster({ admins: [pulumi.output("group:ml@example.com")] });
        assert.equal(recording.named("serving-admin-0").inputs.member, "group:ml@example.com");
    });
});

const administrators = (recording: Recording): Registered[] =>
    recording
        .ofType("projects/iAMMember:IAMMember")
        .filter(({ inputs }) => inputs.role === "roles/container.admin");

describe("a cluster's network on Google Cloud", () => {
    it("has room for nodes, services and pods, reaches Cloud Storage privately, and the rest by NAT", async () => {
        const { recording } = await cluster();
        const subnet = recording.named("serving-subnet").inputs;
        assert.equal(subnet.ipCidrRange, "10.0.0.0/18");
        assert.deepEqual(subnet.secondaryIpRanges, [
            { rangeName: "pods", ipCidrRange: "10.0.128.0/17" },
            { rangeName: "services", ipCidrRange: "10.0.64.0/18" },
        ]);
        assert.equal(subnet.privateIpGoogleAccess, true);
        assert.equal("logConfig" in subnet, false);
        assert.equal(recording.named("serving-network").inputs.autoCreateSubnetworks, false);
        assert.equal(recording.named("serving-nat").inputs.natIpAllocateOption, "AUTO_ONLY");
        assert.deepEqual(recording.named("serving-cluster").inputs.ipAllocationPolicy, {
            clusterSecondaryRangeName: "pods",
            servicesSecondaryRangeName: "services",
        });
        assert.ok(recording.waitsFor("cluster").includes("serving-nat"));
    });

    it("is the one that is brought, and then nothing of a network is made", async () => {
        const { recording } = await cluster({
            network: { network: "shared", subnets: ["nodes"], podRange: "p", serviceRange: "s" },
        });
        const { inputs } = recording.named("serving-cluster");
        assert.equal(inputs.network, "shared");
        assert.equal(inputs.subnetwork, "nodes");
        assert.deepEqual(inputs.ipAllocationPolicy, {
            clusterSecondaryRangeName: "p",
            servicesSecondaryRangeName: "s",
        });
        assert.deepEqual(
            recording.resources.filter(({ type }) => type.startsWith("gcp:compute/")),
            [],
        );
    });

    it("is the landing zone's where the program brings none", async () => {
        const { recording } = await cluster(
            {},
            { zone: { account: PROJECT, network: "vpc", subnets: ["sub"] } },
        );
        assert.equal(recording.named("serving-cluster").inputs.network, "vpc");
        assert.equal(recording.named("serving-cluster").inputs.subnetwork, "sub");
    });

    it("must come with a subnet", async () => {
        await assert.rejects(cluster({ network: { network: "shared", subnets: [] } }), /without a subnet/);
    });

    it("refuses a range in which no cluster has room", async () => {
        for (const networkCidr of ["10.0.0.0/24", "10.0.0.0", "300.0.0.0/16"]) {
            await assert.rejects(cluster({ networkCidr }), /no address range for a cluster/);
        }
    });
});

describe("a pool on GKE", () => {
    it("has the accelerator with its driver, and cost labels on VMs and disks", async () => {
        const inputs = await pool({});
        assert.deepEqual(inputs.nodeConfig, {
            machineType: "g2-standard-8",
            diskSizeGb: 200,
            diskType: "pd-balanced",
            imageType: "COS_CONTAINERD",
            spot: false,
            guestAccelerators: [
                { type: "nvidia-l4", count: 1, gpuDriverInstallationConfig: { gpuDriverVersion: "LATEST" } },
            ],
            oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
            workloadMetadataConfig: { mode: "GKE_METADATA" },
            shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
            gvnic: { enabled: true },
            gcfsConfig: { enabled: true },
            labels: {
                "barycenter/pool": "chat",
                "barycenter/accelerator": "L4",
                "barycenter/capacity": "on-demand",
            },
            resourceLabels: { component: "serving", "managed-by": "barycenter", owner: "ml" },
            serviceAccount: inputs.nodeConfig.serviceAccount,
        });
    });

    it("scales from zero by its total, and its size is the autoscaler's alone", async () => {
        const { recording } = await cluster();
        const { inputs } = recording.named("serving-pool-chat");
        assert.deepEqual(inputs.autoscaling, {
            totalMinNodeCount: 0,
            totalMaxNodeCount: 8,
            locationPolicy: "ANY",
        });
        assert.equal(inputs.initialNodeCount, 0);
        assert.equal(inputs.ignoreNodeCountChanges, true);
        assert.equal("nodeCount" in inputs, false);
        assert.ok(recording.option("pool-chat").ignoreChanges?.includes("initialNodeCount"));
    });

    it("declares no taint that GKE adds by itself", async () => {
        const inputs = await pool({
            taints: [
                { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" },
                { key: "team", value: "ml", effect: "NoExecute" },
            ],
        });
        assert.deepEqual(inputs.nodeConfig.taints, [{ key: "team", value: "ml", effect: "NO_EXECUTE" }]);
        assert.equal("taints" in (await pool({})).nodeConfig, false);
    });

    it("waits for the pool without accelerators, without which GKE leaves the taint out", async () => {
        const { recording } = await cluster();
        assert.ok(recording.waitsFor("pool-chat").includes("serving-system"));
        assert.equal("guestAccelerators" in recording.named("serving-system").inputs.nodeConfig, false);
        assert.equal("taints" in recording.named("serving-system").inputs.nodeConfig, false);
    });

    it("is two pools with one label where part of it stays on demand", async () => {
        const { recording } = await cluster({ pools: [{ ...POOL, min: 3, spot: { onDemandBase: 2 } }] });
        const spot = recording.named("serving-pool-chat").inputs;
        const base = recording.named("serving-pool-chat-base").inputs;
        assert.equal(spot.nodeConfig.spot, true);
        assert.equal(spot.nodeConfig.labels["barycenter/capacity"], "spot");
        assert.deepEqual([spot.autoscaling.totalMinNodeCount, spot.autoscaling.totalMaxNodeCount], [1, 6]);
        assert.equal(base.nodeConfig.spot, false);
        assert.equal(base.nodeConfig.labels["barycenter/capacity"], "on-demand");
        assert.deepEqual([base.autoscaling.totalMinNodeCount, base.autoscaling.totalMaxNodeCount], [2, 2]);
        assert.equal(spot.nodeConfig.labels["barycenter/pool"], base.nodeConfig.labels["barycenter/pool"]);
    });

    it("is one pool where all of it is spot, or all on demand", async () => {
        const shape = async (spec: Partial<PoolSpec>) =>
            (await cluster({ pools: [{ ...POOL, ...spec }] })).recording
                .ofType("container/nodePool:NodePool")
                .map(({ name }) => name)
                .sort();
        assert.deepEqual(await shape({ spot: { onDemandBase: 0 } }), ["serving-pool-chat", "serving-system"]);
        assert.deepEqual(await shape({ spot: { onDemandBase: 8 } }), [
            "serving-pool-chat-base",
            "serving-system",
        ]);
    });

    it("gets a new name exactly when it must be replaced", async () => {
        const before = (await pool({})).name;
        assert.equal(
            (await pool({ max: 4, diskGiB: 300, labels: { a: "b" }, machineType: "g2-standard-16" })).name,
            before,
        );
        assert.notEqual((await pool({ acceleratorsPerNode: 2 })).name, before);
        assert.notEqual((await pool({ taints: [{ key: "team", effect: "NoSchedule" }] })).name, before);
        assert.notEqual((await pool({ spot: { onDemandBase: 0 } })).name, before);
        assert.ok(before.length <= 40);
        const adopted = async (nodeRole: string) => {
            const recording = await record((into) => {
                cloud.adoptCluster(
                    { clusterName: "existing", existingPools: [], pools: [POOL], addOns: [], nodeRole },
                    scopeOf(into, { name: "shared" }),
                );
            });
            return recording.named("shared-pool-chat").inputs.name as string;
        };
        assert.notEqual(
            await adopted("a@acme-ml.iam.gserviceaccount.com"),
            await adopted("b@acme-ml.iam.gserviceaccount.com"),
        );
    });

    it("boots from a disk that its machine takes", async () => {
        const disk = async (spec: Partial<PoolSpec>) => (await pool(spec)).nodeConfig.diskType;
        assert.equal(
            await disk({ accelerator: "H200", machineType: "a3-ultragpu-8g" }),
            "hyperdisk-balanced",
        );
        assert.equal(await disk({ accelerator: "B200", machineType: "a4-highgpu-8g" }), "hyperdisk-balanced");
        assert.equal(await disk({ accelerator: "H100", machineType: "a3-highgpu-8g" }), "pd-balanced");
        assert.equal(await disk({ ...TPU, name: "chat" }), "hyperdisk-balanced");
    });

    it("declares the local SSDs that its machine comes with, since GKE attaches them anyway", async () => {
        const declared = async (spec: Partial<PoolSpec>) =>
            (await pool(spec)).nodeConfig.ephemeralStorageLocalSsdConfig as unknown;
        assert.deepEqual(await declared({ accelerator: "H100", machineType: "a3-highgpu-8g" }), {
            localSsdCount: 16,
        });
        assert.deepEqual(await declared({ accelerator: "A100-80GB", machineType: "a2-ultragpu-2g" }), {
            localSsdCount: 2,
        });
        assert.equal(await declared({}), undefined);
        assert.equal(await declared({ accelerator: "A100-40GB", machineType: "a2-highgpu-1g" }), undefined);
    });

    it("gives a node away before it asks for another when it upgrades scarce machines", async () => {
        const { recording } = await cluster();
        const upgrade = (name: string) => recording.named(name).inputs.upgradeSettings;
        assert.deepEqual(upgrade("serving-pool-chat"), { maxSurge: 0, maxUnavailable: 1 });
        assert.deepEqual(upgrade("serving-system"), { maxSurge: 1, maxUnavailable: 0 });
    });

    it("keeps to the cluster when another pool changes", async () => {
        const one = await cluster();
        const other = await cluster({ pools: [POOL, { ...POOL, name: "more", max: 2 }] });
        for (const name of ["serving-cluster", "serving-pool-chat", "serving-system", "serving-network"]) {
            assert.deepEqual(other.recording.named(name).inputs, one.recording.named(name).inputs);
        }
    });
});

describe("the zones of a pool on GKE", () => {
    it("are those with its machine type, as they are when it is made", async () => {
        const { recording } = await cluster();
        assert.deepEqual(recording.named("serving-pool-chat").inputs.nodeLocations, [
            "europe-west4-a",
            "europe-west4-c",
        ]);
        assert.ok(recording.option("pool-chat").ignoreChanges?.includes("nodeLocations"));
    });

    it("start a minimum by whole zones where nodes carry accelerators", async () => {
        const initial = async (pool: object) =>
            (await cluster({ pools: [{ ...POOL, ...pool }] })).recording.named("serving-pool-chat").inputs
                .initialNodeCount as number;
        // Two zones have the machine.
        assert.equal(await initial({ min: 2 }), 1);
        assert.equal(await initial({ min: 3 }), 1);
        assert.equal(await initial({ min: 1 }), 0);
    });

    it("start a node in each zone for the add-ons, unless that is more than the most", async () => {
        const initial = async (system: object) =>
            (
                await cluster({ system: { machineType: "n2-standard-4", min: 1, max: 3, ...system } })
            ).recording.named("serving-system").inputs.initialNodeCount as number;
        assert.equal(await initial({}), 1);
        assert.equal(await initial({ max: 2 }), 0);
    });

    it("are those that the program names, at any time", async () => {
        const { recording } = await cluster({ pools: [{ ...POOL, zones: ["europe-west4-b"], min: 2 }] });
        assert.deepEqual(recording.named("serving-pool-chat").inputs.nodeLocations, ["europe-west4-b"]);
        assert.equal(recording.named("serving-pool-chat").inputs.initialNodeCount, 2);
        assert.deepEqual(recording.option("pool-chat").ignoreChanges, ["initialNodeCount"]);
        assert.deepEqual(recording.calls, []);
    });

    it("are the cluster's own for machines without accelerators", async () => {
        const { recording } = await cluster({
            pools: [
                { ...POOL, accelerator: undefined, acceleratorsPerNode: 0, machineType: "n2-standard-8" },
            ],
        });
        assert.equal("nodeLocations" in recording.named("serving-pool-chat").inputs, false);
        assert.equal(recording.named("serving-pool-chat").inputs.autoscaling.locationPolicy, "BALANCED");
        assert.deepEqual(recording.calls, []);
    });

    it("are asked for once Compute Engine is enabled, and must be some", async () => {
        let zones: pulumi.Output<string[]> | undefined;
        await record((into) => {
            const scope = scopeOf(into, { name: "serving", region: BARREN_REGION });
            zones = poolZones(POOL, pulumi.output(PROJECT), scope, []);
            // It is looked at below: without this the runtime ends the test for a promise that nobody awaits.
            (zones as unknown as { promise(): Promise<unknown> }).promise().catch(() => undefined);
        });
        await assert.rejects(
            valueOf(zones!),
            /no zone of europe-north1 has g2-standard-8, the machine of 'serving' pool 'chat'/,
        );
    });

    it("come from a table for T4, which is added to machines that every zone has", async () => {
        const { recording } = await cluster(
            { pools: [{ ...POOL, accelerator: "T4", machineType: "n1-standard-8" }] },
            { region: "us-west1" },
        );
        assert.deepEqual(recording.named("serving-pool-chat").inputs.nodeLocations, [
            "us-west1-a",
            "us-west1-b",
        ]);
    });
});

describe("a pool of TPU on GKE", () => {
    it("carries its chips by machine type, without a placement, since a slice is one machine", async () => {
        const inputs = (await cluster({ pools: [TPU] })).recording.named("serving-pool-slice").inputs;
        assert.equal("guestAccelerators" in inputs.nodeConfig, false);
        assert.equal("placementPolicy" in inputs, false);
    });

    it("tells pods the labels that GKE asks for and the taint that it adds", () => {
        const info = cloud.poolInfo(TPU);
        assert.deepEqual(info.nodeSelector, {
            "barycenter/pool": "slice",
            "cloud.google.com/gke-tpu-accelerator": "tpu-v6e-slice",
            "cloud.google.com/gke-tpu-topology": "2x2",
        });
        assert.deepEqual(info.taints, [{ key: "google.com/tpu", value: "present", effect: "NoSchedule" }]);
        assert.equal(info.resourceName, "google.com/tpu");
    });
});

describe("what pods are told of a pool on GKE", () => {
    it("includes the taint that GKE adds to GPUs, and the user's own", () => {
        const info = cloud.poolInfo({ ...POOL, taints: [{ key: "team", effect: "NoSchedule" }] });
        assert.deepEqual(info.taints, [
            { key: "team", effect: "NoSchedule" },
            { key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" },
        ]);
        assert.deepEqual(info.nodeSelector, { "barycenter/pool": "chat" });
        assert.equal(info.resourceName, "nvidia.com/gpu");
    });

    it("names no resource and no taint on a pool of CPU", () => {
        const info = cloud.poolInfo({ ...POOL, accelerator: undefined, acceleratorsPerNode: 0 });
        assert.deepEqual(info.taints, []);
        assert.equal("resourceName" in info, false);
    });
});

describe("the nodes' identity on GKE", () => {
    it("is an account of its own with three roles, made before any node", async () => {
        const { recording } = await cluster();
        const account = recording.named("serving-node-identity").inputs;
        assert.ok(account.accountId.length <= 30 && account.accountId.length >= 6);
        assert.equal(account.createIgnoreAlreadyExists, true);
        assert.deepEqual(
            ["role", "registry", "streaming"].map(
                (suffix) => recording.named(`serving-node-${suffix}`).inputs.role,
            ),
            [
                "roles/container.defaultNodeServiceAccount",
                "roles/artifactregistry.reader",
                "roles/serviceusage.serviceUsageConsumer",
            ],
        );
        for (const suffix of ["cluster", "system", "pool-chat"]) {
            assert.ok(recording.waitsFor(suffix).includes("serving-node-role"));
        }
    });
});

describe("the access to a cluster on GKE", () => {
    it("goes by Google's credential helper and holds no secret", async () => {
        const { handle } = await cluster();
        const config = JSON.parse((await valueOf(handle.kubeconfig))!) as Record<string, any>;
        assert.equal(config.clusters[0].cluster.server, "https://203.0.113.9");
        assert.equal(config.clusters[0].cluster["certificate-authority-data"], "LS0tLS1C");
        assert.equal(config.users[0].user.exec.command, "gke-gcloud-auth-plugin");
        assert.deepEqual(Object.keys(config.users[0].user), ["exec"]);
    });

    it("has a provider whose identity is known before the cluster is, so it is never replaced", async () => {
        const { recording } = await cluster({}, {}, true);
        const { inputs } = recording.named("serving-kubernetes");
        const { name } = recording.named("serving-cluster").inputs;
        assert.equal(inputs.clusterIdentifier, `projects/${PROJECT}/locations/europe-west4/clusters/${name}`);
    });

    it("is handed on by a reference of plain data", async () => {
        const { recording, handle } = await cluster();
        const reference = (await valueOf(handle.reference))!;
        const { name } = recording.named("serving-cluster").inputs;
        const id = `projects/${PROJECT}/locations/europe-west4/clusters/${name}`;
        assert.deepEqual(
            { ...reference, kubeconfig: "", nodeRole: "" },
            {
                version: 1,
                cloud: "gcp",
                region: "europe-west4",
                name,
                id,
                endpoint: "203.0.113.9",
                certificateAuthority: "LS0tLS1C",
                issuer: `https://container.googleapis.com/v1/${id}`,
                account: PROJECT,
                pools: [cloud.poolInfo(POOL)],
                addOns: ["kserve", "keda"],
                kubeconfig: "",
                nodeRole: "",
                subnets: ["serving-subnet-id"],
            },
        );
    });
});

describe("an adopted cluster on GKE", () => {
    const ADOPTED: AdoptedClusterSpec = {
        clusterName: "existing",
        existingPools: [],
        pools: [],
        addOns: ["keda"],
    };

    async function adopted(spec: Partial<AdoptedClusterSpec>, preview = false) {
        let handle!: ClusterHandle;
        const recording = await record(
            (into) => {
                handle = cloud.adoptCluster({ ...ADOPTED, ...spec }, scopeOf(into, { name: "shared" }));
            },
            { preview },
        );
        return { recording, handle };
    }

    it("is looked up by name, and only providers for its project and itself are registered", async () => {
        const { recording, handle } = await adopted({});
        assert.deepEqual(recording.shape, [
            "barycenter:index:Test shared",
            "pulumi:providers:gcp gcp-acme-ml-europe-west4",
            "pulumi:providers:kubernetes shared-kubernetes",
        ]);
        assert.equal(await valueOf(handle.endpoint), "https://198.51.100.7");
        assert.equal((await valueOf(handle.reference))!.certificateAuthority, "RVhJU1RJ");
    });

    it("gets pools of ours, with an account for their nodes", async () => {
        const { recording, handle } = await adopted({ pools: [POOL] });
        const { inputs } = recording.named("shared-pool-chat");
        assert.equal(inputs.cluster, `projects/${PROJECT}/locations/europe-west4/clusters/existing`);
        assert.match(inputs.nodeConfig.serviceAccount, /^shared-node-/);
        assert.deepEqual(await poolNames(handle), ["chat"]);
        assert.equal(recording.ofType("container/cluster:Cluster").length, 0);
    });

    it("takes another stack's reference, whose pools come before ours", async () => {
        const first = await cluster();
        const reference = (await valueOf(first.handle.reference)) as ClusterReference;
        const { recording, handle } = await adopted({
            clusterName: undefined,
            reference: pulumi.output(reference),
            pools: [{ ...POOL, name: "mine" }],
        });
        assert.deepEqual(await poolNames(handle), ["chat", "mine"]);
        assert.equal(await valueOf(handle.clusterName), reference.name);
        assert.equal(
            recording.calls.some(({ token }) => token.includes("getCluster")),
            false,
        );
    });

    it("needs a name or a reference", async () => {
        await assert.rejects(adopted({ clusterName: undefined }), /clusterName/);
    });
});

describe("what GKE refuses, before anything is registered", () => {
    const problems = (spec: Partial<Pick<ClusterSpec, "pools" | "encryptionKey">>, region = "europe-west4") =>
        cloud.clusterProblems!({ pools: [POOL], ...spec }, { cloud: "gcp", region, zone: {} });

    it("is nothing of a cluster that fits its region", () => {
        const key = "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k";
        const zones = ["europe-west4-a", "europe-west4-ai1a"];
        assert.deepEqual(problems({ encryptionKey: key, pools: [{ ...POOL, zones }] }), []);
    });

    it("is a key of another region", () => {
        const [problem] = problems({ encryptionKey: "projects/p/locations/global/keyRings/r/cryptoKeys/k" });
        assert.equal(problem!.path, "encryptionKey");
        assert.match(problem!.message, /is a key in global: .* with a key in europe-west4 alone/);
    });

    it("is a zone of another region", () => {
        const [problem] = problems({ pools: [{ ...POOL, zones: ["europe-west1-b", "europe-west4-a"] }] });
        assert.equal(problem!.path, "pools.chat.zones");
        assert.match(problem!.message, /^'europe-west1-b' is no zone of europe-west4/);
    });

    it("is T4 in a region without, unless its zones are named", () => {
        const pool: PoolSpec = { ...POOL, accelerator: "T4", machineType: "n1-standard-4" };
        const [problem] = problems({ pools: [pool] }, "europe-north1");
        assert.equal(problem!.path, "pools.chat.accelerator");
        assert.match(problem!.message, /europe-west4/);
        assert.deepEqual(problems({ pools: [pool] }), []);
        assert.deepEqual(problems({ pools: [{ ...pool, zones: ["europe-north1-a"] }] }, "europe-north1"), []);
    });
});

describe("a cluster on Google Cloud while nothing is known", () => {
    it("registers the same resources as when everything is", async () => {
        const spec = {
            pools: [POOL, TPU, { ...POOL, name: "mixed", spot: { onDemandBase: 1 } }],
            encryptionKey: "k",
        };
        const preview = await cluster(spec, { zone: {} }, true);
        const up = await cluster(spec, { zone: {} });
        assert.deepEqual(preview.recording.shape, up.recording.shape);
    });
});

describe("look-ups on Google Cloud", () => {
    it("are made by the site's own account", async () => {
        const { recording } = await cluster({}, { zone: { account: PROJECT, role: "deploy@acme.iam" } });
        assert.ok(recording.calls.length > 0);
        for (const { provider } of recording.calls) {
            assert.match(provider ?? "", /::gcp-acme-ml-europe-west4-/);
        }
    });
});
