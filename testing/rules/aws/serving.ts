import type { Failure } from "../../check";
import { stringAt, valueAt, valuesAt, type Values } from "../../values";
import type { NameRule, Rules } from "../types";
import { arn } from "./shared";

const sagemakerName = (kind: string): NameRule => ({
    property: "name",
    max: 63,
    pattern: /^[0-9A-Za-z](-*[0-9A-Za-z])*$/,
    say: "letters, digits and inner hyphens",
    taken: (name, context) =>
        `ValidationException: Cannot create already existing ${kind} "${arn(context, "sagemaker", `${kind}/${name}`)}".`,
});

const dimensions = [
    "sagemaker:variant:DesiredInstanceCount",
    "sagemaker:variant:DesiredProvisionedConcurrency",
    "sagemaker:inference-component:DesiredCopyCount",
];

function variants(inputs: Values): Failure[] {
    return valuesAt(inputs, "productionVariants[*]").flatMap((variant, index): Failure[] => {
        const property = `productionVariants[${index}]`;
        const serverless = valueAt(variant, "serverlessConfig") !== undefined;
        const instance = valueAt(variant, "instanceType") !== undefined;
        if (serverless && instance) {
            return [
                {
                    property,
                    reason: "ValidationException: serverlessConfig and instanceType exclude each other",
                },
            ];
        }
        if (!serverless && !instance) {
            return [
                {
                    property,
                    reason: "ValidationException: a variant needs an instanceType or a serverlessConfig",
                },
            ];
        }
        if (
            valueAt(variant, "modelName") === undefined &&
            valueAt(inputs, "executionRoleArn") === undefined
        ) {
            return [
                {
                    property: "executionRoleArn",
                    reason: "is required when a variant names no model (inference components)",
                },
            ];
        }
        return [];
    });
}

