import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { cloud, customize } from "../../../providers/aws";
import type { InferenceHandle, ManagedInferenceSpec, ObjectStoreHandle } from "../../../providers/cloud";
import {
    CALLER,
    isUnknown,
    record,
    scopeOf,
    statements,
    valueOf,
    type Recording,
    type ScopeSettings,
} from "./support";

const L4 = { type: "g6.2xlarge", count: 1, vcpu: 8, memoryGiB: 32, accelerator: "L4" } as const;

const SPEC: Omit<ManagedInferenceSpec, "model"> = {
    server: "vllm",
    args: [],
    port: 8080,
    environment: [],
    accelerators: ["L4"],
    resources: { cpu: "7", memory: "28Gi", accelerators: 1 },
    scaling: { min: 1, max: 4, metric: "concurrency", target: 8 },
    startupSeconds: 600,
    drainSeconds: 120,
    machine: L4,
    expose: "network",
    rollout: "allAtOnce",
};

function corpus(recording: Recording): ObjectStoreHandle {
    return cloud.adoptObjectStore(
        { url: "s3://weights", namespace: "default" },
        scopeOf(recording, { name: "store" }),
    );
}

async function endpoint(
    spec: Partial<ManagedInferenceSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
) {
    let handle!: InferenceHandle;
    const recording = await record(
        (into) => {
            const store = corpus(into);
            const model = {
                name: "llama",
                version: "3",
                format: "huggingface",
                sizeGiB: 16,
                store,
                path: "models/llama/3",
            };
            handle = cloud.managedInference(
                { ...SPEC, model, ...spec },
                scopeOf(into, { name: "chat", ...settings }),
            );
        },
        { preview },
    );
    return { recording, handle };
}

const inputsOf = async (
    name: string,
    spec: Partial<ManagedInferenceSpec> = {},
    settings: ScopeSettings = {},
) => (await endpoint(spec, settings)).recording.named(name).inputs;

const variantOf = async (spec: Partial<ManagedInferenceSpec> = {}) =>
    (await inputsOf("chat-configuration", spec)).productionVariants[0];

