import * as pulumi from "@pulumi/pulumi";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sagemaker from "@pulumi/aws/sagemaker";
import { accelerator } from "../../placement/accelerators";
import type { ClientContract, InferenceHandle, ManagedInferenceSpec } from "../cloud";
import type { Scope } from "../scope";
import { accountId } from "./account";
import { Children } from "./children";
import { keyArn } from "./encryption";
import { containerEnvironment } from "./inferenceEnvironment";
import { serverImage } from "./inferenceImages";
import { containerNetwork, executionRole } from "./inferenceRole";
import { rollout, VARIANT } from "./inferenceRollout";
import { isScaled, scaling } from "./inferenceScaling";
import { NAMES } from "./names";
import { dnsSuffix } from "./partition";

/** Host image with the driver (580, CUDA 13) that the pinned images want; the default of some machines is too old for them. */
const GPU_HOST_IMAGE = "al2023-ami-sagemaker-inference-gpu-4-1";

/**
 * The new one stands beside the old until the endpoint has left it. Said, because the provider's own answer is the
 * other way for whatever has a name of the program's making.
 */
const BESIDE = { deleteBeforeReplace: false };

/** Characters that the engine adds to a name that it makes: a hyphen and seven digits. */
const AUTONAME_SUFFIX = 8;

/** What SageMaker takes for a model's name: a logical name may hold a dot or an underscore. */
const MODEL_NAME = /^[0-9A-Za-z](-*[0-9A-Za-z])*$/;

const clamp = (value: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, Math.ceil(value)));

/**
 * A SageMaker endpoint.
 *
 * Its address stays, while model and configuration are new ones for each revision: both are immutable, and the old
 * ones must outlive the endpoint's update (hashicorp/terraform-provider-aws#40048).
 *
 * @throws RunError when it is to scale to zero, which needs inference components that the SDK doesn't have
 */
export function managedInference(spec: ManagedInferenceSpec, scope: Scope): InferenceHandle {
    if (spec.scaling.min < 1) {
        throw new pulumi.RunError(
            "scaling.min is 0, but a SageMaker endpoint of one model keeps an instance at least",
        );
    }
    const children = new Children(scope);
    const { region } = scope.site;
    const endpointName = scope.physicalName(NAMES.endpoint);
    const image = serverImage(spec, scope.site);
    const environment = containerEnvironment(spec);
    const network = containerNetwork(children);
    const logs = children.make("logs", cloudwatch.LogGroup, {
        // SageMaker would make it itself, without tags and kept for ever.
        name: `/aws/sagemaker/Endpoints/${endpointName}`,
        region,
        retentionInDays: scope.tier === "production" ? 90 : 30,
        tags: scope.tags(),
    });
    const role = executionRole(logs.arn, image, network !== undefined, children);
    const access = spec.model?.store.grant(
        { cloud: "aws", id: role.arn, roleName: role.name },
        [{ mode: "read", prefix: spec.model.path }],
        scope.within("model"),
    );
    const model = children.make(
        "model",
        sagemaker.Model,
        {
            ...modelName(pulumi.all([image.uri, environment, spec.model?.store.uri(spec.model.path)]), scope),
            region,
            executionRoleArn: role.arn,
            primaryContainer: {
                image: image.uri,
                environment,
                ...(spec.model ? { modelDataSource: modelData(spec.model.store.uri(spec.model.path)) } : {}),
            },
            // SageMaker itself fetches image and model, so a pinned server needs no way out. A custom one may.
            enableNetworkIsolation: spec.model !== undefined && spec.image === undefined,
            ...(network ? { vpcConfig: network } : {}),
            tags: scope.tags(),
        },
        // SageMaker tries the role at once.
        { ...BESIDE, dependsOn: [...role.ready, ...(access?.dependencies ?? [])] },
    );
    const configuration = children.make(
        "configuration",
        sagemaker.EndpointConfiguration,
        {
            namePrefix: `${scope.physicalName(NAMES.endpointConfigurationPrefix)}-`,
            region,
            productionVariants: [variant(spec, model.name)],
            ...(spec.encryptionKey !== undefined && !hasLocalDisk(spec.machine.type)
                ? { kmsKeyArn: keyArn(spec.encryptionKey, { region, account: accountId(scope) }) }
                : {}),
            tags: scope.tags(),
        },
        {
            ...BESIDE,
            // The scaler's, where there is one: its own bounds say how many there are.
            ...(isScaled(spec) ? { ignoreChanges: ["productionVariants[0].initialInstanceCount"] } : {}),
        },
    );
    const deploymentConfig = rollout(spec, endpointName, children);
    const endpoint = children.make("endpoint", sagemaker.Endpoint, {
        name: endpointName,
        region,
        endpointConfigName: configuration.name,
        ...(deploymentConfig ? { deploymentConfig } : {}),
        tags: scope.tags(),
    });
    scaling(spec, endpoint, children);
    return {
        url: endpoint.name.apply((name) => invocationUrl(region, name)),
        revision: configuration.name,
        identity: role.arn,
        client: clientContract(spec, region),
        accelerator: pulumi.output(spec.machine.accelerator ?? "cpu"),
        nodes: children.nodes,
    };
}

