import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/aws/eks";
import * as s3 from "@pulumi/aws/s3";
import * as sagemaker from "@pulumi/aws/sagemaker";
import * as resources from "@pulumi/azure-native/resources";
import * as azure from "@pulumi/azure-native/storage";
import * as gcs from "@pulumi/gcp/storage";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Namespace, Secret } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { CloudProcess, SimulatedClouds } from "../../testing";
import {
    assertChanges,
    assertFailed,
    assertNoChanges,
    assertReplaced,
    assertSucceeded,
} from "../support/engine/assertions";
import { requireEngine } from "../support/engine/require";
import { Engine } from "../support/engine/workspace";

const password = "correct horse battery staple";

/** What the edit of the test changes. */
interface Edit {
    readonly owner?: string;
    readonly greeting?: string;
    readonly replicas?: number;
}

function kubeconfig(cluster: eks.Cluster): pulumi.Output<string> {
    return pulumi
        .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data])
        .apply(([name, server, ca]) =>
            JSON.stringify({
                apiVersion: "v1",
                kind: "Config",
                clusters: [{ name, cluster: { server, "certificate-authority-data": ca } }],
                contexts: [{ name, context: { cluster: name, user: name } }],
                "current-context": name,
                users: [{ name, user: { token: "token" } }],
            }),
        );
}

/** Something on each cloud, and a cluster whose provider comes from another resource's output. */
function everything(edit: Edit = {}): pulumi.automation.PulumiFn {
    return async () => {
        const { accountId } = await aws.getCallerIdentity({});
        const bucket = new s3.Bucket("data", { tags: { owner: edit.owner ?? "us" } });
        new s3.BucketPublicAccessBlock("private", { bucket: bucket.id, blockPublicAcls: true });
        new gcs.Bucket("lake", { location: "EU", uniformBucketLevelAccess: true });
        const group = new resources.ResourceGroup("group");
        const account = new azure.StorageAccount("account", {
            accountName: "simulatedaccount",
            resourceGroupName: group.name,
            kind: "StorageV2",
            sku: { name: "Standard_LRS" },
        });
        const cluster = new eks.Cluster("cluster", {
            roleArn: `arn:aws:iam::${accountId}:role/cluster`,
            vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] },
        });
        const provider = new Provider("kubernetes", {
            kubeconfig: pulumi.secret(kubeconfig(cluster)),
            clusterIdentifier: cluster.arn,
        });
        const opts = { provider };
        const namespace = new Namespace("namespace", {}, opts).metadata.name;
        const config = new ConfigMap(
            "config",
            { metadata: { namespace }, data: { greeting: edit.greeting ?? "hello" } },
            opts,
        );
        new Secret("secret", { metadata: { namespace }, stringData: { password } }, opts);
        new Deployment(
            "web",
            {
                metadata: { namespace },
                spec: {
                    replicas: edit.replicas ?? 1,
                    selector: { matchLabels: { app: "web" } },
                    template: {
                        metadata: { labels: { app: "web" } },
                        spec: {
                            containers: [
                                {
                                    name: "web",
                                    image: "web",
                                    envFrom: [{ configMapRef: { name: config.metadata.name } }],
                                },
                            ],
                        },
                    },
                },
            },
            opts,
        );
        new CustomResource(
            "service",
            {
                apiVersion: "serving.kserve.io/v1beta1",
                kind: "InferenceService",
                metadata: { name: "service", namespace },
                spec: { predictor: { minReplicas: 1 } },
            },
            opts,
        );
        new Release(
            "keda",
            { chart: "keda", version: "2.18.0", namespace: "keda", createNamespace: true },
            opts,
        );
        return {
            url: bucket.bucketRegionalDomainName,
            blob: account.primaryEndpoints.blob,
            endpoint: cluster.endpoint,
        };
    };
}

