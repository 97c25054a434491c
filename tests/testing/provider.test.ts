import assert from "node:assert/strict";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as structs from "google-protobuf/google/protobuf/struct_pb";
import { CloudProcess, type Fault, secret, SimulatedClouds, type Values } from "../../testing";

const struct = (values: Values) => structs.Struct.fromJavaScript(values);
const plain = (message: structs.Struct | undefined) => (message?.toJavaScript() ?? {}) as Values;
const urnOf = (type: string, name: string) => `urn:pulumi:dev::project::${type}::${name}`;

/** Calls a method and waits for its answer. */
function ask<Request, Response>(
    client: ResourceProviderClient,
    method: (
        request: Request,
        callback: (error: grpc.ServiceError | null, response: Response) => void,
    ) => unknown,
    request: Request,
): Promise<Response> {
    return new Promise((resolve, reject) => {
        method.call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
}

/** A provider the way the engine talks to it. */
class Provider {
    private constructor(private readonly client: ResourceProviderClient) {}

    static async connect(
        environment: Readonly<Record<string, string>>,
        name: string,
        config: Values = {},
    ): Promise<Provider> {
        const attached = environment.PULUMI_DEBUG_PROVIDERS.split(",").find((each) =>
            each.startsWith(`${name}:`),
        );
        const port = attached?.slice(name.length + 1);
        const options = { "grpc.use_local_subchannel_pool": 1 };
        const client = new ResourceProviderClient(
            `127.0.0.1:${port}`,
            grpc.credentials.createInsecure(),
            options,
        );
        const request = new messages.ConfigureRequest();
        request.setArgs(struct(config));
        await ask(client, client.configure, request);
        return new Provider(client);
    }

    close(): void {
        this.client.close();
    }

    async check(type: string, name: string, news: Values): Promise<messages.CheckResponse> {
        const request = new messages.CheckRequest();
        request.setUrn(urnOf(type, name));
        request.setNews(struct(news));
        return ask(this.client, this.client.check, request);
    }

    async create(
        type: string,
        name: string,
        properties: Values,
        preview = false,
    ): Promise<messages.CreateResponse> {
        const request = new messages.CreateRequest();
        request.setUrn(urnOf(type, name));
        request.setProperties(struct(properties));
        request.setPreview(preview);
        return ask(this.client, this.client.create, request);
    }

    async read(
        type: string,
        name: string,
        id: string,
        properties: Values = {},
        inputs: Values = {},
    ): Promise<messages.ReadResponse> {
        const request = new messages.ReadRequest();
        request.setUrn(urnOf(type, name));
        request.setId(id);
        request.setProperties(struct(properties));
        request.setInputs(struct(inputs));
        return ask(this.client, this.client.read, request);
    }

    async diff(
        type: string,
        olds: Values,
        news: Values,
        ignoreChanges: string[] = [],
    ): Promise<messages.DiffResponse> {
        const request = new messages.DiffRequest();
        request.setUrn(urnOf(type, "x"));
        request.setId("x");
        request.setOldInputs(struct(olds));
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        request.setIgnorechangesList(ignoreChanges);
        return ask(this.client, this.client.diff, request);
    }

    async diffConfig(olds: Values, news: Values): Promise<messages.DiffResponse> {
        const request = new messages.DiffRequest();
        request.setUrn(urnOf("pulumi:providers:kubernetes", "p"));
        request.setOldInputs(struct(olds));
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        return ask(this.client, this.client.diffConfig, request);
    }

    async checkConfig(name: string, news: Values): Promise<messages.CheckResponse> {
        const request = new messages.CheckRequest();
        request.setUrn(urnOf(`pulumi:providers:${name}`, "p"));
        request.setNews(struct(news));
        return ask(this.client, this.client.checkConfig, request);
    }
}

const bucket = "aws:s3/bucket:Bucket";

describe("a simulated provider", () => {
    let clouds: SimulatedClouds;
    const open: Provider[] = [];
    const connect = async (name: string, config?: Values) => {
        const provider = await Provider.connect(clouds.environment, name, config);
        open.push(provider);
        return provider;
    };

    beforeEach(async () => {
        clouds = await SimulatedClouds.start();
    });

    afterEach(async () => {
        open.splice(0).forEach((each) => each.close());
        await clouds.stop();
    });

    it("returns failures of a check with their property", async () => {
        const aws = await connect("aws");
        const response = await aws.check(bucket, "b", { forceDestory: true });
        const [failure] = response.getFailuresList();
        assert.equal(failure.getProperty(), "forceDestory");
        assert.match(failure.getReason(), /did you mean "forceDestroy"/);
    });

    it("makes nothing at preview, and what it does not know yet is unknown", async () => {
        const aws = await connect("aws");
        const response = await aws.create(bucket, "b", { bucket: "some-name" }, true);
        const outputs = plain(response.getProperties());
        assert.equal(outputs.bucket, "some-name");
        assert.equal(outputs.arn, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
        assert.deepEqual(clouds.resources(), []);
        assert.deepEqual(
            clouds.calls().map((each) => each.operation),
            ["preview"],
        );
    });

    it("keeps secret what was given as a secret, through create and refresh", async () => {
        const kubernetes = await connect("kubernetes");
        const type = "kubernetes:core/v1:ConfigMap";
        const inputs: Values = {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "m" },
            data: { open: "a", hidden: secret("b") },
        };
        const created = await kubernetes.create(type, "m", inputs);
        const outputs = plain(created.getProperties());
        assert.deepEqual(outputs.data, { open: "a", hidden: secret("b") });
        assert.deepEqual((clouds.resources()[0].inputs.data as Values).hidden, "b");
        const read = await kubernetes.read(type, "m", created.getId(), outputs, inputs);
        assert.deepEqual(plain(read.getInputs()), inputs);
        assert.deepEqual(plain(read.getProperties()).data, outputs.data);
    });

    it("keeps the SDK's own secret outputs secret when they are imported", async () => {
        const kubernetes = await connect("kubernetes");
        const type = "kubernetes:core/v1:Secret";
        const metadata = { name: "s" };
        await kubernetes.create(type, "s", {
            apiVersion: "v1",
            kind: "Secret",
            metadata,
            stringData: { a: "b" },
        });
        const read = await kubernetes.read(type, "s", "default/s");
        assert.deepEqual(plain(read.getProperties()).stringData, secret({ a: "b" }));
        assert.deepEqual(plain(read.getProperties()).data, secret({ a: "Yg==" }));
        assert.deepEqual(plain(read.getInputs()).stringData, secret({ a: "b" }));
    });

    it("answers a read of what is gone with no id", async () => {
        const aws = await connect("aws");
        assert.equal((await aws.read(bucket, "b", "gone")).getId(), "");
    });

    it("reports each changed property, with replacements, and leaves out ignored ones", async () => {
        const aws = await connect("aws");
        const olds = { bucket: "a-name", tags: { a: "1" }, forceDestroy: false };
        const news = { bucket: "b-name", tags: { a: "1", b: "2" }, forceDestroy: true };
        const response = await aws.diff(bucket, olds, news, ["forceDestroy"]);
        const { Kind } = messages.PropertyDiff;
        const detailed = response.getDetaileddiffMap();
        assert.equal(detailed.get("bucket")?.getKind(), Kind.UPDATE_REPLACE);
        assert.equal(detailed.get("tags.b")?.getKind(), Kind.ADD);
        assert.equal(detailed.has("forceDestroy"), false);
        assert.deepEqual(response.getReplacesList(), ["bucket"]);
    });

    it("keeps two configurations of one package apart by their connection", async () => {
        const [europe, america] = await Promise.all(
            ["eu-west-1", "us-west-2"].map((region) => connect("aws", { region })),
        );
        const made = await Promise.all(
            [europe, america].map((each, index) =>
                each.create(bucket, `b${index}`, { bucket: `bucket-${index}` }),
            ),
        );
        assert.deepEqual(
            made.map((each) => plain(each.getProperties()).region),
            ["eu-west-1", "us-west-2"],
        );
    });

    it("checks a provider's configuration", async () => {
        const aws = await connect("aws");
        const response = await aws.checkConfig("aws", {
            regoin: "eu-west-1",
            defaultTags: '{"tags":{"a":"b"}}',
        });
        assert.deepEqual(
            response.getFailuresList().map((each) => each.getReason()),
            ['unknown property "regoin", did you mean "region"?'],
        );
    });

    describe("for Kubernetes, when the kubeconfig changes", () => {
        const kubeconfig = (server: string, token: string) =>
            JSON.stringify({
                clusters: [{ name: "c", cluster: { server } }],
                contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
                "current-context": "x",
                users: [{ name: "u", user: { token } }],
            });

        it("replaces the provider when it leads to another cluster, not when only a token is new", async () => {
            const provider = await connect("kubernetes");
            const old = { kubeconfig: kubeconfig("https://a", "1") };
            const moved = await provider.diffConfig(old, { kubeconfig: kubeconfig("https://b", "1") });
            assert.deepEqual(moved.getReplacesList(), ["kubeconfig"]);
            const renewed = await provider.diffConfig(old, { kubeconfig: kubeconfig("https://a", "2") });
            assert.deepEqual(renewed.getReplacesList(), []);
            assert.deepEqual(renewed.getDiffsList(), ["kubeconfig"]);
        });

        it("replaces it when the kubeconfig is not known yet, unless a clusterIdentifier says it is the same", async () => {
            const provider = await connect("kubernetes");
            const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
            const old = { kubeconfig: kubeconfig("https://a", "1") };
            assert.deepEqual((await provider.diffConfig(old, { kubeconfig: unknown })).getReplacesList(), [
                "kubeconfig",
            ]);
            const same = await provider.diffConfig(
                { ...old, clusterIdentifier: "one" },
                { kubeconfig: unknown, clusterIdentifier: "one" },
            );
            assert.deepEqual(same.getReplacesList(), []);
        });
    });

    describe("with faults", () => {
        const create = async (faults: Fault[], ...names: string[]) => {
            clouds.arm(faults);
            const aws = await connect("aws");
            return Promise.allSettled(
                names.map((name) => aws.create(bucket, name, { bucket: `${name}-bucket` })),
            );
        };

        it("fails the n-th create before it has happened", async () => {
            const results = await create([{ nth: 2, message: "out of capacity" }], "a", "b", "c");
            assert.deepEqual(
                results.map((each) => each.status),
                ["fulfilled", "rejected", "fulfilled"],
            );
            assert.deepEqual(
                clouds.resources().map((each) => each.id),
                ["a-bucket", "c-bucket"],
            );
            assert.match(clouds.calls()[1].error ?? "", /out of capacity/);
        });

        it("loses the answer of a create that has happened", async () => {
            const [result] = await create([{ name: "a", point: "after", message: "connection reset" }], "a");
            assert.equal(result.status, "rejected");
            assert.deepEqual(
                clouds.resources().map((each) => each.id),
                ["a-bucket"],
            );
        });

        it("strikes only where type, name and condition match", async () => {
            const faults: Fault[] = [
                { type: "aws:ec2/*", message: "no" },
                { name: "x*", message: "no" },
                { when: (call) => call.nth > 9, message: "no" },
                { on: ["update", "delete"], message: "no" },
            ];
            const results = await create(faults, "a", "b");
            assert.deepEqual(
                results.map((each) => each.status),
                ["fulfilled", "fulfilled"],
            );
        });

        it("records what exists but never became ready", async () => {
            const [result] = await create([{ point: "unready", message: "timed out" }], "a");
            const { metadata } = (result as PromiseRejectedResult).reason as grpc.ServiceError;
            assert.equal(metadata.get("grpc-status-details-bin").length, 1);
            assert.equal(clouds.resources().length, 1);
        });
    });

    it("says which remote component it does not serve", async () => {
        const client = new ResourceProviderClient(
            `127.0.0.1:${/aws:(\d+)/.exec(clouds.environment.PULUMI_DEBUG_PROVIDERS)?.[1]}`,
            grpc.credentials.createInsecure(),
        );
        const request = new messages.ConstructRequest();
        request.setType("eks:index:Cluster");
        await assert.rejects(
            ask(client, client.construct, request),
            /the remote component eks:index:Cluster is not served/,
        );
        client.close();
    });
});

describe("simulated clouds in a process of their own", () => {
    it("serve, tell what exists, and end when they are stopped", async () => {
        const clouds = await CloudProcess.start();
        const provider = await Provider.connect(clouds.environment, "aws");
        await provider.create(bucket, "b", { bucket: "b-bucket" });
        assert.deepEqual(
            (await clouds.resources()).map((each) => each.id),
            ["b-bucket"],
        );
        assert.deepEqual(
            (await clouds.calls()).map((each) => each.operation),
            ["create"],
        );
        provider.close();
        await clouds.stop();
        await assert.rejects(async () => clouds.resources());
    });

    it("kill themselves when a fault says so, after what has been made was kept", async () => {
        const fs = await import("node:fs");
        const directory = fs.mkdtempSync(`${(await import("node:os")).tmpdir()}/barycenter-kill-`);
        const state = `${directory}/clouds.jsonl`;
        const faults: Fault[] = [{ nth: 1, point: "after", kill: "clouds" }];
        const clouds = await CloudProcess.start({ state, faults });
        const provider = await Provider.connect(clouds.environment, "aws");
        await assert.rejects(provider.create(bucket, "b", { bucket: "b-bucket" }));
        provider.close();
        await clouds.stop();
        const again = await SimulatedClouds.start({ state });
        assert.deepEqual(
            again.resources().map((each) => each.id),
            ["b-bucket"],
        );
        await again.stop();
        fs.rmSync(directory, { recursive: true });
    });
});
