import assert from "node:assert/strict";
import type { AccessMode, ObjectStoreSpec } from "../../../providers/cloud";
import { cloud } from "../../../providers/aws";
import * as pulumi from "@pulumi/pulumi";
import { CALLER, isUnknown, record, scopeOf, statements, valueOf, type ScopeSettings } from "./support";

const SPEC: ObjectStoreSpec = {
    sizeGiB: 100,
    keepVersionsDays: 14,
    abortUploadDays: 3,
    replicas: [],
    forceDestroy: false,
    retainOnDelete: false,
    namespace: "default",
};

const KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234";

const store = (spec: Partial<ObjectStoreSpec> = {}, settings: ScopeSettings = {}, preview = false) =>
    record(
        (recording) => {
            cloud.objectStore({ ...SPEC, ...spec }, scopeOf(recording, { name: "weights", ...settings }));
        },
        { preview },
    );

describe("a store on AWS", () => {
    it("names its bucket after account and region", async () => {
        const places: ScopeSettings[] = [
            { zone: { account: "111122223333" } },
            { zone: { account: "444455556666" } },
            { zone: { account: "111122223333" }, region: "us-east-1" },
        ];
        const names: string[] = [];
        for (const place of places) {
            names.push((await store({}, place)).named("weights-bucket").inputs.bucket as string);
        }
        assert.equal(new Set(names).size, 3);
        for (const name of names) {
            assert.match(name, /^weights-[a-z0-9]{8}$/);
        }
    });

    it("is in the site's region with every resource", async () => {
        for (const { type, inputs } of (await store()).resources) {
            if (type.startsWith("aws:s3/")) {
                assert.equal(inputs.region, "eu-west-1", type);
            }
        }
    });

    it("closes its bucket to the public", async () => {
        const { inputs } = (await store()).named("weights-public-access");
        assert.deepEqual(
            [
                inputs.blockPublicAcls,
                inputs.blockPublicPolicy,
                inputs.ignorePublicAcls,
                inputs.restrictPublicBuckets,
            ],
            [true, true, true, true],
        );
    });

    it("turns off access lists", async () => {
        const { inputs } = (await store()).named("weights-ownership");
        assert.deepEqual(inputs.rule, { objectOwnership: "BucketOwnerEnforced" });
    });

    it("refuses plain text and TLS before 1.2", async () => {
        const recording = await store();
        const bucket = recording.named("weights-bucket").inputs.bucket as string;
        const [plaintext, old, ...others] = statements(recording.named("weights-policy").inputs.policy);
        assert.deepEqual(plaintext, {
            Sid: "DenyPlaintext",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        });
        assert.deepEqual(old?.Condition, { NumericLessThan: { "s3:TlsVersion": "1.2" } });
        assert.deepEqual(others, []);
    });

    it("encrypts with S3's own key unless it is given one", async () => {
        const { inputs } = (await store()).named("weights-encryption");
        assert.deepEqual(inputs.rules, [
            {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
                blockedEncryptionTypes: ["SSE-C"],
            },
        ]);
    });

    it("encrypts with the given key, through a bucket key", async () => {
        const { inputs } = (await store({ encryptionKey: KEY })).named("weights-encryption");
        assert.deepEqual(inputs.rules, [
            {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
                bucketKeyEnabled: true,
                blockedEncryptionTypes: ["SSE-C"],
            },
        ]);
    });

    it("completes the id of a key", async () => {
        const { inputs } = (await store({ encryptionKey: "1234" })).named("weights-encryption");
        assert.equal(inputs.rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId, KEY);
    });

    it("keeps old versions for as long as it is told, and removes failed uploads", async () => {
        const recording = await store();
        assert.deepEqual(recording.named("weights-versioning").inputs.versioningConfiguration, {
            status: "Enabled",
        });
        const [failed, old] = recording.named("weights-lifecycle").inputs.rules;
        assert.deepEqual(failed.abortIncompleteMultipartUpload, { daysAfterInitiation: 3 });
        assert.deepEqual(old.noncurrentVersionExpiration, { noncurrentDays: 14 });
        assert.equal(old.expiration.days, undefined);
    });

    it("orders what S3 refuses in another order", async () => {
        const recording = await store();
        assert.deepEqual(recording.waitsFor("policy"), ["weights-public-access", "weights-ownership"]);
        assert.deepEqual(recording.waitsFor("lifecycle"), ["weights-versioning"]);
    });

    it("protects the bucket and nothing else", async () => {
        const recording = await store({}, { protect: true });
        const kept = [...recording.options].filter(([, opts]) => opts.protect).map(([suffix]) => suffix);
        assert.deepEqual(kept, ["bucket"]);
    });

    it("keeps the protection of data that it keeps", async () => {
        const recording = await store({ retainOnDelete: true });
        for (const [suffix, opts] of recording.options) {
            assert.equal(opts.retainOnDelete, true, suffix);
        }
    });

    it("deletes objects only when it is told to", async () => {
        assert.equal((await store()).named("weights-bucket").inputs.forceDestroy, false);
        assert.equal((await store({ forceDestroy: true })).named("weights-bucket").inputs.forceDestroy, true);
    });

    it("uses no deprecated argument of the bucket", async () => {
        const { inputs } = (await store({ encryptionKey: KEY })).named("weights-bucket");
        assert.deepEqual(Object.keys(inputs).sort(), ["bucket", "forceDestroy", "region", "tags"]);
    });

    it("tags the bucket", async () => {
        const { inputs } = (await store()).named("weights-bucket");
        assert.deepEqual(inputs.tags, { component: "weights", "managed-by": "barycenter", owner: "ml" });
    });

    it("names the partition of its region", async () => {
        const recording = await store({}, { region: "cn-north-1", zone: { account: CALLER } });
        const [first] = statements(recording.named("weights-policy").inputs.policy);
        assert.match((first?.Resource as string[])[0]!, /^arn:aws-cn:s3:::/);
    });

    it("registers the same resources while nothing is known", async () => {
        const spec = { replicas: ["us-east-1"], encryptionKey: "alias/data" };
        const preview = await store(spec, {}, true);
        assert.deepEqual(preview.shape, (await store(spec)).shape);
        assert.ok(isUnknown(preview.named("weights-bucket").inputs.bucket));
    });

    it("has no replication without replicas", async () => {
        const recording = await store();
        assert.deepEqual(recording.ofType("s3/bucketReplicationConfig:BucketReplicationConfig"), []);
        assert.deepEqual(recording.ofType("iam/role:Role"), []);
    });
});

