import assert from "node:assert/strict";
import { secret, Simulator, unknownValue, type Values } from "../../testing";

const simulator = new Simulator();

/** The failures of a resource, as "property: reason". */
function failures(type: string, inputs: Values, name = "x"): string[] {
    return simulator
        .check({ type, name, inputs })
        .failures.map(({ property, reason }) => (property ? `${property}: ${reason}` : reason));
}

const deployment = (spec: Values, labels: Values = { app: "x" }): Values => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: {
        selector: { matchLabels: { app: "x" } },
        template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }], ...spec } },
    },
});

describe("a simulated provider's check", () => {
    it("accepts what is right", () => {
        assert.deepEqual(failures("aws:s3/bucket:Bucket", { tags: { owner: "me" } }), []);
        assert.deepEqual(failures("kubernetes:apps/v1:Deployment", deployment({})), []);
    });

    it("names the nearest property for one that does not exist", () => {
        assert.deepEqual(failures("aws:s3/bucket:Bucket", { forceDestory: true }), [
            'forceDestory: unknown property "forceDestory", did you mean "forceDestroy"?',
        ]);
        const misspelled = deployment({ containers: [{ name: "c", imagee: "i" }] });
        assert.deepEqual(failures("kubernetes:apps/v1:Deployment", misspelled), [
            'spec.template.spec.containers[0].imagee: unknown property "imagee", did you mean "image"?',
        ]);
    });

    it("says the type it wants where a value has another", () => {
        const cluster = { roleArn: "arn:aws:iam::1:role/r", vpcConfig: { subnetIds: "subnet-1" } };
        assert.deepEqual(failures("aws:eks/cluster:Cluster", cluster), [
            'vpcConfig.subnetIds: expected a list, got string "subnet-1"',
        ]);
        assert.deepEqual(failures("gcp:storage/bucket:Bucket", { location: "EU", versioning: true }), [
            "versioning: expected an object, got boolean true",
        ]);
    });

    it("lists each missing required property", () => {
        assert.deepEqual(failures("aws:eks/cluster:Cluster", {}), [
            'roleArn: missing required property "roleArn"',
            'vpcConfig: missing required property "vpcConfig"',
        ]);
    });

    it("lists all mistakes at once", () => {
        const inputs = {
            kind: "StorageV3",
            sku: { name: "Standard_LRS", tier: 1 },
            foo: 1,
            accountName: "No Good",
        };
        assert.equal(failures("azure-native:storage:StorageAccount", inputs).length, 5);
    });

    it("refuses a value that is not allowed and names the nearest that is", () => {
        const account = {
            kind: "StorageV3",
            resourceGroupName: "rg",
            sku: { name: "Standard_LRS" },
            accountName: "abc",
        };
        const [failure] = failures("azure-native:storage:StorageAccount", account);
        assert.match(
            failure,
            /^kind: string "StorageV3" is not allowed, did you mean "StorageV2"\?; allowed: Storage, /,
        );
        assert.deepEqual(
            failures("azure-native:storage:StorageAccount", { ...account, kind: "storagev2" }),
            [],
        );
    });

    it("takes numbers and booleans as text where the schema wants those, as providers do", () => {
        assert.deepEqual(failures("aws:s3/bucket:Bucket", { forceDestroy: "true" }), []);
        assert.notDeepEqual(failures("aws:s3/bucket:Bucket", { forceDestroy: "yes" }), []);
    });

    it("lets what is not known yet stand anywhere, and looks into secrets", () => {
        const unknown = { roleArn: unknownValue, vpcConfig: { subnetIds: unknownValue } };
        assert.deepEqual(failures("aws:eks/cluster:Cluster", unknown), []);
        assert.deepEqual(failures("aws:s3/bucket:Bucket", { bucket: secret("Upper") }).length, 1);
        assert.deepEqual(failures("aws:s3/bucket:Bucket", { bucket: secret(unknownValue) }), []);
    });

    it("says that a type does not exist, and which may have been meant", () => {
        assert.match(
            failures("aws:s3/buckets:Bucket", {})[0],
            /unknown resource type .* did you mean "aws:s3\/bucket:Bucket"/,
        );
        assert.match(failures("kubernetes:apps/v1:Deploymnt", {})[0], /unknown resource type/);
        assert.match(failures("kubernetes:networking.k8s.io/v1:Ingres", {})[0], /unknown resource type/);
    });

    it("accepts any custom resource of a group that Kubernetes does not have itself", () => {
        const inputs = {
            apiVersion: "serving.kserve.io/v1beta1",
            kind: "InferenceService",
            spec: { any: ["thing"] },
        };
        assert.deepEqual(failures("kubernetes:serving.kserve.io/v1beta1:InferenceService", inputs), []);
        const wrong = { ...inputs, metadata: { lables: {} } };
        assert.deepEqual(failures("kubernetes:serving.kserve.io/v1beta1:InferenceService", wrong), [
            'metadata.lables: unknown property "lables", did you mean "labels"?',
        ]);
    });

    describe("of names", () => {
        it("knows each service's length and characters", () => {
            assert.match(failures("aws:s3/bucket:Bucket", { bucket: "Not_Valid" })[0], /lower-case letters/);
            assert.match(
                failures("aws:s3/bucket:Bucket", { bucket: "a".repeat(64) })[0],
                /too long \(64\): at most 63/,
            );
            assert.match(
                failures("azure-native:storage:StorageAccount", {
                    kind: "StorageV2",
                    resourceGroupName: "rg",
                    sku: { name: "Standard_LRS" },
                    accountName: "a".repeat(29),
                })[0],
                /too long \(29\): at most 24/,
            );
            assert.match(
                failures("gcp:serviceaccount/account:Account", { accountId: "abc" })[0],
                /too short/,
            );
            assert.match(
                failures("gcp:vertex/aiEndpoint:AiEndpoint", {
                    displayName: "d",
                    location: "l",
                    name: "x-a1b2",
                })[0],
                /numeric/,
            );
        });

        it("makes one up like the provider where none is given", () => {
            const made = (type: string, inputs: Values, name: string) =>
                simulator.check({ type, name, inputs }).inputs;
            assert.match(String(made("aws:s3/bucket:Bucket", {}, "Data").bucket), /^data-[0-9a-f]{7}$/);
            assert.match(
                String(made("gcp:serviceaccount/account:Account", {}, "a".repeat(40)).accountId),
                /^a{22}-[0-9a-f]{7}$/,
            );
            assert.match(
                String(made("azure-native:resources:ResourceGroup", {}, "rg").resourceGroupName),
                /^rg[0-9a-f]{8}$/,
            );
            const container = { accountName: "a", resourceGroupName: "rg" };
            assert.equal(
                made("azure-native:storage:BlobContainer", container, "models").containerName,
                "models",
            );
            const metadata = made("kubernetes:core/v1:ConfigMap", {}, "cm").metadata as Values;
            assert.match(String(metadata.name), /^cm-[0-9a-f]{8}$/);
            assert.deepEqual(metadata.annotations, { "pulumi.com/autonamed": "true" });
        });

        it("keeps the made-up name of what exists, and makes another for a replacement", () => {
            const declaration = { type: "aws:s3/bucket:Bucket", name: "data", inputs: {} };
            const first = simulator.check(declaration, { seed: "1" }).inputs;
            assert.deepEqual(simulator.check(declaration, { seed: "2", olds: first }).inputs, first);
            assert.notDeepEqual(simulator.check(declaration, { seed: "2" }).inputs, first);
        });
    });

    describe("of tags", () => {
        it("knows the limits of AWS", () => {
            assert.match(
                failures("aws:s3/bucket:Bucket", { tags: { "aws:mine": "x" } })[0],
                /not beginning with aws:/,
            );
            const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, "v"]));
            assert.match(failures("aws:s3/bucket:Bucket", { tags: many })[0], /51 entries, at most 50/);
        });

        it("knows that Google Cloud labels are lower case", () => {
            assert.match(
                failures("gcp:storage/bucket:Bucket", { location: "EU", labels: { Owner: "me" } })[0],
                /lower-case/,
            );
            assert.deepEqual(
                failures("gcp:storage/bucket:Bucket", { location: "EU", labels: { owner: "me" } }),
                [],
            );
        });

        it("knows Azure's characters and Kubernetes' label values", () => {
            assert.match(
                failures("azure-native:resources:ResourceGroup", { tags: { "a/b": "x" } })[0],
                /without/,
            );
            const labels = { apiVersion: "v1", kind: "ConfigMap", metadata: { labels: { owner: "me you" } } };
            assert.match(failures("kubernetes:core/v1:ConfigMap", labels)[0], /no label value/);
        });
    });

    describe("of combinations", () => {
        it("wants the three flags of EKS Auto Mode together", () => {
            const inputs = {
                roleArn: "arn:aws:iam::123456789012:role/r",
                vpcConfig: { subnetIds: ["subnet-1"] },
                computeConfig: { enabled: true },
                bootstrapSelfManagedAddons: false,
            };
            assert.match(
                failures("aws:eks/cluster:Cluster", inputs)[0],
                /must all be set to either true or false/,
            );
        });

        it("wants a model or a role in each SageMaker variant", () => {
            const inputs = { productionVariants: [{ variantName: "v", instanceType: "ml.g5.xlarge" }] };
            assert.match(
                failures("aws:sagemaker/endpointConfiguration:EndpointConfiguration", inputs)[0],
                /executionRoleArn/,
            );
        });

        it("wants no word on public addresses beside several interfaces of EC2", () => {
            const template = (...networkInterfaces: object[]) =>
                failures("aws:ec2/launchTemplate:LaunchTemplate", { networkInterfaces } as Values);
            const said = { associatePublicIpAddress: "false" };
            assert.deepEqual(template(said), []);
            assert.deepEqual(template({ deviceIndex: 0 }, { deviceIndex: 1 }), []);
            assert.match(template(said, said)[0] ?? "", /associatePublicIPAddress/);
        });

        it("wants a System pool in an AKS cluster and counts with autoscaling", () => {
            const cluster = (pool: Values) => ({
                resourceGroupName: "rg",
                dnsPrefix: "d",
                agentPoolProfiles: [pool],
            });
            const user = cluster({ name: "a", mode: "User", count: 1 });
            assert.match(failures("azure-native:containerservice:ManagedCluster", user)[0], /mode System/);
            const scaled = cluster({ name: "a", mode: "System", enableAutoScaling: true });
            assert.match(
                failures("azure-native:containerservice:ManagedCluster", scaled)[0],
                /minCount and maxCount/,
            );
        });

        it("wants a selector to match its template, and mounts to have volumes", () => {
            const other = deployment({}, { app: "y" });
            assert.match(
                failures("kubernetes:apps/v1:Deployment", other)[0],
                /`selector` does not match template/,
            );
            const mounted = deployment({
                containers: [{ name: "c", image: "i", volumeMounts: [{ name: "v", mountPath: "/v" }] }],
            });
            assert.match(failures("kubernetes:apps/v1:Deployment", mounted)[0], /Not found: "v"/);
        });

        it("wants a Job's pods not to restart always", () => {
            const job = {
                apiVersion: "batch/v1",
                kind: "Job",
                spec: { template: { spec: { containers: [{ name: "c", image: "i" }] } } },
            };
            assert.match(failures("kubernetes:batch/v1:Job", job)[0], /Unsupported value: "Always"/);
        });
    });
});
