import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { Resource } from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { imageFrom } from "../serverImages";
import { GATEWAY } from "./addOns";
import { objectLabels } from "./labels";

export const GATEWAY_API = "gateway.networking.k8s.io/v1";

/** Proxies of the gateways of services, which take the default of the class. */
const EDGE_PROXY = "barycenter-edge";

/**
 * The class that gateways of services use, and the gateway that KServe's configuration must name. The latter is
 * reachable inside the cluster alone: a public address by default would expose services that nobody asked to expose.
 */
export function sharedGateway(
    replicas: number,
    scope: Scope,
    dependsOn: readonly Resource[],
): Readonly<Record<"edgeProxy" | "gatewayClass" | "gatewayProxy" | "gateway", CustomResource>> {
    const labels = objectLabels(scope, "gateway");
    const edgeProxy = proxy("edge-proxy", EDGE_PROXY, "LoadBalancer", replicas, scope, dependsOn);
    const gatewayClass = scope.child(
        "gateway-class",
        CustomResource,
        {
            apiVersion: GATEWAY_API,
            kind: "GatewayClass",
            metadata: { name: GATEWAY.className, labels },
            spec: {
                controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
                parametersRef: {
                    group: "gateway.envoyproxy.io",
                    kind: "EnvoyProxy",
                    name: EDGE_PROXY,
                    namespace: GATEWAY.namespace,
                },
            },
        },
        { dependsOn: [...dependsOn, edgeProxy] },
    );
    const gatewayProxy = proxy("gateway-proxy", GATEWAY.name, "ClusterIP", replicas, scope, dependsOn);
    const gateway = scope.child(
        "gateway",
        CustomResource,
        {
            apiVersion: GATEWAY_API,
            kind: "Gateway",
            metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace, labels },
            spec: {
                gatewayClassName: GATEWAY.className,
                infrastructure: {
                    parametersRef: { group: "gateway.envoyproxy.io", kind: "EnvoyProxy", name: GATEWAY.name },
                },
                listeners: [
                    {
                        name: "http",
                        protocol: "HTTP",
                        port: 80,
                        allowedRoutes: { namespaces: { from: "All" } },
                    },
                ],
            },
        },
        { dependsOn: [gatewayClass, gatewayProxy] },
    );
    return { edgeProxy, gatewayClass, gatewayProxy, gateway };
}

/** How Envoy runs for a gateway: as many as the controllers of add-ons, one of which stays when nodes go. */
function proxy(
    suffix: string,
    name: string,
    serviceType: "ClusterIP" | "LoadBalancer",
    replicas: number,
    scope: Scope,
    dependsOn: readonly Resource[],
): CustomResource {
    const { registry } = scope.site.zone;
    // The chart's registry isn't the proxies'. Without a tag it is that of this Envoy Gateway.
    const image =
        registry === undefined
            ? {}
            : { container: { imageRepository: imageFrom(registry, "docker.io/envoyproxy/envoy") } };
    return scope.child(
        suffix,
        CustomResource,
        {
            apiVersion: "gateway.envoyproxy.io/v1alpha1",
            kind: "EnvoyProxy",
            metadata: { name, namespace: GATEWAY.namespace, labels: objectLabels(scope, "gateway") },
            spec: {
                provider: {
                    type: "Kubernetes",
                    kubernetes: {
                        envoyService: { type: serviceType },
                        envoyDeployment: { replicas, ...image },
                        ...(replicas > 1 ? { envoyPDB: { minAvailable: 1 } } : {}),
                    },
                },
            },
        },
        { dependsOn: [...dependsOn] },
    );
}