function variant(
    spec: ManagedInferenceSpec,
    modelName: pulumi.Output<string>,
): sagemaker.EndpointConfigurationArgs["productionVariants"] extends pulumi.Input<(infer V)[]> ? V : never {
    const { machine } = spec;
    const nvidia = machine.accelerator !== undefined && accelerator(machine.accelerator).kind === "nvidia";
    return {
        variantName: VARIANT,
        modelName,
        instanceType: `ml.${machine.type}`,
        initialInstanceCount: spec.scaling.min,
        initialVariantWeight: 1,
        routingConfigs: [{ routingStrategy: "LEAST_OUTSTANDING_REQUESTS" }],
        containerStartupHealthCheckTimeoutInSeconds: clamp(spec.startupSeconds, 60, 3600),
        modelDataDownloadTimeoutInSeconds: clamp(spec.startupSeconds, 60, 3600),
        ...(nvidia && spec.image === undefined ? { inferenceAmiVersion: GPU_HOST_IMAGE } : {}),
        // Machines with disks of their own take no volume.
        ...(spec.model && !hasLocalDisk(machine.type)
            ? { volumeSizeInGb: clamp(30 + 2 * spec.model.sizeGiB, 30, 512) }
            : {}),
    };
}

/**
 * A model is replaced by any change, so its name is the engine's; where SageMaker would refuse that, one that changes
 * with what the model holds.
 */
function modelName(content: pulumi.Output<unknown>, scope: Scope): { name?: pulumi.Output<string> } {
    const child = scope.childName("model");
    return MODEL_NAME.test(child) && child.length + AUTONAME_SUFFIX <= NAMES.model.maxLength
        ? {}
        : { name: content.apply((is) => scope.physicalName(NAMES.model, "model", is)) };
}

/** An uncompressed model is a prefix, which must end with a slash. */
const modelData = (uri: pulumi.Output<string>) => ({
    s3DataSources: [{ s3Uri: pulumi.interpolate`${uri}/`, s3DataType: "S3Prefix", compressionType: "None" }],
});

/** Machines with NVMe disks of their own, which SageMaker encrypts by itself and refuses a key for. */
function hasLocalDisk(machineType: string): boolean {
    return /^(g4dn|g5|g6|g6e|p4d|p4de|p5|p5en|p6-b200|trn\w*|[a-z]+\d+[a-z]*d)\./.test(machineType);
}

const invocationUrl = (region: string, name: string): string =>
    `https://runtime.sagemaker.${region}.${dnsSuffix(region)}/endpoints/${name}/invocations`;

const PROTOCOLS: Record<ManagedInferenceSpec["server"], string> = {
    triton: "Open Inference Protocol v2 as the body of InvokeEndpoint",
    vllm: "OpenAI chat or completion as the body of InvokeEndpoint",
    huggingface: "OpenAI chat or completion as the body of InvokeEndpoint",
    custom: "the container's own body of /invocations, sent by InvokeEndpoint",
};

function clientContract(spec: ManagedInferenceSpec, region: string): ClientContract {
    return {
        protocol: PROTOCOLS[spec.server],
        authentication: "AWS Signature Version 4; the caller's role needs sagemaker:InvokeEndpoint",
        urlForm: invocationUrl(region, "<endpoint>"),
    };
}