describe("a store on AWS with replicas", () => {
    it("hardens each replica like itself, in its region", async () => {
        const recording = await store({ replicas: ["us-east-1", "eu-central-1"] });
        const types = (prefix: string) =>
            recording.resources
                .filter(({ name, type }) => name.startsWith(prefix) && type.startsWith("aws:s3/"))
                .map(({ type }) => type)
                .sort();
        const own = [...recording.options.keys()].filter((suffix) => !suffix.startsWith("repl")).length;
        assert.equal(types("weights-replica-us-east-1-").length, own);
        assert.deepEqual(types("weights-replica-us-east-1-"), types("weights-replica-eu-central-1-"));
        for (const { name, inputs } of recording.resources) {
            const [, region] = /^weights-replica-([a-z]+-[a-z]+-\d)-/.exec(name) ?? [];
            assert.equal(
                inputs.region,
                region ?? (name.startsWith("weights-replication-") ? undefined : inputs.region),
            );
        }
    });

    it("copies with a role that can do nothing else", async () => {
        const recording = await store({ replicas: ["us-east-1"] });
        const source = recording.named("weights-bucket").inputs.bucket as string;
        const copy = recording.named("weights-replica-us-east-1-bucket").inputs.bucket as string;
        assert.deepEqual(statements(recording.named("weights-replication-role").inputs.assumeRolePolicy), [
            {
                Effect: "Allow",
                Principal: { Service: "s3.amazonaws.com" },
                Action: "sts:AssumeRole",
            },
        ]);
        const resources = statements(recording.named("weights-replication-policy").inputs.policy).map(
            ({ Resource }) => Resource,
        );
        assert.deepEqual(resources, [
            `arn:aws:s3:::${source}`,
            `arn:aws:s3:::${source}/*`,
            [`arn:aws:s3:::${copy}/*`],
        ]);
    });

    it("waits until both buckets are versioned", async () => {
        const recording = await store({ replicas: ["us-east-1"] });
        assert.deepEqual(recording.waitsFor("replication"), [
            "weights-replication-policy",
            "weights-versioning",
            "weights-replica-us-east-1-versioning",
        ]);
    });

    it("encrypts copies with S3's own key of their region where the key has no copy there", async () => {
        const recording = await store({ replicas: ["us-east-1"], encryptionKey: KEY });
        const alias = `arn:aws:kms:us-east-1:${CALLER}:alias/aws/s3`;
        const [rule] = recording.named("weights-replication").inputs.rules;
        assert.deepEqual(rule.destination.encryptionConfiguration, { replicaKmsKeyId: alias });
        assert.deepEqual(rule.sourceSelectionCriteria, { sseKmsEncryptedObjects: { status: "Enabled" } });
        const encrypt = statements(recording.named("weights-replication-policy").inputs.policy).at(-1);
        assert.deepEqual(encrypt, {
            Sid: "EncryptReplica1",
            Effect: "Allow",
            Action: ["kms:Encrypt", "kms:GenerateDataKey"],
            Resource: `arn:aws:kms:us-east-1:${CALLER}:key/*`,
            Condition: {
                StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
                "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aws/s3" },
            },
        });
    });

    it("uses a multi-region key in the region of the copy", async () => {
        const key = KEY.replace("1234", "mrk-1234");
        const recording = await store({ replicas: ["us-east-1"], encryptionKey: key });
        const [rule] = recording.named("weights-replica-us-east-1-encryption").inputs.rules;
        assert.equal(
            rule.applyServerSideEncryptionByDefault.kmsMasterKeyId,
            key.replace("eu-west-1", "us-east-1"),
        );
    });
});