describe("a managed endpoint on AWS", () => {
    it("loads its model as it lies, from a prefix that ends with a slash", async () => {
        const { primaryContainer, enableNetworkIsolation } = await inputsOf("chat-model");
        assert.deepEqual(primaryContainer.modelDataSource, {
            s3DataSources: [
                { s3Uri: "s3://weights/models/llama/3/", s3DataType: "S3Prefix", compressionType: "None" },
            ],
        });
        assert.equal(enableNetworkIsolation, true);
    });

    it("may read its model, pull its image, write its logs, and nothing else", async () => {
        const { recording } = await endpoint();
        const [, objects] = statements(recording.named("chat-model-grant").inputs.policy);
        assert.equal(objects?.Resource, "arn:aws:s3:::weights/models/llama/3/*");
        const runtime = statements(recording.named("chat-runtime").inputs.policy);
        assert.deepEqual(
            runtime.map(({ Sid }) => Sid),
            ["Logs", "Metrics", "RegistryLogin", "PullImage"],
        );
        assert.equal(runtime[3]?.Resource, "arn:aws:ecr:eu-west-1:763104351884:repository/vllm");
        for (const { Action } of runtime) {
            assert.ok([Action].flat().every((action) => !(action as string).includes("*")));
        }
    });

    it("is run by SageMaker of this account alone", async () => {
        const [trust] = statements((await inputsOf("chat-role")).assumeRolePolicy);
        assert.deepEqual(trust?.Principal, { Service: "sagemaker.amazonaws.com" });
        assert.deepEqual(trust?.Condition, { StringEquals: { "aws:SourceAccount": CALLER } });
    });

    it("has its permissions before its model, which is tried at once", async () => {
        const { recording } = await endpoint();
        assert.deepEqual(recording.waitsFor("model"), ["chat-role", "chat-runtime", "chat-model-grant"]);
    });

    it("keeps its address while model and configuration are new ones", async () => {
        const { recording } = await endpoint();
        const { inputs } = recording.named("chat-endpoint");
        assert.match(inputs.name, /^chat-[a-z0-9]{8}$/);
        assert.equal(recording.named("chat-model").inputs.name, undefined);
        const configuration = recording.named("chat-configuration").inputs;
        assert.equal(configuration.name, undefined);
        assert.equal(configuration.namePrefix, "chat-");
        for (const suffix of ["model", "configuration"]) {
            assert.equal(recording.option(suffix).deleteBeforeReplace, false);
        }
    });

    it("keeps names within SageMaker's 63 characters", async () => {
        const name = "a-service-with-quite-a-long-name-that-someone-really-chose-once";
        const { recording } = await endpoint({}, { name });
        assert.ok(recording.named(`${name}-model`).inputs.name.length <= 63);
        assert.ok(recording.named(`${name}-endpoint`).inputs.name.length <= 63);
        assert.ok(recording.named(`${name}-configuration`).inputs.namePrefix.length <= 37);
    });

    it("gives a replica the time that its model takes", async () => {
        assert.equal((await variantOf()).containerStartupHealthCheckTimeoutInSeconds, 600);
        assert.equal(
            (await variantOf({ startupSeconds: 10 })).containerStartupHealthCheckTimeoutInSeconds,
            60,
        );
        assert.equal((await variantOf({ startupSeconds: 9000 })).modelDataDownloadTimeoutInSeconds, 3600);
    });

    it("runs on the machine that was chosen, with a driver for its image", async () => {
        const variant = await variantOf();
        assert.equal(variant.instanceType, "ml.g6.2xlarge");
        assert.equal(variant.inferenceAmiVersion, "al2023-ami-sagemaker-inference-gpu-4-1");
        assert.deepEqual(variant.routingConfigs, [{ routingStrategy: "LEAST_OUTSTANDING_REQUESTS" }]);
    });

    it("has a volume and a key of its own only where the machine has no disk", async () => {
        const encryptionKey = "arn:aws:kms:eu-west-1:111122223333:key/1234";
        const local = await inputsOf("chat-configuration", { encryptionKey });
        assert.equal(local.kmsKeyArn, undefined);
        assert.equal(local.productionVariants[0].volumeSizeInGb, undefined);
        const machine = { type: "m7i.2xlarge", count: 0, vcpu: 8, memoryGiB: 32 };
        const remote = await inputsOf("chat-configuration", { encryptionKey, machine, server: "triton" });
        assert.equal(remote.kmsKeyArn, encryptionKey);
        const alias = { encryptionKey: "alias/data", machine, server: "triton" } as const;
        assert.equal(
            (await inputsOf("chat-configuration", alias)).kmsKeyArn,
            `arn:aws:kms:eu-west-1:${CALLER}:alias/data`,
        );
        assert.equal(remote.productionVariants[0].volumeSizeInGb, 62);
        assert.equal(remote.productionVariants[0].inferenceAmiVersion, undefined);
    });

    it("logs to a group that is tagged and not kept for ever", async () => {
        const { recording } = await endpoint();
        const { inputs } = recording.named("chat-logs");
        assert.equal(inputs.name, `/aws/sagemaker/Endpoints/${recording.named("chat-endpoint").inputs.name}`);
        assert.equal(inputs.retentionInDays, 30);
    });

    it("is in the site's region and tagged with every resource", async () => {
        const { recording } = await endpoint(
            { rollout: "canary" },
            { zone: { network: "vpc-1", subnets: ["subnet-a"] } },
        );
        for (const { type, name, inputs } of recording.resources) {
            if (!/iam\/|barycenter:/.test(type)) {
                assert.equal(inputs.region, "eu-west-1", name);
            }
            if (!/RolePolicy|barycenter:|appautoscaling\/policy/.test(type)) {
                assert.equal(inputs.tags?.owner, "ml", name);
            }
        }
    });

    it("stands in the site's network where there is one, and takes nothing in", async () => {
        const none = (await endpoint()).recording;
        assert.equal(none.named("chat-model").inputs.vpcConfig, undefined);
        assert.deepEqual(none.ofType("ec2/securityGroup:SecurityGroup"), []);
        const { recording } = await endpoint({}, { zone: { network: "vpc-1", subnets: ["subnet-a"] } });
        assert.deepEqual(recording.named("chat-model").inputs.vpcConfig, {
            subnets: ["subnet-a"],
            securityGroupIds: ["chat-security-id"],
        });
        assert.deepEqual(recording.ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule"), []);
        const [out] = recording.ofType("vpc/securityGroupEgressRule:SecurityGroupEgressRule");
        assert.deepEqual([out?.inputs.fromPort, out?.inputs.toPort], [443, 443]);
    });

    it("tells its address, its revision and how to call it", async () => {
        const { recording, handle } = await endpoint();
        const name = recording.named("chat-endpoint").inputs.name as string;
        assert.equal(
            await valueOf(handle.url),
            `https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/${name}/invocations`,
        );
        assert.equal(
            await valueOf(handle.revision),
            recording.named("chat-endpoint").inputs.endpointConfigName,
        );
        assert.equal(await valueOf(handle.accelerator), "L4");
        assert.match(handle.client.authentication, /Signature Version 4/);
        assert.match(handle.client.urlForm, /endpoints\/<endpoint>\/invocations$/);
    });

    it("registers the same resources while nothing is known", async () => {
        const spec = {
            rollout: "canary",
            image: pulumi.output(`${CALLER}.dkr.ecr.eu-west-1.amazonaws.com/own:1`),
        } as const;
        const preview = await endpoint(spec, {}, true);
        assert.deepEqual(preview.recording.shape, (await endpoint(spec)).recording.shape);
        assert.ok(isUnknown(preview.recording.named("chat-endpoint").inputs.endpointConfigName));
    });

    it("does not scale to zero", () =>
        assert.rejects(endpoint({ scaling: { ...SPEC.scaling, min: 0 } }), /keeps an instance at least/));
});

describe("the container of a managed endpoint on AWS", () => {
    const environment = async (spec: Partial<ManagedInferenceSpec>) =>
        (await inputsOf("chat-model", spec)).primaryContainer.environment as Record<string, string>;

    it("serves vLLM's model under the model's name, on all accelerators of a replica", async () => {
        assert.deepEqual(await environment({ resources: { ...SPEC.resources, accelerators: 4 } }), {
            HF_HUB_OFFLINE: "1",
            SM_VLLM_MODEL: "/opt/ml/model",
            SM_VLLM_SERVED_MODEL_NAME: "llama",
            SM_VLLM_TENSOR_PARALLEL_SIZE: "4",
        });
    });

    it("passes a server's options on as the variables that its image reads", async () => {
        const given = await environment({
            args: ["--max-model-len", "8192", "--enforce-eager", pulumi.output("--dtype=half")],
            environment: [{ name: "EXTRA", value: pulumi.output("1") }],
        });
        assert.equal(given.SM_VLLM_MAX_MODEL_LEN, "8192");
        assert.equal(given.SM_VLLM_ENFORCE_EAGER, "true");
        assert.equal(given.SM_VLLM_DTYPE, "half");
        assert.equal(given.EXTRA, "1");
    });

    it("lets the program's own variables win", async () => {
        const given = await environment({
            environment: [{ name: "SM_VLLM_SERVED_MODEL_NAME", value: "other" }],
        });
        assert.equal(given.SM_VLLM_SERVED_MODEL_NAME, "other");
    });

    it("runs AWS's images from the registry of the region", async () => {
        const image = async (spec: Partial<ManagedInferenceSpec>, region: string) =>
            (await inputsOf("chat-model", spec, { region, zone: { account: CALLER } })).primaryContainer
                .image;
        assert.equal(
            await image({ server: "triton" }, "eu-south-1"),
            "692866216735.dkr.ecr.eu-south-1.amazonaws.com/sagemaker-tritonserver:25.04-py3",
        );
        assert.equal(
            await image({ server: "vllm" }, "cn-north-1"),
            "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn/vllm:server-sagemaker-cuda-v2.4",
        );
        assert.match(await image({ server: "huggingface" }, "us-east-1"), /^763104351884.*\/djl-inference:/);
    });

    it("runs Triton's build for CPUs on a machine without accelerators", async () => {
        const machine = { type: "m7i.xlarge", count: 0, vcpu: 4, memoryGiB: 16 };
        const { primaryContainer } = await inputsOf("chat-model", { server: "triton", machine });
        assert.match(primaryContainer.image, /\/sagemaker-tritonserver:25\.04-py3-cpu$/);
    });

    it("runs them from the landing zone's registry where that is one of ECR", async () => {
        const image = async (registry: string) =>
            (await inputsOf("chat-model", {}, { zone: { account: CALLER, registry } })).primaryContainer
                .image;
        const mirror = `${CALLER}.dkr.ecr.eu-west-1.amazonaws.com/mirror`;
        assert.equal(await image(mirror), `${mirror}/vllm:server-sagemaker-cuda-v2.4`);
        assert.match(await image("harbor.example.com"), /^763104351884\.dkr\.ecr/);
    });

    it("leaves an own image its way out and its own driver", async () => {
        const image = `${CALLER}.dkr.ecr.eu-west-1.amazonaws.com/team/server:1`;
        const { recording } = await endpoint({ image, server: "custom" });
        assert.equal(recording.named("chat-model").inputs.enableNetworkIsolation, false);
        const [variant] = recording.named("chat-configuration").inputs.productionVariants;
        assert.equal(variant.inferenceAmiVersion, undefined);
        const pull = statements(recording.named("chat-runtime").inputs.policy).at(-1);
        assert.equal(pull?.Resource, `arn:aws:ecr:eu-west-1:${CALLER}:repository/team/server`);
    });
});

describe("what a managed endpoint on AWS refuses", () => {
    const problems = (spec: Partial<ManagedInferenceSpec>, region = "eu-west-1") =>
        cloud
            .managedInferenceProblems({ ...SPEC, ...spec }, { cloud: "aws", region, zone: {} })
            .filter(({ warning }) => !warning)
            .map(({ path }) => path);

    it("is nothing of a service that fits", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ args: ["--dtype", "half"] }), []);
    });

    it("is a server without an image in the region", () => {
        assert.deepEqual(problems({ server: "triton" }, "us-gov-west-1"), ["image"]);
        assert.deepEqual(problems({ server: "vllm" }, "xx-nowhere-1"), ["image"]);
    });

    it("is a server whose image does not run on the machine", () => {
        const cpu = { machine: { type: "m7i.xlarge", count: 0, vcpu: 4, memoryGiB: 16 } };
        assert.deepEqual(problems({ ...cpu, server: "vllm" }), ["image"]);
        assert.deepEqual(problems({ ...cpu, server: "triton" }), []);
        const neuron = {
            type: "inf2.xlarge",
            count: 1,
            vcpu: 4,
            memoryGiB: 16,
            accelerator: "Inferentia2",
        } as const;
        assert.deepEqual(problems({ machine: neuron }), ["image"]);
    });

    it("is an image outside ECR", () => {
        assert.deepEqual(problems({ image: "docker.io/vllm/vllm-openai:latest" }), ["image"]);
        assert.deepEqual(problems({ image: pulumi.output("docker.io/vllm/vllm-openai") }), []);
    });

    it("is a command, arguments that the image can't take, and Kubernetes secrets", () => {
        assert.deepEqual(problems({ command: ["serve"] }), ["command"]);
        assert.deepEqual(problems({ server: "triton", args: ["--log-verbose=1"] }), ["args"]);
        const environment = [{ name: "TOKEN", secret: { name: "tokens", key: "hf" } }];
        assert.deepEqual(problems({ environment }), ["environment.TOKEN"]);
    });

    it("is a variable that is longer than SageMaker takes", () => {
        const variable = (length: number) => ({ environment: [{ name: "LONG", value: "x".repeat(length) }] });
        assert.deepEqual(problems(variable(1024)), []);
        assert.deepEqual(problems(variable(1025)), ["environment.LONG"]);
    });

    it("is a machine that SageMaker doesn't have", () => {
        const image = `${CALLER}.dkr.ecr.us-east-1.amazonaws.com/team/server:1`;
        const trainium = (type: string, count: number) => ({
            image,
            machine: { type, count, vcpu: 12, memoryGiB: 128, accelerator: "Trainium2" } as const,
        });
        assert.deepEqual(problems(trainium("trn2.3xlarge", 1), "us-east-1"), ["accelerator"]);
        assert.deepEqual(problems(trainium("trn2.48xlarge", 16), "us-east-1"), []);
    });

    it("is not a machine that the region was not known to sell, which is told", () => {
        const machine = {
            type: "g6e.xlarge",
            count: 1,
            vcpu: 4,
            memoryGiB: 32,
            accelerator: "L40S",
        } as const;
        const told = (region: string) =>
            cloud
                .managedInferenceProblems({ ...SPEC, machine }, { cloud: "aws", region, zone: {} })
                .map(({ path, message, warning }) => [path, /eu-west-3.*eu-north-1/.test(message), warning]);
        assert.deepEqual(told("eu-west-3"), [["accelerator", true, true]]);
        assert.deepEqual(told("eu-north-1"), []);
    });
});

