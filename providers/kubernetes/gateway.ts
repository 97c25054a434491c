import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { Resource } from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { GATEWAY } from "./addOns";
import { objectLabels } from "./labels";

export const GATEWAY_API = "gateway.networking.k8s.io/v1";

/**
 * The class that gateways of services use, and the gateway that KServe's configuration must name. The latter is
 * reachable inside the cluster alone: a public address by default would expose services that nobody asked to expose.
 */
export function sharedGateway(
    replicas: number,
    scope: Scope,
    dependsOn: readonly Resource[],
): Readonly<Record<"gatewayClass" | "gatewayProxy" | "gateway", CustomResource>> {
    const labels = objectLabels(scope, "gateway");
    const opts = { dependsOn: [...dependsOn] };
    const gatewayClass = scope.child(
        "gateway-class",
        CustomResource,
        {
            apiVersion: GATEWAY_API,
            kind: "GatewayClass",
            metadata: { name: GATEWAY.className, labels },
            spec: { controllerName: "gateway.envoyproxy.io/gatewayclass-controller" },
        },
        opts,
    );
    const gatewayProxy = scope.child(
        "gateway-proxy",
        CustomResource,
        {
            apiVersion: "gateway.envoyproxy.io/v1alpha1",
            kind: "EnvoyProxy",
            metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace, labels },
            spec: {
                provider: {
                    type: "Kubernetes",
                    kubernetes: { envoyService: { type: "ClusterIP" }, envoyDeployment: { replicas } },
                },
            },
        },
        opts,
    );
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
    return { gatewayClass, gatewayProxy, gateway };
}
