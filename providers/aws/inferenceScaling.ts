import * as pulumi from "@pulumi/pulumi";
import * as appautoscaling from "@pulumi/aws/appautoscaling";
import type * as sagemaker from "@pulumi/aws/sagemaker";
import type { ManagedInferenceSpec } from "../cloud";
import type { Children } from "./children";
import { VARIANT } from "./inferenceRollout";
import { NAMES } from "./names";

type Tracking = NonNullable<appautoscaling.PolicyArgs["targetTrackingScalingPolicyConfiguration"]>;

/** Whether the number of instances changes by itself. */
export const isScaled = ({ scaling: { min, max } }: ManagedInferenceSpec): boolean => min !== max;

/** Scales an endpoint between its least and most instances; nothing where both are the same. */
export function scaling(spec: ManagedInferenceSpec, endpoint: sagemaker.Endpoint, children: Children): void {
    if (!isScaled(spec)) {
        return;
    }
    const { min, max } = spec.scaling;
    const { scope } = children;
    const { region } = scope.site;
    const target = children.make("scaling-target", appautoscaling.Target, {
        region,
        serviceNamespace: "sagemaker",
        resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${VARIANT}`,
        scalableDimension: "sagemaker:variant:DesiredInstanceCount",
        minCapacity: min,
        maxCapacity: max,
        tags: scope.tags(),
    });
    children.make("scaling-policy", appautoscaling.Policy, {
        name: scope.physicalName(NAMES.scalingPolicy, "scaling"),
        region,
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        resourceId: target.resourceId,
        scalableDimension: target.scalableDimension,
        targetTrackingScalingPolicyConfiguration: tracking(spec, endpoint.name),
    });
}

function tracking(spec: ManagedInferenceSpec, endpointName: pulumi.Output<string>): Tracking {
    const { metric, target } = spec.scaling;
    // A new instance is of no use before it has loaded the model: another is not added meanwhile.
    const cooldown = { scaleOutCooldown: Math.min(spec.startupSeconds, 600), scaleInCooldown: 600 };
    const predefined = (predefinedMetricType: string, targetValue: number): Tracking => ({
        predefinedMetricSpecification: { predefinedMetricType },
        targetValue,
        ...cooldown,
    });
    const utilisation = (metricName: string, units: number): Tracking => ({
        customizedMetricSpecification: {
            namespace: "/aws/sagemaker/Endpoints",
            metricName,
            statistic: "Average",
            dimensions: [
                { name: "EndpointName", value: endpointName },
                { name: "VariantName", value: VARIANT },
            ],
        },
        // SageMaker counts 100 % for each device and each core.
        targetValue: target * units,
        ...cooldown,
    });
    switch (metric) {
        case "requestsPerSecond":
            // The metric counts a minute's requests.
            return predefined("SageMakerVariantInvocationsPerInstance", target * 60);
        case "concurrency":
        case "queueDepth":
            // Requests in the container, waiting or running: SageMaker has no queue of its own to look at.
            return predefined("SageMakerVariantConcurrentRequestsPerModelHighResolution", target);
        case "gpuUtilization":
            return utilisation("GPUUtilization", Math.max(1, spec.machine.count));
        case "cpu":
            return utilisation("CPUUtilization", spec.machine.vcpu);
    }
}
