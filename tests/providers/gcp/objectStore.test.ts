import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle, ObjectStoreSpec, Principal } from "../../../providers/cloud";
import { cloud } from "../../../providers/gcp";
import { prefixExpression } from "../../../providers/gcp/grant";
import { NUMBER, PROJECT, record, scopeOf, valueOf, type ScopeSettings } from "./support";

const SPEC: ObjectStoreSpec = {
    sizeGiB: 100,
    keepVersionsDays: 30,
    abortUploadDays: 7,
    replicas: [],
    forceDestroy: false,
    retainOnDelete: false,
    namespace: "default",
};

const KEY = "projects/acme/locations/europe-west4/keyRings/ml/cryptoKeys/models";

async function store(spec: Partial<ObjectStoreSpec> = {}, settings: ScopeSettings = {}, preview = false) {
    let handle!: ObjectStoreHandle;
    const recording = await record(
        (into) => {
            handle = cloud.objectStore({ ...SPEC, ...spec }, scopeOf(into, { name: "weights", ...settings }));
        },
        { preview },
    );
    return { recording, handle };
}

const reader = (): Principal => ({
    cloud: "gcp",
    id: pulumi.output("serviceAccount:chat@acme-ml.iam.gserviceaccount.com"),
});

describe("a store on Google Cloud", () => {
    it("is one private, versioned bucket with cost labels and nothing else", async () => {
        const { recording } = await store();
        assert.deepEqual(recording.shape, [
            "barycenter:index:Test weights",
            "gcp:storage/bucket:Bucket weights-bucket",
        ]);
        const { name, ...inputs } = recording.named("weights-bucket").inputs;
        assert.match(name, /^weights-[a-z0-9]{8}$/);
        assert.deepEqual(inputs, {
            project: PROJECT,
            location: "europe-west4",
            uniformBucketLevelAccess: true,
            publicAccessPrevention: "enforced",
            versioning: { enabled: true },
            softDeletePolicy: { retentionDurationSeconds: 0 },
            lifecycleRules: [
                {
                    action: { type: "Delete" },
                    condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED" },
                },
                { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
            ],
            forceDestroy: false,
            deletionPolicy: "DELETE",
            labels: { component: "weights", "managed-by": "barycenter", owner: "ml" },
        });
    });

    it("asks for no look-up where the landing zone names the project", async () => {
        assert.deepEqual((await store()).recording.calls, []);
    });

    it("takes the project of the stack's configuration, and else that of who deploys", async () => {
        const configured = await record(
            (into) => void cloud.objectStore(SPEC, scopeOf(into, { name: "weights", zone: {} })),
            { config: { "gcp:project": "configured" } },
        );
        assert.equal(configured.named("weights-bucket").inputs.project, "configured");
        assert.deepEqual(configured.calls, []);
    });

    it("protects what it holds with Pulumi's protection and the service's own together", async () => {
        const { recording } = await store({ forceDestroy: true, retainOnDelete: true }, { protect: true });
        const { inputs } = recording.named("weights-bucket");
        assert.equal(inputs.deletionPolicy, "PREVENT");
        assert.equal(inputs.forceDestroy, false);
        assert.equal(inputs.softDeletePolicy.retentionDurationSeconds, 7 * 86_400);
        assert.equal(recording.option("bucket").protect, true);
        assert.equal(recording.option("bucket").retainOnDelete, true);
    });

    it("lifts every protection with the one flag", async () => {
        const { recording } = await store({ forceDestroy: true }, { protect: false });
        assert.equal(recording.named("weights-bucket").inputs.deletionPolicy, "DELETE");
        assert.equal(recording.named("weights-bucket").inputs.forceDestroy, true);
        assert.equal(recording.option("bucket").protect, false);
    });

    it("is named without the words that Google refuses", async () => {
        const { recording } = await store({}, { name: "google-models" });
        assert.doesNotMatch(recording.named("google-models-bucket").inputs.name, /g[o0]{2}g/);
    });

    it("is named differently in another region or project, so that a replacement meets no predecessor", async () => {
        const names = await Promise.all([
            store().then((made) => made.recording.named("weights-bucket").inputs.name as string),
        ]);
        names.push(
            (await store({}, { region: "us-central1" })).recording.named("weights-bucket").inputs.name,
        );
        names.push(
            (await store({}, { zone: { account: "other" } })).recording.named("weights-bucket").inputs.name,
        );
        assert.equal(new Set(names).size, 3);
    });

    it("gives its URL in the form that KServe and Triton take", async () => {
        const { recording, handle } = await store();
        const { name } = recording.named("weights-bucket").inputs;
        assert.equal(await valueOf(handle.url), `gs://${name}`);
        assert.equal(await valueOf(handle.uri("models/llama")), `gs://${name}/models/llama`);
        assert.equal(await valueOf(handle.tritonUri("models/llama")), `gs://${name}/models/llama`);
    });
});

describe("a store with a key of its own on Google Cloud", () => {
    it("lets the service's agent use the key before the bucket is made, and never takes that away", async () => {
        const { recording } = await store({ encryptionKey: KEY });
        assert.deepEqual(recording.named("weights-key-grant").inputs, {
            cryptoKeyId: KEY,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: `serviceAccount:service-${NUMBER}@gs-project-accounts.iam.gserviceaccount.com`,
        });
        assert.deepEqual(recording.named("weights-bucket").inputs.encryption, { defaultKmsKeyName: KEY });
        assert.deepEqual(recording.waitsFor("bucket"), ["weights-key-grant"]);
        assert.equal(recording.option("key-grant").retainOnDelete, true);
    });

    const problems = (spec: Partial<ObjectStoreSpec>) =>
        cloud.objectStoreProblems!({ ...SPEC, ...spec }, { cloud: "gcp", region: "europe-west4", zone: {} });

    it("refuses replicas, which a key of one region can't encrypt, before anything is registered", () => {
        const [problem] = problems({ encryptionKey: KEY, replicas: ["us-central1"] });
        assert.equal(problem!.path, "replicas");
        assert.match(problem!.message, /only with a key of the bucket's own region/);
        assert.deepEqual(problems({ replicas: ["us-central1"] }), []);
    });

    it("refuses a key of another region, and leaves one that it can't read to Google", () => {
        const [problem] = problems({ encryptionKey: KEY.replace("europe-west4", "europe") });
        assert.equal(problem!.path, "encryptionKey");
        assert.match(problem!.message, /is a key in europe: /);
        assert.deepEqual(problems({ encryptionKey: KEY }), []);
        assert.deepEqual(problems({ encryptionKey: "k" }), []);
    });
});

describe("a replicated store on Google Cloud", () => {
    it("has a bucket in each region and a replication that comes before anything is written", async () => {
        const { recording, handle } = await store({ replicas: ["europe-west1"] });
        const replica = recording.named("weights-replica-europe-west1").inputs;
        assert.equal(replica.location, "europe-west1");
        assert.equal(replica.publicAccessPrevention, "enforced");
        assert.deepEqual(recording.named("weights-replication-to-europe-west1").inputs, {
            project: PROJECT,
            description: "Copies weights to europe-west1",
            replicationSpec: {
                gcsDataSource: { bucketName: recording.named("weights-bucket").inputs.name },
                gcsDataSink: { bucketName: replica.name },
                transferOptions: { overwriteWhen: "DIFFERENT" },
            },
        });
        assert.deepEqual(
            handle.ready.map((resource) => (resource as unknown as { __name: string }).__name),
            ["weights-bucket", "weights-replication-to-europe-west1"],
        );
    });

    it("gives the two service agents what replication needs, before it starts", async () => {
        const { recording } = await store({ replicas: ["europe-west1"] });
        const agent = `serviceAccount:project-${NUMBER}@storage-transfer-service.iam.gserviceaccount.com`;
        const given = [
            ...recording.ofType("storage/bucketIAMMember:BucketIAMMember"),
            ...recording.ofType("projects/iAMMember:IAMMember"),
        ]
            .map(({ name, inputs }) => [name, inputs.role, inputs.member === agent])
            .sort();
        assert.deepEqual(given, [
            ["weights-replication-listener", "roles/pubsub.editor", true],
            ["weights-replication-notifier", "roles/pubsub.publisher", false],
            ["weights-replication-sink-europe-west1-reader", "roles/storage.objectViewer", true],
            ["weights-replication-sink-europe-west1-writer", "roles/storage.legacyBucketWriter", true],
            ["weights-replication-source-owner", "roles/storage.legacyBucketOwner", true],
            ["weights-replication-source-reader", "roles/storage.objectViewer", true],
        ]);
        assert.deepEqual(
            recording.waitsFor("replication-to-europe-west1").sort(),
            given.map(([name]) => name as string).sort(),
        );
    });

    it("enables what replication calls, before it is granted anything", async () => {
        const { recording } = await store({ replicas: ["europe-west1"] });
        const services = recording.ofType("projects/service:Service").map(({ name }) => name);
        assert.deepEqual(services.sort(), [
            "weights-api-cloudresourcemanager",
            "weights-api-pubsub",
            "weights-api-storagetransfer",
        ]);
        assert.deepEqual(recording.waitsFor("replication-listener").sort(), services);
    });

    it("leaves the agents' rights on the project, which other stores share", async () => {
        const { recording } = await store({ replicas: ["europe-west1"] });
        assert.equal(recording.option("replication-listener").retainOnDelete, true);
        assert.equal(recording.option("replication-source-reader").retainOnDelete, undefined);
    });
});

describe("access to a store on Google Cloud", () => {
    it("is two bindings of the consumer, one of them bounded to the prefix", async () => {
        const recording = await record((into) => {
            const handle = cloud.objectStore(SPEC, scopeOf(into, { name: "weights" }));
            handle.grant(
                reader(),
                [{ mode: "read", prefix: "models/llama" }],
                scopeOf(into, { name: "chat" }).within("model"),
            );
        });
        const bucket = recording.named("weights-bucket").inputs.name as string;
        const member = "serviceAccount:chat@acme-ml.iam.gserviceaccount.com";
        assert.deepEqual(recording.named("chat-model-objects").inputs, {
            bucket,
            role: "roles/storage.objectViewer",
            member,
            condition: {
                title: "chat-model-objects",
                expression: prefixExpression(bucket, "models/llama"),
            },
        });
        assert.deepEqual(recording.named("chat-model-bucket").inputs, {
            bucket,
            role: "roles/storage.bucketViewer",
            member,
            condition: {
                title: "chat-model-bucket",
                expression: `resource.name == "projects/_/buckets/${bucket}"`,
            },
        });
        assert.deepEqual(recording.waitsFor("model-objects"), ["weights-bucket"]);
    });

    it("writes with the role that can neither read policies nor change the bucket", async () => {
        for (const mode of ["write", "readWrite"] as const) {
            const recording = await record((into) => {
                const handle = cloud.objectStore(SPEC, scopeOf(into, { name: "weights" }));
                handle.grant(reader(), [{ mode, prefix: "results" }], scopeOf(into, { name: "job" }));
            });
            assert.equal(recording.named("job-objects").inputs.role, "roles/storage.objectUser");
        }
    });

    it("ends at the prefix's own separator and includes listing it", () => {
        assert.equal(
            prefixExpression("b", "models/a"),
            [
                `resource.name == "projects/_/buckets/b/objects/models/a"`,
                `resource.name.startsWith("projects/_/buckets/b/objects/models/a/")`,
                `api.getAttribute("storage.googleapis.com/objectListPrefix", "") == "models/a"`,
                `api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("models/a/")`,
            ].join(" || "),
        );
    });

    it("keeps a prefix with quotes inside its string", () => {
        assert.match(prefixExpression("b", `a" || true || "`), /objects\/a\\" \|\| true \|\| \\"/);
    });

    it("on the whole store ends at the store", () => {
        assert.equal(prefixExpression("b", ""), `resource.name.startsWith("projects/_/buckets/b")`);
    });

    it("is a binding of its own for each grant, so that one can go without the other", async () => {
        const recording = await record((into) => {
            const handle = cloud.objectStore(SPEC, scopeOf(into, { name: "weights" }));
            const scope = scopeOf(into, { name: "job" });
            handle.grant(reader(), [{ mode: "read", prefix: "corpus" }], scope.within("reads"));
            handle.grant(reader(), [{ mode: "write", prefix: "results" }], scope.within("writes"));
        });
        const bindings = recording
            .ofType("storage/bucketIAMMember:BucketIAMMember")
            .map(({ inputs }) => JSON.stringify([inputs.role, inputs.member, inputs.condition]));
        assert.equal(new Set(bindings).size, 4);
    });
});

describe("files in a store on Google Cloud", () => {
    it("are objects with their content and its hash, put there when the bucket is ready", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-"));
        const source = path.join(folder, "config.json");
        fs.writeFileSync(source, "{}");
        try {
            const recording = await record((into) => {
                const handle = cloud.objectStore(SPEC, scopeOf(into, { name: "weights" }));
                handle.upload(
                    [{ source, key: "models/a/config.json", sha256: "abc" }],
                    scopeOf(into, { name: "up" }),
                );
            });
            const [object] = recording.ofType("storage/bucketObject:BucketObject");
            assert.match(object!.name, /^up-object-models-a-config\.json-[0-9a-f]{8}$/);
            assert.equal(object!.inputs.name, "models/a/config.json");
            assert.deepEqual(object!.inputs.metadata, { sha256: "abc" });
            const suffix = object!.name.slice("up-".length);
            assert.deepEqual(recording.waitsFor(suffix), ["weights-bucket"]);
            assert.equal(recording.option(suffix).deleteBeforeReplace, true);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});

describe("an adopted store on Google Cloud", () => {
    const adopted = { url: "gs://shared-models", namespace: "default" };

    it("registers nothing and says what its owner would have to add", async () => {
        let handle!: ObjectStoreHandle;
        const recording = await record((into) => {
            handle = cloud.adoptObjectStore({ ...adopted, account: "owner" }, scopeOf(into));
        });
        assert.deepEqual(recording.shape, ["barycenter:index:Test thing"]);
        const commands = await valueOf(handle.ownerPolicy!);
        assert.match(
            commands!,
            /gcloud storage buckets add-iam-policy-binding gs:\/\/shared-models --project=owner/,
        );
        assert.match(
            commands!,
            /--role=roles\/storage\.objectViewer --condition='\^;\^title=barycenter-prefix;expression=/,
        );
        assert.match(commands!, /--role=roles\/storage\.bucketViewer/);
    });

    it("gets a binding for a workload where it is in the same project", async () => {
        const recording = await record((into) => {
            const handle = cloud.adoptObjectStore({ ...adopted, account: PROJECT }, scopeOf(into));
            handle.grant(reader(), [{ mode: "read", prefix: "m" }], scopeOf(into, { name: "chat" }));
        });
        assert.equal(recording.named("chat-objects").inputs.bucket, "shared-models");
    });

    it("is left to its owner where it is in another project", async () => {
        const recording = await record((into) => {
            const handle = cloud.adoptObjectStore({ ...adopted, account: "owner" }, scopeOf(into));
            const access = handle.grant(
                reader(),
                [{ mode: "read", prefix: "m" }],
                scopeOf(into, { name: "chat" }),
            );
            assert.deepEqual(access.dependencies, []);
        });
        assert.deepEqual(recording.ofType("storage/bucketIAMMember:BucketIAMMember"), []);
    });

    it("must be a bucket of Cloud Storage", async () => {
        await record((into) => {
            for (const url of ["s3://b", "gs://", "gs://Bad_Name", "gs://bucket/path"]) {
                assert.throws(
                    () => cloud.adoptObjectStore({ ...adopted, url }, scopeOf(into)),
                    /gs:\/\/bucket/,
                );
            }
        });
    });
});

describe("a store on Google Cloud while nothing is known", () => {
    it("registers the same resources as when everything is", async () => {
        const spec = { replicas: ["europe-west1"] };
        const zone = {};
        const preview = await store(spec, { zone }, true);
        const up = await store(spec, { zone });
        assert.deepEqual(preview.recording.shape, up.recording.shape);
    });
});