describe("a grant on a store of AWS", () => {
    const PRINCIPAL = {
        cloud: "aws",
        id: pulumi.output("arn:aws:iam::111122223333:role/reader"),
        roleName: pulumi.output("reader"),
    } as const;

    const grant = (mode: AccessMode, prefix: string, spec: Partial<ObjectStoreSpec> = {}) =>
        record((recording) => {
            const handle = cloud.objectStore({ ...SPEC, ...spec }, scopeOf(recording, { name: "weights" }));
            handle.grant(PRINCIPAL, [{ mode, prefix }], scopeOf(recording, { name: "chat" }).within("model"));
        });

    it("lets a reader list and read its prefix, nothing else", async () => {
        const recording = await grant("read", "models/llama/3");
        const bucket = recording.named("weights-bucket").inputs.bucket as string;
        const { inputs } = recording.named("chat-model-grant");
        assert.equal(inputs.role, "reader");
        assert.deepEqual(statements(inputs.policy), [
            {
                Sid: "List",
                Effect: "Allow",
                Action: ["s3:ListBucket"],
                Resource: `arn:aws:s3:::${bucket}`,
                Condition: { StringLike: { "s3:prefix": ["models/llama/3", "models/llama/3/*"] } },
            },
            {
                Sid: "Read",
                Effect: "Allow",
                Action: ["s3:GetObject", "s3:GetObjectVersion"],
                Resource: `arn:aws:s3:::${bucket}/models/llama/3/*`,
            },
        ]);
    });

    it("lists by prefix alone: without one S3 would show the names under all others, so HeadBucket is refused", async () => {
        for (const mode of ["read", "write", "readWrite"] as const) {
            const [list, ...others] = statements(
                (await grant(mode, "out")).named("chat-model-grant").inputs.policy,
            );
            // StringLike is false for a request without a prefix; StringLikeIfExists or Null would not be.
            assert.deepEqual(list?.Condition, { StringLike: { "s3:prefix": ["out", "out/*"] } });
            assert.ok(!JSON.stringify(others).includes("s3:List" + "Bucket"));
        }
    });

    it("does not let a writer read", async () => {
        const [, objects] = statements((await grant("write", "out")).named("chat-model-grant").inputs.policy);
        assert.deepEqual(objects?.Action, [
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
        ]);
    });

    it("gives both where both are asked", async () => {
        const recording = await grant("readWrite", "out");
        const [, read, written] = statements(recording.named("chat-model-grant").inputs.policy);
        assert.deepEqual(read?.Action, ["s3:GetObject", "s3:GetObjectVersion"]);
        assert.equal((written?.Action as string[]).length, 4);
    });

    it("reaches the whole store without a prefix", async () => {
        const [list, objects] = statements((await grant("read", "")).named("chat-model-grant").inputs.policy);
        assert.equal(list?.Condition, undefined);
        assert.match(objects?.Resource as string, /[^/]\/\*$/);
    });

    it("lets a reader of an encrypted store decrypt, through S3 alone", async () => {
        const recording = await grant("read", "models", { encryptionKey: KEY });
        assert.deepEqual(statements(recording.named("chat-model-grant").inputs.policy).at(-1), {
            Sid: "UseKey",
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: KEY,
            Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
        });
    });

    it("lets a writer make data keys", async () => {
        const recording = await grant("write", "out", { encryptionKey: "alias/data" });
        const key = statements(recording.named("chat-model-grant").inputs.policy).at(-1);
        assert.deepEqual(key?.Action, ["kms:Decrypt", "kms:GenerateDataKey"]);
        assert.equal(key?.Resource, `arn:aws:kms:eu-west-1:${CALLER}:key/*`);
    });

    it("refuses a prefix that is a pattern", () =>
        assert.rejects(grant("read", "models/*"), /wildcards and variables/));

    it("refuses a principal that is no role", () =>
        assert.rejects(
            record((recording) => {
                const handle = cloud.objectStore(SPEC, scopeOf(recording, { name: "weights" }));
                handle.grant(
                    { cloud: "gcp", id: pulumi.output("x") },
                    [{ mode: "read", prefix: "" }],
                    scopeOf(recording, { name: "chat" }),
                );
            }),
            /role of IAM/,
        ));

    it("tells the workload the bucket's region and what to wait for", async () => {
        await record((recording) => {
            const handle = cloud.objectStore(SPEC, scopeOf(recording, { name: "weights" }));
            const access = handle.grant(
                PRINCIPAL,
                [{ mode: "read", prefix: "m" }],
                scopeOf(recording, { name: "chat" }),
            );
            assert.deepEqual(access.environment, [
                { name: "AWS_REGION", value: "eu-west-1" },
                { name: "AWS_DEFAULT_REGION", value: "eu-west-1" },
            ]);
            assert.equal(access.dependencies.length, 1 + handle.ready.length);
            assert.deepEqual(access.serviceAccountAnnotations, {});
        });
    });
});

