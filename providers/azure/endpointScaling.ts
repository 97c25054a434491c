import * as monitor from "@pulumi/azure-native/monitor";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import type { ScalingSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { regionalName, resourceGroup } from "./context";
import { NAMES } from "./names";

interface Metric {
    readonly name: string;
    readonly of: "endpoint" | "deployment";
    /** The metric counts all instances together. */
    readonly total: boolean;
    /** Target in the metric's own unit. */
    readonly threshold: (target: number) => number;
}

const asIs = (target: number): number => target;

/**
 * Metrics of managed endpoints that stand for ours (learn.microsoft.com monitor-online-endpoints). None tells how
 * many requests wait, so open connections stand for queue and concurrency.
 */
const METRICS: Record<ScalingSpec["metric"], Metric> = {
    cpu: { name: "CpuUtilizationPercentage", of: "deployment", total: false, threshold: asIs },
    gpuUtilization: { name: "GpuUtilizationPercentage", of: "deployment", total: false, threshold: asIs },
    requestsPerSecond: { name: "RequestsPerMinute", of: "deployment", total: true, threshold: (t) => t * 60 },
    concurrency: { name: "ConnectionsActive", of: "endpoint", total: true, threshold: asIs },
    queueDepth: { name: "ConnectionsActive", of: "endpoint", total: true, threshold: asIs },
};

/** Adds an instance above the target and takes one away below half of it, so that the two never chase each other. */
export function scaleDeployment(
    scaling: ScalingSpec,
    endpointId: pulumi.Input<string>,
    deploymentId: pulumi.Input<string>,
    scope: Scope,
): monitor.AutoscaleSetting {
    const metric = METRICS[scaling.metric];
    const threshold = metric.threshold(scaling.target);
    const resource = metric.of === "endpoint" ? endpointId : deploymentId;
    const rule = (direction: "Increase" | "Decrease"): inputs.monitor.ScaleRuleArgs => ({
        metricTrigger: {
            metricName: metric.name,
            metricResourceUri: resource,
            dividePerInstance: metric.total,
            timeGrain: "PT1M",
            timeWindow: direction === "Increase" ? "PT5M" : "PT10M",
            statistic: "Average",
            timeAggregation: "Average",
            operator: direction === "Increase" ? "GreaterThan" : "LessThan",
            threshold: direction === "Increase" ? threshold : threshold / 2,
        },
        scaleAction: { direction, type: "ChangeCount", value: "1", cooldown: "PT5M" },
    });
    const minimum = String(Math.max(scaling.min, 1));
    return child(scope, "autoscale", monitor.AutoscaleSetting, {
        autoscaleSettingName: regionalName(scope, NAMES.autoscale, "autoscale"),
        resourceGroupName: resourceGroup(scope).name,
        location: scope.site.region,
        enabled: true,
        targetResourceUri: deploymentId,
        profiles: [
            {
                name: "default",
                capacity: { minimum, maximum: String(scaling.max), default: minimum },
                rules: [rule("Increase"), rule("Decrease")],
            },
        ],
        tags: scope.tags(),
    });
}