describe("a rollout on AWS", () => {
    const rollout = async (spec: Partial<ManagedInferenceSpec>) =>
        (await inputsOf("chat-endpoint", spec)).deploymentConfig;
    const two = { ...SPEC.scaling, min: 2 };

    it("changes all at once, unwatched, where that is asked", async () => {
        const { recording } = await endpoint();
        assert.equal(recording.named("chat-endpoint").inputs.deploymentConfig, undefined);
        assert.deepEqual(recording.ofType("cloudwatch/metricAlarm:MetricAlarm"), []);
    });

    it("tries one instance first as a canary", async () => {
        const { blueGreenUpdatePolicy, rollingUpdatePolicy } = await rollout({
            rollout: "canary",
            scaling: two,
        });
        assert.deepEqual(blueGreenUpdatePolicy.trafficRoutingConfiguration, {
            type: "CANARY",
            canarySize: { type: "INSTANCE_COUNT", value: 1 },
            waitIntervalInSeconds: 300,
        });
        assert.equal(rollingUpdatePolicy, undefined);
    });

    it("needs no second fleet when it rolls", async () => {
        const { blueGreenUpdatePolicy, rollingUpdatePolicy } = await rollout({
            rollout: "rolling",
            scaling: two,
        });
        assert.deepEqual(rollingUpdatePolicy.maximumBatchSize, { type: "CAPACITY_PERCENT", value: 50 });
        assert.equal(blueGreenUpdatePolicy, undefined);
    });

    it("changes an endpoint of one instance at once, but watched", async () => {
        for (const kind of ["canary", "rolling"] as const) {
            const config = await rollout({ rollout: kind });
            assert.equal(config.blueGreenUpdatePolicy.trafficRoutingConfiguration.type, "ALL_AT_ONCE");
            assert.equal(config.autoRollbackConfiguration.alarms.length, 2);
        }
    });

    it("turns back when requests fail or take too long", async () => {
        const { recording } = await endpoint({ rollout: "canary" });
        const alarms = recording.ofType("cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs);
        assert.deepEqual(
            alarms.map(({ metricName }) => metricName),
            ["Invocation5XXErrors", "ModelLatency"],
        );
        for (const alarm of alarms) {
            assert.deepEqual(alarm.dimensions, {
                EndpointName: recording.named("chat-endpoint").inputs.name,
                VariantName: "main",
            });
            assert.equal(alarm.treatMissingData, "notBreaching");
        }
        const { autoRollbackConfiguration } = recording.named("chat-endpoint").inputs.deploymentConfig;
        assert.deepEqual(
            autoRollbackConfiguration.alarms,
            alarms.map(({ name }) => ({ alarmName: name })),
        );
    });
});

describe("scaling on AWS", () => {
    const tracking = async (scaling: Partial<ManagedInferenceSpec["scaling"]>, machine = {}) =>
        (
            await inputsOf("chat-scaling-policy", {
                scaling: { ...SPEC.scaling, ...scaling },
                machine: { ...L4, ...machine },
            })
        ).targetTrackingScalingPolicyConfiguration;

    it("moves between the bounds, on the endpoint's variant", async () => {
        const { recording } = await endpoint();
        const { inputs } = recording.named("chat-scaling-target");
        assert.equal(
            inputs.resourceId,
            `endpoint/${recording.named("chat-endpoint").inputs.name}/variant/main`,
        );
        assert.deepEqual([inputs.minCapacity, inputs.maxCapacity], [1, 4]);
        assert.equal(inputs.scalableDimension, "sagemaker:variant:DesiredInstanceCount");
    });

    it("leaves the count to the scaler", async () => {
        const { recording } = await endpoint();
        assert.deepEqual(recording.option("configuration").ignoreChanges, [
            "productionVariants[0].initialInstanceCount",
        ]);
    });

    it("is absent where there is nothing to scale, and the count is the program's", async () => {
        const { recording } = await endpoint({ scaling: { ...SPEC.scaling, min: 2, max: 2 } });
        assert.equal(recording.option("configuration").ignoreChanges, undefined);
        assert.ok(!recording.shape.some((entry) => entry.includes("appautoscaling")));
    });

    it("counts requests by the minute, as SageMaker does", async () => {
        const { predefinedMetricSpecification, targetValue } = await tracking({
            metric: "requestsPerSecond",
            target: 5,
        });
        assert.equal(
            predefinedMetricSpecification.predefinedMetricType,
            "SageMakerVariantInvocationsPerInstance",
        );
        assert.equal(targetValue, 300);
    });

    it("counts requests in flight for concurrency and queue depth", async () => {
        for (const metric of ["concurrency", "queueDepth"] as const) {
            const { predefinedMetricSpecification, targetValue } = await tracking({ metric });
            assert.equal(
                predefinedMetricSpecification.predefinedMetricType,
                "SageMakerVariantConcurrentRequestsPerModelHighResolution",
            );
            assert.equal(targetValue, 8);
        }
    });

    it("counts a hundred percent for each device", async () => {
        const policy = await tracking({ metric: "gpuUtilization", target: 70 }, { count: 4 });
        assert.equal(policy.targetValue, 280);
        assert.equal(policy.customizedMetricSpecification.metricName, "GPUUtilization");
        assert.equal(policy.predefinedMetricSpecification, undefined);
    });
});

describe("customize on AWS", () => {
    it("types children and changes them", async () => {
        const { recording } = await endpoint(
            {},
            {
                customize: customize.inferenceService({
                    model: (args) => {
                        args.enableNetworkIsolation = false;
                    },
                }),
            },
        );
        assert.equal(recording.named("chat-model").inputs.enableNetworkIsolation, false);
    });

    it("types the children of replicas, pools and workloads by their patterns", () => {
        const customizers = {
            ...customize.modelStore({
                bucket: (args) => (args.objectLockEnabled = true),
                "replica-us-east-1-bucket": (args) => (args.forceDestroy = false),
            }),
            ...customize.gpuCluster({
                cluster: (args) => (args.version = "1.35"),
                "pool-chat-nodes": (args) => (args.capacityType = "CAPACITY_BLOCK"),
                "pool-chat-template": (args) => (args.ebsOptimized = "true"),
            }),
            ...customize.batchJob({ "corpus-grant": (_, opts) => (opts.protect = true) }),
        };
        assert.equal(Object.keys(customizers).length, 6);
    });
});

describe("the model's name on SageMaker", () => {
    it("is the engine's where SageMaker takes it", async () => {
        assert.equal("name" in (await inputsOf("chat-model")), false);
    });

    it("is legal where the logical name is not", async () => {
        const { recording } = await endpoint({}, { name: "chat_v1.5" });
        assert.match(
            recording.named("chat_v1.5-model").inputs.name as string,
            /^[0-9A-Za-z](-*[0-9A-Za-z]){0,62}$/,
        );
    });
});
