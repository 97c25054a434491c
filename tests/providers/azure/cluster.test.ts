import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { CPU, made, POOL } from "./clusterFixtures";
import { DEPLOYER, GUID, nameOf, valueOf } from "./support";

describe("a cluster on Azure", () => {
    it("has exactly one inline pool, of mode System, which is never changed again", async () => {
        const { recording } = await made();
        const { agentPoolProfiles } = recording.inputs("serving-cluster");
        assert.equal(agentPoolProfiles.length, 1);
        assert.equal(agentPoolProfiles[0].mode, "System");
        assert.deepEqual(recording.option("cluster").ignoreChanges, [
            "agentPoolProfiles",
            "kubernetesVersion",
        ]);
    });

    it("spreads the System pool over the zones that a region has", async () => {
        const zones = async (region: string): Promise<unknown> =>
            (await made({ zoneCount: 2 }, { region })).recording.inputs("serving-cluster")
                .agentPoolProfiles[0].availabilityZones;
        assert.deepEqual(await zones("westeurope"), ["1", "2"]);
        assert.equal(await zones("westus"), undefined);
    });

    it("takes patches alone where the program names the version, and leaves the version to Azure otherwise", async () => {
        const named = (await made({ version: "1.34" })).recording;
        assert.equal(named.inputs("serving-cluster").kubernetesVersion, "1.34");
        assert.equal(named.inputs("serving-cluster").autoUpgradeProfile.upgradeChannel, "patch");
        assert.deepEqual(named.option("cluster").ignoreChanges, ["agentPoolProfiles"]);
        const free = (await made()).recording.inputs("serving-cluster");
        assert.equal("kubernetesVersion" in free, false);
        assert.equal(free.autoUpgradeProfile.upgradeChannel, "stable");
    });

    it("signs in by Entra and Azure roles alone, and trusts service accounts", async () => {
        const inputs = (await made()).recording.inputs("serving-cluster");
        assert.deepEqual(inputs.aadProfile, { managed: true, enableAzureRBAC: true });
        assert.equal(inputs.disableLocalAccounts, true);
        assert.deepEqual(inputs.oidcIssuerProfile, { enabled: true });
        assert.deepEqual(inputs.securityProfile, { workloadIdentity: { enabled: true } });
    });

    it("is restricted by address, its own nodes let in, or private", async () => {
        const restricted = (await made()).recording.inputs("serving-cluster");
        assert.deepEqual(restricted.apiServerAccessProfile, {
            authorizedIPRanges: ["203.0.113.0/24", "198.51.100.7/32"],
        });
        const brought = (await made({ network: { network: "/net", subnets: ["/subnets/nodes"] } })).recording;
        assert.deepEqual(brought.inputs("serving-cluster").apiServerAccessProfile, {
            authorizedIPRanges: ["203.0.113.0/24"],
        });
        const { recording, cluster } = await made({ controlPlane: "private" });
        assert.equal(recording.inputs("serving-cluster").apiServerAccessProfile.enablePrivateCluster, true);
        assert.match((await valueOf(cluster.endpoint))!, /privatelink/);
    });

    it("keeps names within the service's lengths", async () => {
        const inputs = (
            await made({}, { name: "a-very-long-name-for-a-cluster-that-nobody-would-ever-type-twice" })
        ).recording.ofType("containerservice:ManagedCluster")[0]!.inputs;
        assert.ok(inputs.resourceName.length <= 63);
        assert.ok(inputs.dnsPrefix.length <= 54);
        assert.ok(inputs.nodeResourceGroup.length <= 80);
    });

    it("costs nothing for the control plane in dev, and has an SLA and cost analysis elsewhere", async () => {
        const dev = (await made()).recording.inputs("serving-cluster");
        assert.deepEqual(dev.sku, { name: "Base", tier: "Free" });
        assert.equal("metricsProfile" in dev, false);
        const production = (await made({}, { tier: "production" })).recording.inputs("serving-cluster");
        assert.deepEqual(production.sku, { name: "Base", tier: "Standard" });
        assert.deepEqual(production.metricsProfile, { costAnalysis: { enabled: true } });
    });

    it("reaches blobs by the backbone and the internet by a NAT gateway", async () => {
        const { recording } = await made();
        const subnet = recording.inputs("serving-nodes");
        assert.deepEqual(subnet.serviceEndpoints, [{ service: "Microsoft.Storage" }]);
        assert.ok(subnet.natGateway.id);
        assert.equal(subnet.addressPrefix, "10.0.0.0/18");
        assert.equal("subnets" in recording.inputs("serving-network"), false);
        const { networkProfile } = recording.inputs("serving-cluster");
        assert.equal(networkProfile.outboundType, "userAssignedNATGateway");
        assert.equal(networkProfile.networkPluginMode, "overlay");
        assert.equal(networkProfile.networkDataplane, "cilium");
    });

    it("keeps the ranges inside the cluster off its network", async () => {
        const ranges = async (networkCidr: string): Promise<string[]> => {
            const { networkProfile } = (await made({ networkCidr })).recording.inputs("serving-cluster");
            return [networkProfile.podCidr, networkProfile.serviceCidr, networkProfile.dnsServiceIP];
        };
        assert.deepEqual(await ranges("10.0.0.0/16"), ["10.244.0.0/16", "172.20.0.0/16", "172.20.0.10"]);
        assert.deepEqual(await ranges("10.0.0.0/8"), ["192.168.0.0/16", "172.20.0.0/16", "172.20.0.10"]);
        assert.deepEqual(await ranges("172.16.0.0/12"), ["10.244.0.0/16", "10.96.0.0/16", "10.96.0.10"]);
    });

    it("makes no network where one is brought, and none of its subnets where the control plane is open", async () => {
        const brought = (await made({ network: { network: "/net", subnets: ["/subnets/nodes"] } })).recording;
        assert.equal(brought.ofType("network:VirtualNetwork").length, 0);
        assert.equal(brought.ofType("network:NatGateway").length, 0);
        assert.equal(brought.inputs("serving-pool-chat").vnetSubnetID, "/subnets/nodes");
        assert.equal(brought.inputs("serving-network-access").scope, "/subnets/nodes");
        assert.equal(brought.inputs("serving-cluster").networkProfile.outboundType, "loadBalancer");
        assert.equal((await made()).recording.ofType("network:Subnet").length, 1);
    });

    it("writes its subnets one after the other", async () => {
        const { recording } = await made({ controlPlane: "private" });
        assert.deepEqual(recording.waitsFor("endpoints"), ["serving-nodes"]);
    });

    it("gives its identity the subnet alone, before the cluster", async () => {
        const { recording } = await made();
        const access = recording.inputs("serving-network-access");
        assert.match(access.scope, /subnets/);
        assert.match(access.roleDefinitionId, /4d97b98b-1d4f-4787-a291-c67834d212e7$/);
        assert.equal(access.principalType, "ServicePrincipal");
        assert.ok(recording.waitsFor("cluster").includes("serving-network-access"));
    });

    it("makes the deployer and the named groups administrators", async () => {
        const { recording, cluster } = await made({ admins: ["group-id"] });
        const deployer = recording.inputs("serving-admin-deployer");
        assert.equal(deployer.principalId, DEPLOYER.objectId);
        assert.equal(deployer.principalType, "ServicePrincipal");
        assert.match(deployer.roleDefinitionId, /b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b$/);
        assert.match(deployer.roleAssignmentName, GUID);
        assert.equal(recording.inputs("serving-admin-group-id").principalType, "Group");
        assert.match(recording.inputs("serving-admin-group-id").scope, /managedClusters/);
        assert.deepEqual(cluster.ready.map(nameOf).sort(), [
            "serving-admin-deployer",
            "serving-admin-group-id",
            "serving-cluster",
            "serving-pool-chat",
        ]);
    });

    it("names a group's assignment after the group, because Azure refuses it a second one under another name", async () => {
        const assignments = async (admins: (string | pulumi.Output<string>)[]): Promise<unknown> =>
            Object.fromEntries(
                (await made({ admins })).recording
                    .ofType("authorization:RoleAssignment")
                    .filter(({ name }) => name.startsWith("serving-admin-") && !name.endsWith("deployer"))
                    .map(({ name, inputs }) => [name, inputs.roleAssignmentName]),
            );
        const both = await assignments(["A", "b"]);
        assert.deepEqual(Object.keys(both as object), ["serving-admin-a", "serving-admin-b"]);
        assert.deepEqual(await assignments(["b", "A", "a"]), both);
        assert.deepEqual(Object.keys((await assignments([pulumi.output("c")])) as object), [
            "serving-admin-0",
        ]);
    });

    it("lets the deployer in before the cluster is made, in a group that holds nothing else", async () => {
        const own = (await made()).recording;
        assert.match(own.inputs("serving-admin-deployer").scope, /resourceGroups\/[^/]+$/);
        assert.ok(own.waitsFor("cluster").includes("serving-admin-deployer"));
        const shared = (await made({}, { zone: { resourceGroup: "landing" } })).recording;
        assert.match(shared.inputs("serving-admin-deployer").scope, /managedClusters\/[^/]+$/);
        assert.equal(shared.waitsFor("cluster").includes("serving-admin-deployer"), false);
        for (const recording of [own, shared]) {
            assert.ok(recording.waitsFor("kubernetes").includes("serving-admin-deployer"));
        }
    });

    it("is another cluster in another network, which none can move to", async () => {
        const names = async (spec: Parameters<typeof made>[0]): Promise<string[]> => {
            const { recording } = await made(spec);
            const { resourceName, dnsPrefix, nodeResourceGroup } = recording.inputs("serving-cluster");
            return [resourceName, dnsPrefix, nodeResourceGroup] as string[];
        };
        const [one, other] = [await names({}), await names({ networkCidr: "10.1.0.0/16" })];
        one.forEach((name, index) => assert.notEqual(name, other[index]));
        assert.deepEqual(await names({ pools: [], admins: ["a"], version: "1.34" }), one);
    });

    it("is locked on a pool that is never deleted alone, so that other pools can still be replaced", async () => {
        const { recording } = await made({}, { protect: true });
        assert.match(recording.inputs("serving-lock").scope, /managedClusters\/[^/]+\/agentPools\/system$/);
        assert.equal(recording.option("cluster").protect, true);
        assert.equal(recording.option("pool-chat").protect, undefined);
        assert.equal((await made()).recording.ofType("authorization:ManagementLockByScope").length, 0);
    });

    it("encrypts its secrets with the owner's key where one is given", async () => {
        const key = "https://owners.vault.azure.net/keys/etcd/v1";
        const { securityProfile } = (await made({ encryptionKey: key })).recording.inputs("serving-cluster");
        assert.deepEqual(securityProfile.azureKeyVaultKms, {
            enabled: true,
            keyId: key,
            keyVaultNetworkAccess: "Public",
        });
    });

    it("may encrypt and decrypt with that key, which storage's role does not allow", async () => {
        const key =
            "/subscriptions/s/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/owners/keys/etcd";
        const { recording } = await made({ encryptionKey: `${key}/versions/7` });
        const assignment = recording.inputs("serving-encryption-access");
        assert.equal(assignment.scope, key);
        assert.match(assignment.roleDefinitionId, /12338af0-0e69-4776-bea7-57ae8d297424$/);
    });

    it("refuses a key without its version, as AKS would after the network is made", async () => {
        await assert.rejects(made({ encryptionKey: "https://owners.vault.azure.net/keys/etcd" }), /version/);
    });

    it("puts cost tags on the cluster, its pools and its network", async () => {
        const { recording } = await made();
        for (const suffix of [
            "resource-group",
            "network",
            "nat",
            "nat-address",
            "identity",
            "cluster",
            "pool-chat",
        ]) {
            assert.equal(recording.inputs(`serving-${suffix}`).tags.owner, "ml", suffix);
        }
        assert.equal(recording.inputs("serving-cluster").agentPoolProfiles[0].tags.owner, "ml");
    });

    it("registers the same in a preview that knows nothing", async () => {
        const spec = { controlPlane: "private" as const, admins: ["group-id"], pools: [POOL, CPU] };
        const preview = (await made(spec, { protect: true }, true)).recording;
        assert.deepEqual(preview.shape, (await made(spec, { protect: true })).recording.shape);
        // Nobody asks a cluster that does not exist for its credentials.
        assert.equal(
            preview.calls.some(({ token }) => token.includes("Credentials")),
            false,
        );
    });
});

describe("the kubeconfig of a cluster on Azure", () => {
    it("asks kubelogin for a token and holds no secret", async () => {
        const { cluster, recording } = await made();
        const config = JSON.parse((await valueOf(cluster.kubeconfig))!);
        const { exec } = config.users[0].user;
        assert.equal(exec.command, "kubelogin");
        assert.ok(exec.args.includes("6dae42f8-4368-4678-94ff-3960e28e3630"));
        assert.equal(config.clusters[0].cluster["certificate-authority-data"], "Q0FDQUNB");
        assert.match(config.clusters[0].cluster.server, /^https:\/\/.*:443$/);
        const provider = recording.inputs("serving-kubernetes");
        assert.match(provider.clusterIdentifier, /managedClusters/);
    });

    it("is the same in every run", async () => {
        const texts = [(await made()).cluster, (await made()).cluster].map((cluster) =>
            valueOf(cluster.kubeconfig),
        );
        const [first, second] = await Promise.all(texts);
        assert.equal(first, second);
    });
});
