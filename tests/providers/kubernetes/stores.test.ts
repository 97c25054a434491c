import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type {
    AdoptedStoreSpec,
    BatchJobSpec,
    ObjectStoreHandle,
    ObjectStoreSpec,
    Principal,
} from "../../../providers/cloud";
import { cloud, orchestrator } from "../../../providers/kubernetes";
import { clusterOf, record, scopeOf, valueOf, workload, type Recording, type ScopeSettings } from "./support";

const SPEC: ObjectStoreSpec = {
    sizeGiB: 100,
    keepVersionsDays: 7,
    abortUploadDays: 7,
    replicas: [],
    forceDestroy: false,
    retainOnDelete: false,
    namespace: "default",
};
const JOB: BatchJobSpec = {
    namespace: "ml",
    image: "score:1",
    args: [],
    environment: [],
    accelerators: [],
    resources: { cpu: "1", memory: "1Gi", accelerators: 0 },
    timeZone: "Etc/UTC",
    parallelism: 1,
    completions: 1,
    retries: 0,
    deadlineSeconds: 60,
    keepFinishedSeconds: 60,
    spotTolerant: true,
};
const SITE: ScopeSettings = { name: "weights", cloud: "kubernetes", region: "edge" };
const PRINCIPAL: Principal = { cloud: "kubernetes", id: pulumi.output("weights") };
const BUCKET: AdoptedStoreSpec = {
    url: "s3://models",
    endpoint: "https://minio.storage.svc",
    credentialsSecret: "minio",
    namespace: "default",
};

async function create(
    spec: Partial<ObjectStoreSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
): Promise<{ recording: Recording; handle: ObjectStoreHandle }> {
    let handle: ObjectStoreHandle | undefined;
    const recording = await record(
        (recorded) => {
            handle = cloud.objectStore({ ...SPEC, ...spec }, scopeOf(recorded, { ...SITE, ...settings }));
        },
        { preview },
    );
    return { recording, handle: handle! };
}

async function adopt(spec: AdoptedStoreSpec): Promise<{ recording: Recording; handle: ObjectStoreHandle }> {
    let handle: ObjectStoreHandle | undefined;
    const recording = await record((recorded) => {
        handle = cloud.adoptObjectStore(spec, scopeOf(recorded, SITE));
    });
    return { recording, handle: handle! };
}

describe("a store on a cluster of one's own", () => {
    it("is a volume claim that many pods can read", async () => {
        const { recording } = await create({ storageClass: "nfs" });
        const { type, inputs } = recording.named("weights-volume");
        assert.equal(type, "kubernetes:core/v1:PersistentVolumeClaim");
        assert.equal(inputs.metadata.name, "weights");
        assert.equal(inputs.metadata.namespace, "default");
        assert.equal(inputs.metadata.labels["cost-centre"], "42");
        assert.deepEqual(inputs.spec, {
            accessModes: ["ReadWriteMany"],
            resources: { requests: { storage: "100Gi" } },
            storageClassName: "nfs",
        });
    });

    it("leaves the storage class to the cluster when none is said", async () => {
        const { recording } = await create();
        assert.ok(!("storageClassName" in recording.named("weights-volume").inputs.spec));
    });

    it("does not wait for a volume that is bound to its first pod", async () => {
        const { recording } = await create();
        assert.equal(
            recording.named("weights-volume").inputs.metadata.annotations["pulumi.com/skipAwait"],
            "true",
        );
    });

    it("is protected and kept as the tier says", async () => {
        const kept = await create({ retainOnDelete: true }, { protect: true });
        assert.equal(kept.recording.options.get("volume")?.protect, true);
        assert.equal(kept.recording.options.get("volume")?.retainOnDelete, true);
        const dev = await create();
        assert.equal(dev.recording.options.get("volume")?.protect, false);
        assert.equal(dev.recording.options.get("volume")?.retainOnDelete, false);
    });

    it("shares one provider of its context with other stores", async () => {
        const recording = await record((recorded) => {
            cloud.objectStore(SPEC, scopeOf(recorded, { ...SITE, name: "one" }));
            cloud.objectStore(SPEC, scopeOf(recorded, { ...SITE, name: "two" }));
            cloud.objectStore(SPEC, scopeOf(recorded, { ...SITE, name: "three", region: "lab" }));
        });
        const providers = recording.resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
        assert.deepEqual(
            providers.map(({ name, inputs }) => [name, inputs.context, inputs.clusterIdentifier]),
            [
                ["kubernetes-edge", "edge", "kubernetes/edge"],
                ["kubernetes-lab", "lab", "kubernetes/lab"],
            ],
        );
        assert.match(recording.named("two-volume").provider, /kubernetes-edge/);
    });

    it("makes no namespace, which may be another team's on a cluster that exists", async () => {
        const recording = await record((recorded) => {
            cloud.objectStore({ ...SPEC, namespace: "ml" }, scopeOf(recorded, SITE));
            const cluster = clusterOf({ cloud: "kubernetes", region: "edge", adopted: true });
            orchestrator.batchJob(JOB, workload(), cluster, scopeOf(recorded, { ...SITE, name: "nightly" }));
        });
        assert.equal(recording.named("weights-volume").inputs.metadata.namespace, "ml");
        assert.equal(recording.named("nightly-job").inputs.metadata.namespace, "ml");
        assert.ok(!recording.resources.some(({ type }) => type.endsWith(":Namespace")));
    });

    it("is known by its claim before it exists", async () => {
        const { handle } = await create({}, {}, true);
        assert.equal(await valueOf(handle.url), "pvc://weights");
        assert.equal(await valueOf(handle.bucket), "weights");
        assert.equal(await valueOf(handle.uri("models/a")), "pvc://weights/models/a");
        assert.equal(await valueOf(handle.tritonUri("models/a")), "/mnt/weights/models/a");
    });

    it("gives access by mounting the folder, read-only to readers", async () => {
        let handle: ObjectStoreHandle | undefined;
        const recording = await record((recorded) => {
            const scope = scopeOf(recorded, SITE);
            handle = cloud.objectStore(SPEC, scope);
            const read = handle.grant(PRINCIPAL, [{ mode: "read", prefix: "models/a" }], scope);
            const write = handle.grant(PRINCIPAL, [{ mode: "readWrite", prefix: "out" }], scope);
            assert.deepEqual(read.claims, [
                {
                    claim: "weights",
                    path: "/mnt/weights/models/a",
                    readOnly: true,
                    namespace: "default",
                    subPath: "models/a",
                },
            ]);
            assert.deepEqual(write.claims, [
                {
                    claim: "weights",
                    path: "/mnt/weights/out",
                    readOnly: false,
                    namespace: "default",
                    subPath: "out",
                },
            ]);
            assert.equal(read.dependencies.length, 1);
        });
        assert.equal(recording.resources.filter(({ name }) => name.startsWith("weights-")).length, 1);
    });

    it("refuses principals of a cloud", async () => {
        const { handle } = await create();
        assert.throws(
            () =>
                handle.grant(
                    { cloud: "aws", id: pulumi.output("arn") },
                    [{ mode: "read", prefix: "" }],
                    undefined as never,
                ),
            (error: Error) => error instanceof pulumi.RunError && /its own cluster only/.test(error.message),
        );
    });

    it("refuses uploads and says what to do instead", async () => {
        const { handle } = await create();
        assert.throws(
            () => handle.upload([], undefined as never),
            (error: Error) => error instanceof pulumi.RunError && /kubectl cp/.test(error.message),
        );
    });
});

