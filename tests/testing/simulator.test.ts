import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CloudError, type CloudResource, Simulator, Store, unknownValue, type Values } from "../../testing";

/** Checks and creates, as the engine does. */
function make(simulator: Simulator, type: string, name: string, inputs: Values): CloudResource {
    const checked = simulator.check({ type, name, inputs });
    assert.deepEqual(checked.failures, []);
    return simulator.create({ type, name, inputs: checked.inputs });
}

const bucket = "aws:s3/bucket:Bucket";
const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const role = "arn:aws:iam::123456789012:role/r";

describe("a simulated cloud", () => {
    let simulator: Simulator;

    beforeEach(() => {
        simulator = new Simulator();
    });

    describe("creates", () => {
        it("AWS resources with ARNs, addresses and issuers", () => {
            const cluster = make(simulator, "aws:eks/cluster:Cluster", "c", {
                roleArn: role,
                vpcConfig: { subnetIds: ["subnet-1"] },
            });
            const { outputs } = cluster;
            assert.equal(outputs.arn, `arn:aws:eks:us-east-1:123456789012:cluster/${cluster.id}`);
            assert.match(
                String(outputs.endpoint),
                /^https:\/\/[0-9A-F]{32}\.gr7\.us-east-1\.eks\.amazonaws\.com$/,
            );
            const [{ oidcs }] = outputs.identities as unknown as { oidcs: { issuer: string }[] }[];
            assert.match(oidcs[0].issuer, /^https:\/\/oidc\.eks\.us-east-1\.amazonaws\.com\/id\//);
            assert.match(String((outputs.vpcConfig as Values).clusterSecurityGroupId), /^sg-/);
        });

        it("Google Cloud resources with links", () => {
            const network = make(simulator, "gcp:compute/network:Network", "n", { name: "net" });
            assert.equal(network.id, "projects/simulated-project/global/networks/net");
            assert.equal(network.outputs.selfLink, `https://www.googleapis.com/compute/v1/${network.id}`);
        });

        it("Azure resources with ARM ids, endpoints and principals", () => {
            const account = make(simulator, "azure-native:storage:StorageAccount", "a", {
                accountName: "acct",
                kind: "StorageV2",
                resourceGroupName: "rg",
                sku: { name: "Standard_LRS" },
                identity: { type: "SystemAssigned" },
            });
            assert.match(
                account.id,
                /^\/subscriptions\/.*\/resourceGroups\/rg\/providers\/Microsoft\.Storage\/storageAccounts\/acct$/,
            );
            assert.equal(
                (account.outputs.primaryEndpoints as Values).blob,
                "https://acct.blob.core.windows.net/",
            );
            assert.match(String((account.outputs.identity as Values).principalId), /^[0-9a-f-]{36}$/);
        });

        it("Kubernetes objects with what the API server adds, and nothing more", () => {
            const map = make(simulator, "kubernetes:core/v1:ConfigMap", "m", {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "m" },
                data: { a: "1" },
            });
            assert.equal(map.id, "default/m");
            const metadata = map.outputs.metadata as Values;
            assert.equal(metadata.namespace, "default");
            assert.equal(metadata.generation, 1);
            assert.match(String(metadata.uid), /^[0-9a-f-]{36}$/);
            assert.deepEqual(Object.keys(map.outputs).sort(), ["apiVersion", "data", "kind", "metadata"]);
        });

        it("types that no rule knows, with plausible outputs", () => {
            const zone = make(simulator, "aws:route53/zone:Zone", "z", { name: "example.com" });
            assert.match(String(zone.outputs.arn), /^arn:aws:route53:/);
            assert.ok(Array.isArray(zone.outputs.nameServers));
        });

        it("what was unknown at preview with the same outputs known", () => {
            const declaration = {
                type: "azure-native:storage:StorageAccount",
                name: "a",
                inputs: {
                    accountName: "acct",
                    kind: "StorageV2",
                    resourceGroupName: "rg",
                    sku: { name: "Standard_LRS" },
                    identity: { type: "SystemAssigned" },
                },
            };
            const preview = simulator.preview(declaration);
            assert.equal(preview.primaryEndpoints, unknownValue);
            assert.equal((preview.identity as Values).principalId, unknownValue);
            assert.equal(preview.kind, "StorageV2");
            const created = simulator.create(declaration).outputs;
            assert.deepEqual(
                Object.keys(preview).filter((each) => created[each] === undefined),
                [],
            );
        });
    });

    describe("refuses", () => {
        it("a bucket name that anyone has, in any region", () => {
            make(simulator, bucket, "a", { bucket: "shared-name" });
            assert.throws(
                () => make(simulator, bucket, "b", { bucket: "shared-name", region: "eu-west-1" }),
                (error: Error) => error instanceof CloudError && /^BucketAlreadyExists/.test(error.message),
            );
        });

        it("a Kubernetes object that exists, which the provider does not take over either", () => {
            const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" }, data: { a: "1" } };
            make(simulator, "kubernetes:core/v1:ConfigMap", "first", inputs);
            assert.throws(
                () => make(simulator, "kubernetes:core/v1:ConfigMap", "second", inputs),
                /AlreadyExists: .*default\/m/,
            );
        });

        it("what exists already, in each service's words", () => {
            make(simulator, "aws:iam/role:Role", "a", { name: "r", assumeRolePolicy: trust });
            assert.throws(
                () => make(simulator, "aws:iam/role:Role", "b", { name: "r", assumeRolePolicy: trust }),
                /EntityAlreadyExists: Role with name r/,
            );
            make(simulator, "azure-native:resources:ResourceGroup", "a", { resourceGroupName: "rg" });
            assert.throws(
                () =>
                    make(simulator, "azure-native:resources:ResourceGroup", "b", { resourceGroupName: "rg" }),
                /cannot create already existing resource/,
            );
        });

        it("subnets that overlap or lie outside of their network", () => {
            const vpc = make(simulator, "aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
            const subnet = (name: string, cidrBlock: string) =>
                make(simulator, "aws:ec2/subnet:Subnet", name, { vpcId: vpc.id, cidrBlock });
            subnet("a", "10.0.0.0/20");
            assert.throws(() => subnet("b", "10.0.8.0/24"), /InvalidSubnet.Conflict/);
            assert.throws(() => subnet("c", "10.1.0.0/24"), /InvalidSubnet.Range/);
            subnet("d", "10.0.16.0/20");
        });

        it("traffic to an Azure ML deployment that is not there yet", () => {
            const inputs = {
                endpointName: "ep1",
                resourceGroupName: "rg",
                workspaceName: "ws1",
                properties: { authMode: "Key", traffic: { blue: 100 } },
            };
            const type = "azure-native:machinelearningservices:OnlineEndpoint";
            assert.throws(
                () => make(simulator, type, "e", inputs),
                /Specified deployment \[blue\] not found/,
            );
            make(simulator, type, "e", { ...inputs, properties: { authMode: "Key" } });
        });

        it("a managed network of Azure ML to be turned off, and rules without one", () => {
            const type = "azure-native:machinelearningservices:Workspace";
            const open = { workspaceName: "open", resourceGroupName: "rg" };
            const closed = { ...open, workspaceName: "closed" };
            make(simulator, type, "o", { ...open, managedNetwork: { isolationMode: "Disabled" } });
            const made = make(simulator, type, "c", {
                ...closed,
                managedNetwork: { isolationMode: "AllowInternetOutbound" },
            });
            const rule = {
                ruleName: "link",
                properties: { type: "PrivateEndpoint", destination: { subresourceTarget: "blob" } },
            };
            const rules = "azure-native:machinelearningservices:ManagedNetworkSettingsRule";
            assert.throws(() => make(simulator, rules, "r", { ...rule, ...open }), /not enabled/);
            make(simulator, rules, "s", { ...rule, ...closed });
            assert.throws(
                () =>
                    simulator.update(made.id, {
                        type,
                        name: "c",
                        inputs: { ...made.inputs, managedNetwork: { isolationMode: "Disabled" } },
                    }),
                /can't be changed/,
            );
        });

        it("a new AKS pool whose count is outside its bounds, but not new bounds around another count", () => {
            const type = "azure-native:containerservice:AgentPool";
            const pool = {
                agentPoolName: "chat",
                resourceName: "cluster",
                resourceGroupName: "rg",
                enableAutoScaling: true,
                count: 0,
                minCount: 0,
                maxCount: 4,
            };
            assert.throws(() => make(simulator, type, "a", { ...pool, minCount: 1 }), /minCount:1/);
            const made = make(simulator, type, "b", pool);
            simulator.update(made.id, { type, name: "b", inputs: { ...made.inputs, minCount: 1 } });
        });

        it("a second assignment of one Azure role, and another role in an assignment; a condition may change", () => {
            const type = "azure-native:authorization:RoleAssignment";
            const assignment = {
                roleAssignmentName: "296085da-1424-57e2-acb2-5147a5ef512d",
                principalId: "principal",
                scope: "/subscriptions/s/resourceGroups/rg",
                roleDefinitionId:
                    "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
            };
            const made = make(simulator, type, "a", assignment);
            assert.throws(
                () =>
                    make(simulator, type, "b", {
                        ...assignment,
                        roleAssignmentName: "396085da-1424-57e2-acb2-5147a5ef512d",
                    }),
                /RoleAssignmentExists/,
            );
            const changed = (inputs: Values): CloudResource =>
                simulator.update(made.id, { type, name: "a", inputs: { ...made.inputs, ...inputs } });
            assert.equal(changed({ condition: "true" }).outputs.condition, "true");
            assert.throws(
                () => changed({ roleDefinitionId: assignment.roleDefinitionId.replace("2a2b", "ba92") }),
                /RoleAssignmentUpdateNotPermitted/,
            );
        });

        it("an endpoint without its configuration and a policy without its target", () => {
            const endpoint = { endpointConfigName: "none" };
            assert.throws(
                () => make(simulator, "aws:sagemaker/endpoint:Endpoint", "e", endpoint),
                /Could not find endpoint configuration/,
            );
        });
    });

    describe("deletes", () => {
        it("nothing that others stand on", () => {
            const group = make(simulator, "aws:eks/cluster:Cluster", "c", {
                roleArn: role,
                vpcConfig: { subnetIds: ["subnet-1"] },
            });
            const nodes = make(simulator, "aws:eks/nodeGroup:NodeGroup", "n", {
                clusterName: group.id,
                nodeRoleArn: role,
                subnetIds: ["subnet-1"],
                scalingConfig: { minSize: 0, maxSize: 2, desiredSize: 1 },
            });
            assert.throws(() => simulator.delete(group.type, group.id), /Cluster has nodegroups attached/);
            simulator.delete(nodes.type, nodes.id);
            simulator.delete(group.type, group.id);
            assert.deepEqual(simulator.store.all(), []);
        });

        it("no role with policies, no bucket with objects, no protected cluster", () => {
            const made = make(simulator, "aws:iam/role:Role", "r", { name: "r", assumeRolePolicy: trust });
            make(simulator, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "p", {
                role: made.id,
                policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
            });
            assert.throws(() => simulator.delete(made.type, made.id), /must detach all policies first/);
            const store = make(simulator, bucket, "b", {});
            make(simulator, "aws:s3/bucketObjectv2:BucketObjectv2", "o", {
                bucket: store.id,
                key: "k",
                content: "x",
            });
            assert.throws(() => simulator.delete(store.type, store.id), /BucketNotEmpty/);
            const gke = make(simulator, "gcp:container/cluster:Cluster", "g", {
                location: "europe-west4",
                initialNodeCount: 1,
            });
            assert.throws(() => simulator.delete(gke.type, gke.id), /deletion_protection is set to true/);
            simulator.update(gke.id, {
                type: gke.type,
                name: "g",
                inputs: { ...gke.inputs, deletionProtection: false },
            });
            simulator.delete(gke.type, gke.id);
        });

        it("all that is in a resource group or a namespace along with it", () => {
            const group = make(simulator, "azure-native:resources:ResourceGroup", "g", {
                resourceGroupName: "rg",
            });
            make(simulator, "azure-native:network:VirtualNetwork", "v", { resourceGroupName: "rg" });
            make(simulator, "azure-native:network:VirtualNetwork", "w", { resourceGroupName: "other" });
            simulator.delete(group.type, group.id);
            assert.deepEqual(
                simulator.store.all().map((each) => each.inputs.resourceGroupName),
                ["other"],
            );
        });

        it("what is gone already without complaint", () => {
            simulator.delete(bucket, "gone");
        });
    });

    describe("compares", () => {
        const diff = (type: string, olds: Values, news: Values) => simulator.diff(type, olds, news);

        it("an immutable property as a replacement and a tag as a change in place", () => {
            const replaced = diff(
                "aws:eks/nodeGroup:NodeGroup",
                { instanceTypes: ["a"] },
                { instanceTypes: ["b"] },
            );
            assert.deepEqual(replaced.changes, [
                { path: "instanceTypes[0]", kind: "update", replaces: true },
            ]);
            const tagged = diff("aws:sagemaker/model:Model", { tags: { a: "1" } }, { tags: { a: "2" } });
            assert.equal(tagged.replaces, false);
            const scaled = diff(
                "aws:eks/nodeGroup:NodeGroup",
                { scalingConfig: { maxSize: 1 } },
                { scalingConfig: { maxSize: 2 } },
            );
            assert.equal(scaled.replaces, false);
        });

        it("a volume that grows as a change in place, and one of another class as a replacement", () => {
            const claim = "kubernetes:core/v1:PersistentVolumeClaim";
            const of = (storage: string, storageClassName: string) => ({
                metadata: { name: "weights" },
                spec: { storageClassName, resources: { requests: { storage } } },
            });
            assert.equal(diff(claim, of("1Gi", "nfs"), of("2Gi", "nfs")).replaces, false);
            assert.equal(diff(claim, of("1Gi", "nfs"), of("1Gi", "ceph")).replaces, true);
        });

        it("a fixed name as a reason to delete first, and a made-up one as none", () => {
            const fixed = { name: "c", primaryContainer: { image: "a" } };
            const model = "aws:sagemaker/model:Model";
            assert.equal(
                diff(model, fixed, { ...fixed, primaryContainer: { image: "b" } }).deleteBeforeReplace,
                true,
            );
            const [one, two] = ["c-1", "c-2"].map((name) => ({ name, primaryContainer: { image: name } }));
            assert.equal(diff(model, one, two).deleteBeforeReplace, false);
        });

        it("a Deployment's selector, a Job's template and a ConfigMap's data as replacements", () => {
            const of = (type: string, olds: Values, news: Values) =>
                diff(`kubernetes:${type}`, olds, news).replaces;
            assert.equal(
                of(
                    "apps/v1:Deployment",
                    { spec: { selector: { matchLabels: { a: "1" } } } },
                    { spec: { selector: { matchLabels: { a: "2" } } } },
                ),
                true,
            );
            assert.equal(
                of("apps/v1:Deployment", { spec: { replicas: 1 } }, { spec: { replicas: 2 } }),
                false,
            );
            assert.equal(
                of("batch/v1:Job", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }),
                true,
            );
            assert.equal(of("core/v1:ConfigMap", { data: { a: "1" } }, { data: { a: "2" } }), true);
            assert.equal(of("example.com/v1:Thing", { spec: { a: 1 } }, { spec: { a: 2 } }), false);
        });

        it("nothing where nothing changed, and what is unknown as changed", () => {
            assert.deepEqual(diff(bucket, { tags: { a: "1" } }, { tags: { a: "1" } }).changes, []);
            const { changes } = diff(bucket, { tags: { a: "1" } }, { tags: { a: unknownValue } });
            assert.deepEqual(
                changes.map((each) => each.path),
                ["tags.a"],
            );
        });
    });

    describe("answers functions", () => {
        it("that programs ask before anything exists", () => {
            assert.equal(
                simulator.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}).accountId,
                "123456789012",
            );
            const { names } = simulator.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {
                region: "eu-west-1",
            });
            assert.deepEqual(names, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
            const { json } = simulator.invoke("aws:iam/getPolicyDocument:getPolicyDocument", {
                statements: [{ actions: ["s3:GetObject"], resources: ["*"] }],
            });
            const [statement] = JSON.parse(String(json)).Statement;
            assert.deepEqual(statement, { Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
        });

        it("about what exists with its outputs, and about the rest plausibly", () => {
            const made = make(simulator, "aws:eks/cluster:Cluster", "c", {
                roleArn: role,
                vpcConfig: { subnetIds: ["subnet-1"] },
            });
            const found = simulator.invoke("aws:eks/getCluster:getCluster", { name: made.id });
            assert.equal(found.endpoint, made.outputs.endpoint);
            assert.equal(
                typeof simulator.invoke("aws:eks/getCluster:getCluster", { name: "other" }).endpoint,
                "string",
            );
            assert.throws(() => simulator.invoke("aws:eks/getClutser:getClutser", {}), /unknown function/);
        });

        it("of AKS with a kubeconfig that leads to the cluster", () => {
            const { kubeconfigs } = simulator.invoke(
                "azure-native:containerservice:listManagedClusterUserCredentials",
                {
                    resourceGroupName: "rg",
                    resourceName: "aks",
                    format: "exec",
                },
            ) as unknown as { kubeconfigs: { value: string }[] };
            const config = JSON.parse(Buffer.from(kubeconfigs[0].value, "base64").toString());
            assert.match(config.clusters[0].cluster.server, /^https:\/\/aks\./);
            assert.equal(config.users[0].user.exec.command, "kubelogin");
        });
    });

    describe("with a state file", () => {
        let file: string;

        beforeEach(() => {
            file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-state-")), "clouds.jsonl");
        });

        afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

        it("goes on with what existed", () => {
            const before = new Simulator(new Store(file));
            const kept = make(before, bucket, "a", {});
            const dropped = make(before, bucket, "b", {});
            before.delete(dropped.type, dropped.id);
            const after = new Simulator(new Store(file));
            assert.deepEqual(after.store.all(), [kept]);
        });

        it("forgets only the line that was being written when it was killed", () => {
            const kept = make(new Simulator(new Store(file)), bucket, "a", {});
            fs.appendFileSync(file, '{"put":{"id":"half');
            assert.deepEqual(new Simulator(new Store(file)).store.all(), [kept]);
        });
    });
});
