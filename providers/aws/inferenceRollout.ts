import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as sagemaker from "@pulumi/aws/sagemaker";
import type { ManagedInferenceSpec } from "../cloud";
import type { Children } from "./children";
import { NAMES } from "./names";

/** The one production variant of an endpoint. */
export const VARIANT = "main";

/** Seconds that a step of a rollout is watched before the next. */
const WATCH_SECONDS = 300;

const clamp = (value: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, Math.ceil(value)));

/**
 * How the endpoint goes from one revision to the next, with the alarms that turn it back.
 *
 * A canary and a batch are at most half of the instances, so an endpoint of one instance changes all at once: a new
 * fleet beside the old one, still watched.
 */
export function rollout(
    spec: ManagedInferenceSpec,
    endpointName: string,
    children: Children,
): sagemaker.EndpointArgs["deploymentConfig"] {
    if (spec.rollout === "allAtOnce") {
        return undefined;
    }
    const autoRollbackConfiguration = {
        alarms: alarms(endpointName, children).map(({ name }) => ({ alarmName: name })),
    };
    // A step lasts as long as a replica takes to start and is watched.
    const maximumExecutionTimeoutInSeconds = clamp(4 * (spec.startupSeconds + WATCH_SECONDS), 1800, 14400);
    const single = spec.scaling.min < 2;
    if (spec.rollout === "rolling" && !single) {
        return {
            rollingUpdatePolicy: {
                maximumBatchSize: { type: "CAPACITY_PERCENT", value: 50 },
                rollbackMaximumBatchSize: { type: "CAPACITY_PERCENT", value: 100 },
                waitIntervalInSeconds: WATCH_SECONDS,
                maximumExecutionTimeoutInSeconds,
            },
            autoRollbackConfiguration,
        };
    }
    return {
        blueGreenUpdatePolicy: {
            trafficRoutingConfiguration: single
                ? { type: "ALL_AT_ONCE", waitIntervalInSeconds: WATCH_SECONDS }
                : {
                      type: "CANARY",
                      canarySize: { type: "INSTANCE_COUNT", value: 1 },
                      waitIntervalInSeconds: WATCH_SECONDS,
                  },
            terminationWaitInSeconds: clamp(spec.drainSeconds, 0, 3600),
            maximumExecutionTimeoutInSeconds,
        },
        autoRollbackConfiguration,
    };
}

function alarms(endpointName: string, children: Children): cloudwatch.MetricAlarm[] {
    const { scope } = children;
    const alarm = (suffix: string, alarmDescription: string, metric: Partial<cloudwatch.MetricAlarmArgs>) =>
        children.make(suffix, cloudwatch.MetricAlarm, {
            name: scope.physicalName(NAMES.alarm, suffix),
            region: scope.site.region,
            alarmDescription,
            namespace: "AWS/SageMaker",
            dimensions: { EndpointName: endpointName, VariantName: VARIANT },
            comparisonOperator: "GreaterThanThreshold",
            period: 60,
            evaluationPeriods: 2,
            // No traffic is no failure.
            treatMissingData: "notBreaching",
            tags: scope.tags(),
            ...metric,
        });
    return [
        alarm("errors-alarm", "More than 5 % of the requests fail", {
            metricName: "Invocation5XXErrors",
            // The metric is 0 or 1 for each request, so its average is the share.
            statistic: "Average",
            threshold: 0.05,
        }),
        alarm("latency-alarm", "A tenth of the requests come near SageMaker's limit of 60 s", {
            metricName: "ModelLatency",
            extendedStatistic: "p90",
            // In microseconds.
            threshold: 50_000_000,
        }),
    ];
}
