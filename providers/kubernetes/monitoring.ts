import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { Resource } from "@pulumi/pulumi";
import type { ClusterHandle, ClusterInferenceSpec } from "../cloud";
import type { Scope } from "../scope";
import { objectLabels } from "./labels";
import { needsPrometheus } from "./scaling";
import { SERVERS } from "./servers";

/**
 * Has Prometheus scrape the server: KServe ships no monitors of its own. Made where the scaling signal needs it, or
 * the cluster is known to have the metrics add-on; a cluster by reference doesn't say so before the update.
 */
export function podMonitor(
    spec: ClusterInferenceSpec,
    service: string,
    cluster: ClusterHandle,
    scope: Scope,
    dependsOn: readonly Resource[],
): CustomResource | undefined {
    const port = SERVERS[spec.server].metricsPort;
    const known = Array.isArray(cluster.addOns) && (cluster.addOns as readonly string[]).includes("metrics");
    if (port === undefined || !(known || needsPrometheus(spec))) {
        return undefined;
    }
    return scope.child(
        "monitor",
        CustomResource,
        {
            apiVersion: "monitoring.coreos.com/v1",
            kind: "PodMonitor",
            metadata: { name: service, namespace: spec.namespace, labels: objectLabels(scope, "monitor") },
            spec: {
                selector: { matchLabels: { app: `isvc.${service}-predictor` } },
                podMetricsEndpoints: [{ port, path: "/metrics", interval: "15s" }],
            },
        },
        { dependsOn: [...dependsOn] },
    );
}