export const serving: Rules = {
    "aws:sagemaker/model:Model": {
        source: "hashicorp/aws sagemaker schema and validate.go (63 characters); SageMaker API CreateModel",
        name: sagemakerName("model"),
        replaces: ["*"],
        length: { containers: [0, 15] },
        verify: (inputs) => [
            ...(["primaryContainer", "containers"].every((each) => inputs[each] !== undefined)
                ? [{ property: "containers", reason: "conflicts with primaryContainer" }]
                : []),
            ...(["primaryContainer", "containers"].every((each) => inputs[each] === undefined)
                ? [
                      {
                          property: "primaryContainer",
                          reason: "ValidationException: a model needs a primaryContainer or containers",
                      },
                  ]
                : []),
        ],
        id: (context) => context.physical,
        outputs: (context) => ({ arn: arn(context, "sagemaker", `model/${context.id}`) }),
    },
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
        source: "hashicorp/aws schema: all but tags forces a new one; SDK input types (ranges); terraform-provider-aws#40048",
        name: sagemakerName("endpoint-config"),
        replaces: ["*"],
        length: { productionVariants: [1, 10] },
        range: {
            "productionVariants[*].serverlessConfig.maxConcurrency": [1, 200],
            "productionVariants[*].containerStartupHealthCheckTimeoutInSeconds": [60, 3600],
            "productionVariants[*].modelDataDownloadTimeoutInSeconds": [60, 3600],
            "productionVariants[*].volumeSizeInGb": [1, 512],
            "productionVariants[*].initialVariantWeight": [0, 1000000],
        },
        allowed: {
            "productionVariants[*].serverlessConfig.memorySizeInMb": [1024, 2048, 3072, 4096, 5120, 6144],
            "productionVariants[*].routingConfigs[*].routingStrategy": [
                "LEAST_OUTSTANDING_REQUESTS",
                "RANDOM",
            ],
            "productionVariants[*].managedInstanceScaling.status": ["ENABLED", "DISABLED"],
            "productionVariants[*].inferenceAmiVersion": [
                "al2-ami-sagemaker-inference-gpu-2",
                "al2-ami-sagemaker-inference-gpu-2-1",
                "al2-ami-sagemaker-inference-gpu-3-1",
                "al2-ami-sagemaker-inference-neuron-2",
                "al2023-ami-sagemaker-inference-gpu-4-1",
            ],
        },
        pattern: { "productionVariants[*].instanceType": [/^ml\.[a-z0-9-]+\.\w+$/, "an ml.… instance type"] },
        verify: variants,
        id: (context) => context.physical,
        outputs: (context) => ({ arn: arn(context, "sagemaker", `endpoint-config/${context.id}`) }),
        heldBy: [
            {
                type: "aws:sagemaker/endpoint:Endpoint",
                through: "endpointConfigName",
                // The API lets it go and the endpoint's next update fails; it is caught where it is caused.
                say: (held, holder) =>
                    `ValidationException: endpoint configuration "${held.id}" is in use by endpoint "${holder.id}"; without it UpdateEndpoint answers "Could not find endpoint configuration"`,
            },
        ],
    },
    "aws:sagemaker/endpoint:Endpoint": {
        source: "hashicorp/aws schema; SageMaker API CreateEndpoint, UpdateEndpoint",
        name: sagemakerName("endpoint"),
        replaces: ["name", "region"],
        range: {
            "deploymentConfig.rollingUpdatePolicy.waitIntervalInSeconds": [0, 3600],
            "deploymentConfig.rollingUpdatePolicy.maximumExecutionTimeoutInSeconds": [600, 28800],
            "deploymentConfig.blueGreenUpdatePolicy.maximumExecutionTimeoutInSeconds": [600, 28800],
            "deploymentConfig.blueGreenUpdatePolicy.trafficRoutingConfiguration.waitIntervalInSeconds": [
                0, 3600,
            ],
        },
        allowed: {
            "deploymentConfig.blueGreenUpdatePolicy.trafficRoutingConfiguration.type": [
                "ALL_AT_ONCE",
                "CANARY",
                "LINEAR",
            ],
        },
        verify: (inputs) =>
            ["rollingUpdatePolicy", "blueGreenUpdatePolicy"].every(
                (each) => valueAt(inputs, `deploymentConfig.${each}`) !== undefined,
            )
                ? [
                      {
                          property: "deploymentConfig",
                          reason: "rollingUpdatePolicy and blueGreenUpdatePolicy exclude each other",
                      },
                  ]
                : [],
        id: (context) => context.physical,
        outputs: (context) => ({ arn: arn(context, "sagemaker", `endpoint/${context.id}`) }),
        refuse: (context) => {
            const config = stringAt(context.inputs, "endpointConfigName");
            const known = context
                .existing("aws:sagemaker/endpointConfiguration:EndpointConfiguration")
                .some((each) => each.id === config);
            return config !== undefined && !known
                ? `ValidationException: Could not find endpoint configuration "${arn(context, "sagemaker", `endpoint-config/${config}`)}".`
                : undefined;
        },
    },
    "aws:autoscaling/tag:Tag": {
        source: "hashicorp/aws aws_autoscaling_group_tag schema",
        replaces: ["autoscalingGroupName", "tag.key", "region"],
        id: (context) =>
            `${stringAt(context.inputs, "autoscalingGroupName") ?? ""},${stringAt(context.inputs, "tag.key") ?? ""}`,
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        source: "hashicorp/aws aws_cloudwatch_metric_alarm schema; CloudWatch API PutMetricAlarm",
        name: { property: "name", max: 255 },
        replaces: ["name", "region"],
        allowed: {
            comparisonOperator: [
                "GreaterThanOrEqualToThreshold",
                "GreaterThanThreshold",
                "LessThanThreshold",
                "LessThanOrEqualToThreshold",
                "LessThanLowerOrGreaterThanUpperThreshold",
                "LessThanLowerThreshold",
                "GreaterThanUpperThreshold",
            ],
            statistic: ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
            treatMissingData: ["breaching", "notBreaching", "ignore", "missing"],
        },
        id: (context) => context.physical,
        singleton: true,
        outputs: (context) => ({ arn: arn(context, "cloudwatch", `alarm:${context.physical}`) }),
    },
    "aws:appautoscaling/target:Target": {
        source: "hashicorp/aws aws_appautoscaling_target schema; Application Auto Scaling API",
        replaces: ["resourceId", "scalableDimension", "serviceNamespace", "region"],
        id: (context) => stringAt(context.inputs, "resourceId") ?? context.name,
        outputs: (context) => ({
            arn: arn(context, "application-autoscaling", `scalable-target/${context.hex("arn", 40)}`),
            roleArn: `arn:aws:iam::${context.config.account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint`,
        }),
        verify: (inputs) => {
            if (inputs.serviceNamespace !== "sagemaker") {
                return [];
            }
            const dimension = stringAt(inputs, "scalableDimension");
            const resource = stringAt(inputs, "resourceId");
            return [
                ...(dimension !== undefined && !dimensions.includes(dimension)
                    ? [
                          {
                              property: "scalableDimension",
                              reason: `"${dimension}" is not allowed; allowed: ${dimensions.join(", ")}`,
                          },
                      ]
                    : []),
                ...(resource !== undefined &&
                !/^(endpoint\/[^/]+\/variant\/[^/]+|inference-component\/[^/]+)$/.test(resource)
                    ? [
                          {
                              property: "resourceId",
                              reason: `"${resource}" must be endpoint/E/variant/V or inference-component/C`,
                          },
                      ]
                    : []),
            ];
        },
        takesAlong: [{ type: "aws:appautoscaling/policy:Policy", through: "resourceId" }],
    },
    "aws:appautoscaling/policy:Policy": {
        source: "hashicorp/aws aws_appautoscaling_policy schema; ObjectNotFoundException of the API",
        name: { property: "name", max: 256 },
        replaces: ["name", "resourceId", "scalableDimension", "serviceNamespace", "region"],
        allowed: { policyType: ["StepScaling", "TargetTrackingScaling", "PredictiveScaling"] },
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: arn(
                context,
                "autoscaling",
                `scalingPolicy:${context.uuid("arn")}:resource/${String(context.inputs.serviceNamespace)}/${String(context.inputs.resourceId)}:policyName/${context.physical}`,
            ),
            alarmArns: [],
            policyType: "StepScaling",
        }),
        refuse: (context) => {
            const { resourceId, serviceNamespace, scalableDimension } = context.inputs;
            const registered = context
                .existing("aws:appautoscaling/target:Target")
                .some((each) => each.inputs.resourceId === resourceId);
            return registered
                ? undefined
                : `ObjectNotFoundException: No scalable target registered for service namespace: ${String(serviceNamespace)}, resource ID: ${String(resourceId)}, scalable dimension: ${String(scalableDimension)}`;
        },
    },
};
