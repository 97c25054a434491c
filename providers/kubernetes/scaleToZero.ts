import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Service } from "@pulumi/kubernetes/core/v1";
import type { Resource } from "@pulumi/pulumi";
import type { ClusterInferenceSpec, ScalingSpec } from "../cloud";
import type { Scope } from "../scope";
import { KEDA_HTTP } from "./addOns";
import { objectLabels } from "./labels";

/** Time for a node with an accelerator that isn't there yet: capacity, start, and an image of some GiB. */
const NODE_SECONDS = 900;

/** Metrics that the proxy counts itself, so that they exist while there is no replica. */
export const COUNTED_BY_PROXY: readonly ScalingSpec["metric"][] = ["concurrency", "requestsPerSecond"];

/** No replicas while nobody calls. */
export function scalesToZero({ min }: ScalingSpec): boolean {
    return min === 0;
}

/** Seconds from the first request until it is answered, at worst. */
export function coldStartSeconds({ startupSeconds }: ClusterInferenceSpec): number {
    return NODE_SECONDS + startupSeconds;
}

/** Name and port in the cluster at which callers reach a service that scales to zero. */
export function entryAddress({ namespace }: ClusterInferenceSpec, service: string): string {
    return `${entryHost(service, namespace)}:${KEDA_HTTP.proxy.port}`;
}

const entryName = (service: string): string => `${service}-http`;
const entryHost = (service: string, namespace: string): string =>
    `${entryName(service)}.${namespace}.svc.cluster.local`;

/** What stands in front of a service that scales to zero. */
export interface Entrance {
    readonly nodes: Readonly<Record<string, Resource>>;
    /** Must be there before the scaler, whose metric it is. */
    readonly route: Resource;
}

/**
 * Sends a service's requests through the proxy of KEDA's HTTP add-on, which counts them and holds those that come
 * while there is no replica. The server's own metrics end with its last replica, so they can't wake it
 * (vllm-project/production-stack#1003).
 *
 * The route tells the proxy by host name which service a request is for; `entry` is that name in the cluster.
 *
 * @returns nothing for a service that keeps a replica
 */
export function entrance(
    spec: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    dependsOn: readonly Resource[],
): Entrance | undefined {
    if (!scalesToZero(spec.scaling)) {
        return undefined;
    }
    const { namespace, hostname } = spec;
    const labels = objectLabels(scope, spec.server);
    const route = scope.child(
        "interceptor",
        CustomResource,
        {
            apiVersion: "http.keda.sh/v1beta1",
            kind: "InterceptorRoute",
            metadata: { name: service, namespace, labels },
            spec: {
                target: { service: `${service}-predictor`, port: 80 },
                rules: [{ hosts: [hostname ?? entryHost(service, namespace)] }],
                scalingMetric: scalingMetric(spec.scaling),
                // Answers may take long, as everywhere: the server decides. The start may take so long, not longer.
                timeouts: {
                    request: "0s",
                    responseHeader: "0s",
                    readiness: `${coldStartSeconds(spec)}s`,
                },
            },
        },
        { dependsOn: [...dependsOn] },
    );
    if (hostname !== undefined) {
        return { route, nodes: { interceptor: route } };
    }
    const { proxy } = KEDA_HTTP;
    const entry = scope.child(
        "entry",
        Service,
        {
            metadata: { name: entryName(service), namespace, labels },
            spec: {
                type: "ExternalName",
                externalName: `${proxy.name}.${KEDA_HTTP.namespace}.svc.cluster.local`,
                ports: [{ name: "http", port: proxy.port }],
            },
        },
        { dependsOn: [...dependsOn] },
    );
    return { route, nodes: { interceptor: route, entry } };
}

function scalingMetric({ metric, target }: ScalingSpec): Record<string, unknown> {
    return metric === "requestsPerSecond"
        ? { requestRate: { targetValue: target, window: "1m", granularity: "1s" } }
        : { concurrency: { targetValue: target } };
}

/** KEDA's trigger on what the proxy counts. */
export function proxyTrigger(service: string): {
    readonly type: "external-push";
    readonly metadata: Readonly<Record<string, string>>;
} {
    return {
        type: "external-push",
        metadata: { scalerAddress: KEDA_HTTP.scalerAddress, interceptorRoute: service },
    };
}

/**
 * Lets a route in the service's namespace send requests to the proxy in the add-on's: without it the gateway answers
 * 500.
 */
export function proxyGrant(
    { namespace }: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    dependsOn: readonly Resource[],
): CustomResource {
    return scope.child(
        "proxy-grant",
        CustomResource,
        {
            apiVersion: "gateway.networking.k8s.io/v1beta1",
            kind: "ReferenceGrant",
            metadata: {
                name: `${namespace}-${service}`,
                namespace: KEDA_HTTP.namespace,
                labels: objectLabels(scope, "gateway"),
            },
            spec: {
                from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace }],
                to: [{ group: "", kind: "Service", name: KEDA_HTTP.proxy.name }],
            },
        },
        { dependsOn: [...dependsOn] },
    );
}