describe("an upload to a store of AWS", () => {
    const upload = () =>
        record((recording) => {
            const scope = scopeOf(recording, { name: "weights" });
            cloud
                .objectStore(SPEC, scope)
                .upload(
                    [{ source: __filename, key: "models/a/model.onnx", sha256: "ab12" }],
                    scope.within("upload"),
                );
        });

    it("makes one object a file, replaced by its content", async () => {
        const { inputs, type } = (await upload()).named("weights-upload-models/a/model.onnx");
        assert.equal(type, "aws:s3/bucketObjectv2:BucketObjectv2");
        assert.equal(inputs.sourceHash, "ab12");
        assert.equal(inputs.etag, undefined);
        assert.equal(inputs.checksumAlgorithm, "SHA256");
    });

    it("waits for versioning and encryption", async () => {
        const waits = (await upload()).waitsFor("upload-models/a/model.onnx");
        assert.ok(waits.includes("weights-versioning"));
        assert.ok(waits.includes("weights-encryption"));
    });

    it("puts no tags on objects, of which S3 allows ten", async () => {
        const { inputs } = (await upload()).named("weights-upload-models/a/model.onnx");
        assert.equal(inputs.tags, undefined);
        assert.deepEqual(inputs.overrideProvider, { defaultTags: { tags: {} } });
    });
});

