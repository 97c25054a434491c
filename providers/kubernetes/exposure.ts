import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Service } from "@pulumi/kubernetes/core/v1";
import type { CloudName } from "../../placement/site";
import type { ClusterInferenceSpec } from "../cloud";
import type { Scope } from "../scope";
import { GATEWAY, KEDA_HTTP } from "./addOns";
import { GATEWAY_API } from "./gateway";
import { objectLabels } from "./labels";
import { proxyGrant, scalesToZero } from "./scaleToZero";

/** How a service is reached from outside its cluster. */
export interface Exposure {
    readonly url: pulumi.Output<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/** Annotations that make a load balancer reachable from the cloud's network alone. */
const INTERNAL: Record<CloudName, Readonly<Record<string, string>>> = {
    aws: {
        "service.beta.kubernetes.io/aws-load-balancer-type": "nlb",
        "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    },
    gcp: { "networking.gke.io/load-balancer-type": "Internal" },
    azure: { "service.beta.kubernetes.io/azure-load-balancer-internal": "true" },
    kubernetes: {},
};
const INTERNET: Record<CloudName, Readonly<Record<string, string>>> = {
    ...INTERNAL,
    aws: { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" },
    gcp: {},
    azure: {},
};

/**
 * Reaches a service from outside. With a host name: a gateway of its own with TLS and a route; without one, which
 * only `internal` may be: a load balancer in the network, whose address becomes the URL.
 *
 * A gateway for each service, not a shared one: it goes with the service, and one service's exposure can't change
 * another's. KServe's own routes aren't used, since KServe knows one gateway for everything.
 *
 * @returns nothing for a service that stays inside the cluster
 */
export function exposeService(
    spec: ClusterInferenceSpec,
    service: string,
    port: number,
    cloud: CloudName,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): Exposure | undefined {
    if (spec.expose === "cluster") {
        return undefined;
    }
    return spec.hostname === undefined
        ? loadBalancer(spec, service, port, cloud, scope, dependsOn)
        : route(spec, spec.hostname, service, cloud, scope, dependsOn);
}

function loadBalancer(
    spec: ClusterInferenceSpec,
    service: string,
    port: number,
    cloud: CloudName,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): Exposure {
    const balancer = scope.child(
        "balancer",
        Service,
        {
            metadata: {
                name: `${service}-network`,
                namespace: spec.namespace,
                labels: objectLabels(scope, spec.server),
                annotations: { ...INTERNAL[cloud], ...costTags(cloud, scope) },
            },
            spec: {
                type: "LoadBalancer",
                selector: { app: `isvc.${service}-predictor` },
                ports: [{ name: "http", port: 80, targetPort: port }],
            },
        },
        { dependsOn: [...dependsOn] },
    );
    const url = balancer.status.apply((status) => {
        const [ingress] = status?.loadBalancer?.ingress ?? [];
        return `http://${ingress?.hostname ?? ingress?.ip ?? `${service}-network.${spec.namespace}.svc.cluster.local`}`;
    });
    return { url, nodes: { balancer } };
}

function route(
    spec: ClusterInferenceSpec,
    hostname: string,
    service: string,
    cloud: CloudName,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): Exposure {
    const labels = objectLabels(scope, spec.server);
    const annotations = {
        ...(spec.expose === "internal" ? INTERNAL : INTERNET)[cloud],
        ...costTags(cloud, scope),
    };
    const gateway = scope.child(
        "gateway",
        CustomResource,
        {
            apiVersion: GATEWAY_API,
            kind: "Gateway",
            metadata: { name: service, namespace: spec.namespace, labels },
            spec: {
                gatewayClassName: GATEWAY.className,
                // Envoy Gateway puts these on the load balancer's Service.
                infrastructure: {
                    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
                    labels: costLabels(scope),
                },
                listeners: [
                    {
                        name: "https",
                        protocol: "HTTPS",
                        port: 443,
                        hostname,
                        // The Secret is the user's, or cert-manager's by an annotation on this Gateway.
                        tls: {
                            mode: "Terminate",
                            certificateRefs: [{ kind: "Secret", name: `${service}-tls` }],
                        },
                        allowedRoutes: { namespaces: { from: "Same" } },
                    },
                ],
            },
        },
        { dependsOn: [...dependsOn] },
    );
    // Before the route, so that there is no moment without it.
    const keys = spec.expose === "internet" ? apiKeys(spec, service, scope, gateway) : undefined;
    const clients = keptAlive(spec, service, scope, gateway);
    const grant = scalesToZero(spec.scaling) ? proxyGrant(spec, service, scope, dependsOn) : undefined;
    const httpRoute = scope.child(
        "route",
        CustomResource,
        {
            apiVersion: GATEWAY_API,
            kind: "HTTPRoute",
            metadata: { name: service, namespace: spec.namespace, labels },
            spec: {
                parentRefs: [{ name: service }],
                hostnames: [hostname],
                rules: [
                    {
                        backendRefs: [
                            grant
                                ? { ...KEDA_HTTP.proxy, namespace: KEDA_HTTP.namespace }
                                : { name: `${service}-predictor`, port: 80 },
                        ],
                        // The default of a minute cuts off long answers; 0s is none, the server decides.
                        timeouts: { request: "0s" },
                    },
                ],
            },
        },
        { dependsOn: [gateway, ...(keys ? [keys] : []), ...(grant ? [grant] : [])] },
    );
    return {
        url: pulumi.output(`https://${hostname}`),
        nodes: {
            gateway,
            clients,
            route: httpRoute,
            ...(keys ? { keys } : {}),
            ...(grant ? { "proxy-grant": grant } : {}),
        },
    };
}

/**
 * Load balancers forget connections on which nothing moves (Azure after 4 minutes, AWS after 350 s, Google Cloud
 * after 10 minutes), and a model may think, or start, for longer.
 */
function keptAlive(
    spec: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    gateway: pulumi.Resource,
): CustomResource {
    return scope.child(
        "clients",
        CustomResource,
        {
            apiVersion: "gateway.envoyproxy.io/v1alpha1",
            kind: "ClientTrafficPolicy",
            metadata: { name: service, namespace: spec.namespace, labels: objectLabels(scope, spec.server) },
            spec: {
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: service }],
                tcpKeepalive: { idleTime: "60s", interval: "30s", probes: 5 },
            },
        },
        { dependsOn: [gateway] },
    );
}

/**
 * Model servers know no callers, and an open one on the internet is everyone's accelerator: the gateway lets only
 * requests with a key through. Without the Secret it answers none, so a forgotten one opens nothing.
 */
function apiKeys(
    spec: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    gateway: pulumi.Resource,
): CustomResource {
    return scope.child(
        "keys",
        CustomResource,
        {
            apiVersion: "gateway.envoyproxy.io/v1alpha1",
            kind: "SecurityPolicy",
            metadata: { name: service, namespace: spec.namespace, labels: objectLabels(scope, spec.server) },
            spec: {
                targetRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: service }],
                apiKeyAuth: {
                    // One key for each caller, by the caller's name.
                    credentialRefs: [{ group: "", kind: "Secret", name: keySecret(service) }],
                    extractFrom: [{ headers: [API_KEY_HEADER] }],
                },
            },
        },
        { dependsOn: [gateway] },
    );
}

/** Header that carries a caller's key. */
export const API_KEY_HEADER = "x-api-key";

/** Secret with the keys of callers, made by the user. */
export function keySecret(service: string): string {
    return `${service}-keys`;
}

/** The infrastructure of a Gateway takes eight labels; these tell whose cost it is. */
function costLabels(scope: Scope): Record<string, string> {
    return { "barycenter/component": scope.name, "app.kubernetes.io/managed-by": "barycenter" };
}

/** Load balancers are made by the cloud's controller, which puts tags on them only as an annotation says. */
function costTags(cloud: CloudName, scope: Scope): Record<string, string> {
    if (cloud !== "aws") {
        return {};
    }
    const tags = Object.entries(scope.tags("aws")).filter(([key, value]) => !/[,=]/.test(`${key}${value}`));
    return {
        "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags": tags
            .map(([key, value]) => `${key}=${value}`)
            .join(","),
    };
}