describe("simulated clouds with the real engine", function () {
    this.timeout(120_000);
    let clouds: SimulatedClouds;
    let engine: Engine;

    before(async function () {
        await requireEngine(this);
        clouds = await SimulatedClouds.start();
        engine = await Engine.create({ clouds: clouds.environment });
    });

    after(async () => {
        await engine?.stop();
        await clouds?.stop();
    });

    beforeEach(() => clouds.arm([]));

    it("preview, create, change nothing, refresh, edit and destroy a program on all four", async () => {
        const stack = await engine.inline("all", "cycle", everything(), { "aws:region": "eu-west-1" });
        const preview = await stack.preview();
        assertSucceeded(preview);
        assert.equal(preview.changes.create, 14);
        assert.deepEqual(clouds.resources(), []);

        const up = await stack.up();
        assertSucceeded(up);
        assert.deepEqual(up.changes, preview.changes);
        const outputs = await stack.outputs();
        assert.match(String(outputs.url), /^data-[0-9a-f]{7}\.s3\.eu-west-1\.amazonaws\.com$/);
        assert.equal(outputs.blob, "https://simulatedaccount.blob.core.windows.net/");

        assertNoChanges(await stack.up());
        assertNoChanges(await stack.refresh());
        assertNoChanges(await stack.preview({ args: ["--refresh"] }));

        const edited = await stack.up({ program: everything({ owner: "them", replicas: 2 }) });
        assertChanges(edited, { update: ["data", "web"] });

        const renamed = { owner: "them", replicas: 2, greeting: "bye" };
        const replaced = await stack.up({ program: everything(renamed) });
        assertReplaced(replaced, ["config"]);

        assertSucceeded(await stack.destroy());
        assert.deepEqual(clouds.resources(), []);
    });

    it("keep secrets out of the state", async () => {
        const stack = await engine.inline("all", "secrets", everything());
        assertSucceeded(await stack.up());
        assertSucceeded(await stack.refresh());
        const state = stack.stateText();
        assert.ok(!state.includes(password));
        assert.ok(!state.includes(Buffer.from(password).toString("base64")));
        assert.ok(!state.includes('"token'), "the kubeconfig is in the state");
        assertSucceeded(await stack.destroy());
    });

    it("show drift at refresh, and what is gone as to be created again", async () => {
        const stack = await engine.inline("drift", "dev", async () => {
            new s3.Bucket("a", { bucket: "drift-a", tags: { owner: "us" } });
            new s3.Bucket("b", { bucket: "drift-b" });
        });
        assertSucceeded(await stack.up());
        const [a, b] = ["drift-a", "drift-b"].map((id) => clouds.resources().find((each) => each.id === id)!);
        clouds.simulator.update(a.id, {
            type: a.type,
            name: "a",
            inputs: { ...a.inputs, tags: { owner: "them" } },
        });
        clouds.simulator.delete(b.type, b.id);
        assertSucceeded(await stack.refresh());
        assertChanges(await stack.up(), { update: ["a"], create: ["b"] });
        assertSucceeded(await stack.destroy());
    });

    it("adopt what exists by import", async () => {
        clouds.simulator.create({
            type: "aws:s3/bucket:Bucket",
            name: "old",
            inputs: { bucket: "import-me" },
        });
        const stack = await engine.inline("adopt", "dev", async () => {
            new s3.Bucket("mine", { bucket: "import-me" }, { import: "import-me" });
        });
        assertChanges(await stack.up(), { create: ["adopt-dev"], import: ["mine"] });
        assertNoChanges(await stack.up());
        assertSucceeded(await stack.destroy());
    });

    it("leave alone what the program says to ignore", async () => {
        const program = (size: number) => async () => {
            new s3.Bucket("b", { tags: { size: String(size) } }, { ignoreChanges: ["tags.size"] });
        };
        const stack = await engine.inline("ignore", "dev", program(1));
        assertSucceeded(await stack.up());
        assertNoChanges(await stack.up({ program: program(2) }));
        assertSucceeded(await stack.destroy());
    });

    it("refuse a mistake at preview, with its property", async () => {
        const stack = await engine.inline("mistake", "dev", async () => {
            // A constructor itself drops what is misspelled at the top level.
            new s3.BucketVersioning("b", {
                bucket: "b",
                versioningConfiguration: { statsu: "Enabled" } as unknown as { status: string },
            });
        });
        assertFailed(await stack.preview(), /statsu.*did you mean "status"/s);
    });

    it("make a replacement before they delete what it replaces, unless both have the same name", async () => {
        const program = (image: string, name?: string) => async () => {
            const model = new sagemaker.Model("model", {
                name,
                executionRoleArn: "arn:aws:iam::123456789012:role/r",
                primaryContainer: { image },
            });
            const configuration = new sagemaker.EndpointConfiguration("config", {
                name,
                productionVariants: [
                    { modelName: model.name, instanceType: "ml.g5.xlarge", initialInstanceCount: 1 },
                ],
            });
            new sagemaker.Endpoint("endpoint", { endpointConfigName: configuration.name });
        };
        const stack = await engine.inline("replace", "dev", program("one"));
        assertSucceeded(await stack.up());
        assertChanges(await stack.up({ program: program("two") }), {
            replace: ["model", "config"],
            update: ["endpoint"],
        });
        assertSucceeded(await stack.destroy());

        const fixed = await engine.inline("replace", "fixed", program("one", "fixed"));
        assertSucceeded(await fixed.up());
        // terraform-provider-aws#40048: the configuration goes before the endpoint has another.
        assertFailed(await fixed.up({ program: program("two", "fixed") }), /endpoint configuration/);
        assertSucceeded(await fixed.destroy());
    });

    it("fail where a fault says so, and the next run converges", async () => {
        const stack = await engine.inline("faults", "dev", everything());
        clouds.arm([{ type: "azure-native:*", nth: 2, message: "the region is out of capacity" }]);
        assertFailed(await stack.up(), /out of capacity/);
        clouds.arm([{ name: "web", point: "unready", message: "exceeded its progress deadline" }]);
        assertFailed(await stack.up(), /progress deadline/);
        clouds.arm([]);
        assertSucceeded(await stack.up());
        assertNoChanges(await stack.up());
        assertSucceeded(await stack.destroy());
        assert.deepEqual(clouds.resources(), []);
    });

    it("still have what was made when they were killed", async () => {
        const directory = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-killed-"));
        const state = path.join(directory, "clouds.jsonl");
        const doomed = await CloudProcess.start({
            state,
            faults: [{ nth: 2, point: "after", kill: "clouds" }],
        });
        const own = await Engine.create();
        try {
            const stack = await own.inline("killed", "dev", async () => {
                const first = new s3.Bucket("a", { bucket: "killed-a" });
                new s3.Bucket("b", { bucket: "killed-b" }, { dependsOn: first });
            });
            assert.notEqual((await stack.up({ environment: doomed.environment })).exitCode, 0);
            const again = await CloudProcess.start({ state });
            try {
                assert.deepEqual(
                    (await again.resources()).map((each) => each.id),
                    ["killed-a", "killed-b"],
                );
                assertFailed(await stack.up({ environment: again.environment }), /BucketAlreadyExists/);
            } finally {
                await again.stop();
            }
        } finally {
            await own.stop();
            await doomed.stop();
            fs.rmSync(directory, { recursive: true });
        }
    });
});
