import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { Resource } from "@pulumi/pulumi";
import type { ClusterInferenceSpec, ScalingSpec } from "../cloud";
import type { Scope } from "../scope";
import { PROMETHEUS_ADDRESS } from "./addOns";
import { objectLabels } from "./labels";
import { coldStartSeconds, proxyTrigger, scalesToZero } from "./scaleToZero";
import { deviceKinds, SERVERS } from "./servers";

/** Replicas change: a ScaledObject is needed. */
export function autoscaled({ min, max }: ScalingSpec): boolean {
    return min < max;
}

/** The scaling signal is read from Prometheus. */
export function needsPrometheus({ scaling }: ClusterInferenceSpec): boolean {
    return autoscaled(scaling) && scaling.metric !== "cpu" && !scalesToZero(scaling);
}

/**
 * KEDA's ScaledObject for a service, our own instead of the one that KServe would write: KServe's can set neither
 * polling nor fallback, nor read Amazon Managed Prometheus (KServe v0.20 keda_reconciler.go).
 *
 * @returns nothing where the number of replicas is fixed
 */
export function scaledObject(
    spec: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    dependsOn: readonly Resource[],
): CustomResource | undefined {
    const { min, max } = spec.scaling;
    if (!autoscaled(spec.scaling)) {
        return undefined;
    }
    const trigger = triggerOf(spec, service);
    return scope.child(
        "scaler",
        CustomResource,
        {
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            metadata: {
                name: service,
                namespace: spec.namespace,
                labels: objectLabels(scope, "scaler"),
            },
            spec: {
                scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: `${service}-predictor` },
                minReplicaCount: min,
                maxReplicaCount: max,
                pollingInterval: 15,
                // From one to none: not before a replica has had the time to start, or a caller who gives up early
                // and tries again would never find one.
                ...(scalesToZero(spec.scaling) ? { cooldownPeriod: coldStartSeconds(spec) } : {}),
                // A replica takes minutes to load: add fast, remove slowly and one at a time.
                advanced: {
                    horizontalPodAutoscalerConfig: {
                        behavior: {
                            scaleUp: {
                                stabilizationWindowSeconds: 30,
                                policies: [{ type: "Percent", value: 100, periodSeconds: 60 }],
                            },
                            scaleDown: {
                                stabilizationWindowSeconds: 300,
                                policies: [{ type: "Pods", value: 1, periodSeconds: 120 }],
                            },
                        },
                    },
                },
                triggers: [trigger],
                // KEDA takes no fallback beside a resource metric.
                ...(trigger.type === "prometheus"
                    ? {
                          fallback: {
                              failureThreshold: 3,
                              replicas: min,
                              behavior: "currentReplicasIfHigher",
                          },
                      }
                    : {}),
            },
        },
        { dependsOn: [...dependsOn] },
    );
}

interface Trigger {
    readonly type: "prometheus" | "cpu" | "external-push";
    readonly metricType?: "AverageValue" | "Utilization";
    readonly metadata: Readonly<Record<string, string>>;
}

function triggerOf(spec: ClusterInferenceSpec, service: string): Trigger {
    const { metric, target } = spec.scaling;
    if (scalesToZero(spec.scaling)) {
        return proxyTrigger(service);
    }
    if (metric === "cpu") {
        return { type: "cpu", metricType: "Utilization", metadata: { value: `${target}` } };
    }
    const pods = `namespace="${spec.namespace}",pod=~"${service}-predictor-.*"`;
    const [device = "cpu"] = deviceKinds(spec);
    return {
        type: "prometheus",
        metricType: "AverageValue",
        metadata: {
            serverAddress: PROMETHEUS_ADDRESS,
            query: SERVERS[spec.server].query(metric, pods, device) ?? "",
            threshold: `${target}`,
            // By default a lost Prometheus reads as 0 and takes the replicas away.
            ignoreNullValues: "false",
        },
    };
}