describe("a store that is adopted on a cluster of one's own", () => {
    it("is a claim, without anything registered", async () => {
        const { recording, handle } = await adopt({ url: "pvc://models", namespace: "data" });
        assert.deepEqual(
            recording.names.filter((name) => name !== "weights"),
            [],
        );
        assert.equal(await valueOf(handle.uri("a")), "pvc://models/a");
        assert.deepEqual(handle.grant(PRINCIPAL, [{ mode: "read", prefix: "" }], undefined as never).claims, [
            { claim: "models", path: "/mnt/models", readOnly: true, namespace: "data" },
        ]);
    });

    it("is an S3-compatible bucket whose keys stay in their Secret", async () => {
        const { recording, handle } = await adopt(BUCKET);
        assert.deepEqual(
            recording.names.filter((name) => name !== "weights"),
            [],
        );
        assert.equal(await valueOf(handle.url), "s3://models");
        assert.equal(await valueOf(handle.uri("llama/3")), "s3://models/llama/3");
        assert.deepEqual(
            handle.grant(PRINCIPAL, [{ mode: "read", prefix: "" }], undefined as never).environment,
            [
                { name: "AWS_ENDPOINT_URL", value: "https://minio.storage.svc" },
                { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
                { name: "AWS_ACCESS_KEY_ID", secret: { name: "minio", key: "AWS_ACCESS_KEY_ID" } },
                { name: "AWS_SECRET_ACCESS_KEY", secret: { name: "minio", key: "AWS_SECRET_ACCESS_KEY" } },
            ],
        );
    });

    it("is named to Triton with the address and port of the service", async () => {
        const { handle } = await adopt(BUCKET);
        assert.equal(
            await valueOf(handle.tritonUri("llama/3")),
            "s3://https://minio.storage.svc:443/models/llama/3",
        );
        const plain = await adopt({ ...BUCKET, endpoint: "http://minio:9000" });
        assert.equal(await valueOf(plain.handle.tritonUri("")), "s3://http://minio:9000/models");
    });

    it("is refused without the service's address or keys, and elsewhere than on Kubernetes", async () => {
        const { endpoint: _, ...without } = BUCKET;
        for (const spec of [without, { url: "gs://models", namespace: "default" }]) {
            await assert.rejects(adopt(spec), (error: Error) => error instanceof pulumi.RunError);
        }
    });
});