describe("an adopted store on AWS", () => {
    const adopt = (account: string | undefined, zone = {}, encryptionKey?: string) => {
        let policy: pulumi.Output<string> | undefined;
        return record((recording) => {
            const handle = cloud.adoptObjectStore(
                {
                    url: "s3://corpus",
                    namespace: "default",
                    ...(account ? { account } : {}),
                    ...(encryptionKey ? { encryptionKey } : {}),
                },
                scopeOf(recording, { zone }),
            );
            assert.deepEqual(handle.nodes, {});
            policy = handle.ownerPolicy;
        }).then(async (recording) => ({ recording, policy: policy && (await valueOf(policy)) }));
    };

    it("registers nothing", async () => {
        const { recording } = await adopt("999988887777");
        assert.deepEqual(recording.shape, ["barycenter:index:Test thing"]);
    });

    it("asks nothing of an owner in the same account", async () => {
        assert.equal((await adopt(CALLER, { account: CALLER })).policy, undefined);
        assert.equal((await adopt(undefined)).policy, undefined);
        assert.equal((await adopt(CALLER)).policy, "");
    });

    it("prints the statements that another account must add", async () => {
        const { policy } = await adopt("999988887777", { account: CALLER });
        assert.deepEqual(JSON.parse(policy!), {
            bucketPolicy: {
                bucket: "corpus",
                statements: [
                    {
                        Sid: "ListForReaders",
                        Effect: "Allow",
                        Principal: { AWS: `arn:aws:iam::${CALLER}:root` },
                        Action: ["s3:ListBucket"],
                        Resource: "arn:aws:s3:::corpus",
                    },
                    {
                        Sid: "ReadObjects",
                        Effect: "Allow",
                        Principal: { AWS: `arn:aws:iam::${CALLER}:root` },
                        Action: ["s3:GetObject", "s3:GetObjectVersion"],
                        Resource: "arn:aws:s3:::corpus/*",
                    },
                    {
                        Sid: "WriteObjects",
                        Effect: "Allow",
                        Principal: { AWS: `arn:aws:iam::${CALLER}:root` },
                        Action: [
                            "s3:PutObject",
                            "s3:DeleteObject",
                            "s3:AbortMultipartUpload",
                            "s3:ListMultipartUploadParts",
                        ],
                        Resource: "arn:aws:s3:::corpus/*",
                    },
                ],
            },
        });
    });

    it("prints the statements for its key too", async () => {
        const { policy } = await adopt("999988887777", { account: CALLER }, "alias/corpus");
        const { keyPolicy } = JSON.parse(policy!) as { keyPolicy: { key: string } };
        assert.equal(keyPolicy.key, "arn:aws:kms:eu-west-1:999988887777:alias/corpus");
    });

    it("refuses an address that is no bucket", () =>
        assert.rejects(
            record((recording) => {
                cloud.adoptObjectStore({ url: "gs://corpus", namespace: "default" }, scopeOf(recording));
            }),
            /no bucket of S3/,
        ));

    it("gives URIs of its paths", () =>
        record(async (recording) => {
            const handle = cloud.adoptObjectStore(
                { url: "s3://corpus/", namespace: "default" },
                scopeOf(recording),
            );
            assert.equal(await valueOf(handle.url), "s3://corpus");
            assert.equal(await valueOf(handle.uri("models/a")), "s3://corpus/models/a");
            assert.equal(await valueOf(handle.tritonUri("models/a")), "s3://corpus/models/a");
        }));
});
