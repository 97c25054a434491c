import type { Input } from "@pulumi/pulumi";
import { accelerator, ACCELERATOR_NAMES, type Accelerator } from "../../placement/accelerators";
import { CLOUDS, type CloudName } from "../../placement/site";
import type { AddOnName } from "../cloud";
import { imageFrom } from "../serverImages";
import { ACCELERATOR_LABEL } from "./pools";

/** What the values of a chart depend on. */
export interface AddOnContext {
    readonly replicas: number;
    readonly region: string;
    readonly clusterName: Input<string>;
    /** Registry that replaces the public ones. */
    readonly registry: string | undefined;
    /** Labels for pods, where the chart takes any. */
    readonly labels: Readonly<Record<string, string>>;
}

/** One Helm release of an add-on. */
export interface ChartRelease {
    /** Suffix of the child, and name of the release: fixed, since other add-ons and services address it. */
    readonly name: string;
    /** Chart in `repository`, or the whole OCI address. */
    readonly chart: string;
    readonly repository?: string;
    readonly version: string;
    readonly namespace: string;
    values(context: AddOnContext): Record<string, Input<unknown>>;
}

/** An add-on: its releases in order, and what must be ready before them. */
export interface AddOn {
    readonly releases: readonly ChartRelease[];
    readonly requires: readonly AddOnName[];
    /** Clouds whose clusters lack it. On the others a second copy would fight with the cloud's own. */
    readonly clouds: readonly CloudName[];
}

/** Gateway that KServe's configuration names, and the class of the gateways of services. */
export const GATEWAY = {
    className: "barycenter",
    name: "barycenter",
    namespace: "envoy-gateway-system",
} as const;

/** Service account of the cluster autoscaler: clouds give it its permissions under this name. */
export const CLUSTER_AUTOSCALER = { namespace: "kube-system", serviceAccount: "cluster-autoscaler" } as const;

/** Parts of KEDA's HTTP add-on that services address. Its chart names them after itself, whatever the release. */
export const KEDA_HTTP = {
    namespace: "keda",
    /** Proxy that counts requests, and holds those for a service without replicas. */
    proxy: { name: "keda-add-ons-http-interceptor-proxy", port: 8080 },
    scalerAddress: "keda-add-ons-http-external-scaler.keda:9090",
} as const;

/** Prometheus as the metrics add-on names it; a cluster that brings its own is expected to use the same names. */
export const PROMETHEUS_ADDRESS = "http://kube-prometheus-stack-prometheus.monitoring.svc.cluster.local:9090";

/**
 * The add-ons that serving needs, at the versions they were read at (2026-08 to 2026-11).
 *
 * Helm installs the definitions in a chart's `crds` folder once and never changes them: before the version of
 * envoy-gateway or kube-prometheus-stack is raised, theirs are to be applied by hand. The other charts have theirs
 * among the templates, and upgrade them.
 */
export const ADD_ON_TABLE: Record<AddOnName, AddOn> = {
    certManager: {
        clouds: CLOUDS,
        requires: [],
        releases: [
            {
                name: "cert-manager",
                chart: "cert-manager",
                repository: "https://charts.jetstack.io",
                version: "v1.17.0",
                namespace: "cert-manager",
                values: ({ replicas, registry, labels }) => ({
                    crds: { enabled: true },
                    global: { commonLabels: labels },
                    replicaCount: replicas,
                    webhook: {
                        replicaCount: replicas,
                        ...repository(registry, "quay.io/jetstack/cert-manager-webhook"),
                    },
                    cainjector: {
                        replicaCount: replicas,
                        ...repository(registry, "quay.io/jetstack/cert-manager-cainjector"),
                    },
                    acmesolver: repository(registry, "quay.io/jetstack/cert-manager-acmesolver"),
                    startupapicheck: repository(registry, "quay.io/jetstack/cert-manager-startupapicheck"),
                    ...repository(registry, "quay.io/jetstack/cert-manager-controller"),
                }),
            },
        ],
    },
    gateway: {
        clouds: CLOUDS,
        requires: [],
        releases: [
            {
                // Brings the definitions of the Gateway API with it.
                name: "envoy-gateway",
                chart: "oci://docker.io/envoyproxy/gateway-helm",
                version: "v1.8.1",
                namespace: GATEWAY.namespace,
                values: ({ replicas, registry, labels }) => ({
                    deployment: { replicas, pod: { labels } },
                    ...(registry === undefined ? {} : { global: { imageRegistry: registry } }),
                }),
            },
        ],
    },
    kserve: {
        clouds: CLOUDS,
        requires: ["certManager", "gateway"],
        // Not kserve-runtime-configs: services bring their own pinned containers, and that chart's objects race with
        // the webhook of this one (kserve/kserve#5037).
        releases: [
            {
                name: "kserve-crd",
                chart: "oci://ghcr.io/kserve/charts/kserve-crd",
                version: "v0.20.0",
                namespace: "kserve",
                values: () => ({}),
            },
            {
                name: "kserve",
                chart: "oci://ghcr.io/kserve/charts/kserve-resources",
                version: "v0.20.0",
                namespace: "kserve",
                values: ({ registry, labels }) => ({
                    kserve: {
                        controller: {
                            // The chart's default is Knative, which isn't installed.
                            deploymentMode: "Standard",
                            podLabels: labels,
                            gateway: {
                                ingressGateway: {
                                    // Without it Standard mode writes Ingress objects of class istio.
                                    enableGatewayApi: true,
                                    kserveGateway: `${GATEWAY.namespace}/${GATEWAY.name}`,
                                    createGateway: false,
                                },
                            },
                            ...(registry === undefined
                                ? {}
                                : {
                                      image: imageFrom(registry, "docker.io/kserve/kserve-controller"),
                                      rbacProxyImage: imageFrom(
                                          registry,
                                          "quay.io/brancz/kube-rbac-proxy:v0.18.0",
                                      ),
                                  }),
                        },
                        // KServe's own limits (1 CPU, 2 GiB) would be set beside larger requests and be refused.
                        inferenceservice: {
                            resources: { limits: { cpu: "", memory: "" }, requests: { cpu: "", memory: "" } },
                        },
                        security: { autoMountServiceAccountToken: false },
                        // A headless Service has no port 80, which the URLs of services name.
                        service: { serviceClusterIPNone: false },
                        ...(registry === undefined
                            ? {}
                            : {
                                  agent: { image: imageFrom(registry, "docker.io/kserve/agent") },
                                  router: { image: imageFrom(registry, "docker.io/kserve/router") },
                                  storage: {
                                      image: imageFrom(registry, "docker.io/kserve/storage-initializer"),
                                  },
                              }),
                    },
                }),
            },
        ],
    },
    keda: {
        clouds: CLOUDS,
        requires: [],
        releases: [
            {
                name: "keda",
                chart: "keda",
                repository: "https://kedacore.github.io/charts",
                version: "2.20.2",
                namespace: "keda",
                values: ({ replicas, registry, labels }) => ({
                    operator: { replicaCount: replicas },
                    metricsServer: { replicaCount: replicas },
                    webhooks: { replicaCount: replicas },
                    podLabels: { keda: labels, metricsAdapter: labels, webhooks: labels },
                    ...(registry === undefined ? {} : { global: { image: { registry } } }),
                }),
            },
        ],
    },
    kedaHttp: {
        clouds: CLOUDS,
        // Its proxy is scaled by a ScaledObject.
        requires: ["keda"],
        releases: [
            {
                name: "keda-add-ons-http",
                chart: "keda-add-ons-http",
                repository: "https://kedacore.github.io/charts",
                version: "0.15.0",
                namespace: KEDA_HTTP.namespace,
                values: ({ replicas, registry, labels }) => ({
                    additionalLabels: labels,
                    interceptor: { replicas: { min: replicas, max: 4 * replicas } },
                    scaler: { replicas },
                    ...(registry === undefined
                        ? {}
                        : {
                              images: Object.fromEntries(
                                  ["operator", "interceptor", "scaler"].map((part) => [
                                      part,
                                      imageFrom(registry, `ghcr.io/kedacore/http-add-on-${part}`),
                                  ]),
                              ),
                          }),
                }),
            },
        ],
    },
    metrics: {
        clouds: CLOUDS,
        requires: [],
        releases: [
            {
                name: "kube-prometheus-stack",
                chart: "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack",
                version: "88.5.3",
                namespace: "monitoring",
                values: ({ replicas, registry, labels }) => ({
                    commonLabels: labels,
                    prometheus: {
                        prometheusSpec: {
                            replicas,
                            // By default only monitors with this release's label are read, which services' don't have.
                            podMonitorSelectorNilUsesHelmValues: false,
                            serviceMonitorSelectorNilUsesHelmValues: false,
                            ruleSelectorNilUsesHelmValues: false,
                            probeSelectorNilUsesHelmValues: false,
                            scrapeConfigSelectorNilUsesHelmValues: false,
                        },
                    },
                    // Grafana would come with the chart's well-known password, Alertmanager without a receiver.
                    grafana: { enabled: false },
                    alertmanager: { enabled: false },
                    // Managed control planes don't let these be scraped; their alerts would always fire.
                    kubeControllerManager: { enabled: false },
                    kubeScheduler: { enabled: false },
                    kubeEtcd: { enabled: false },
                    kubeProxy: { enabled: false },
                    ...(registry === undefined ? {} : { global: { imageRegistry: registry } }),
                }),
            },
        ],
    },
    devicePlugin: {
        // GKE has its own: two plugins for one resource name fail at random (NVIDIA/aicr#1998).
        clouds: ["aws", "azure", "kubernetes"],
        requires: [],
        releases: [
            {
                name: "nvidia-device-plugin",
                chart: "nvidia-device-plugin",
                repository: "https://nvidia.github.io/k8s-device-plugin",
                version: "0.20.0",
                namespace: "nvidia-device-plugin",
                values: ({ registry }) => ({
                    gfd: { enabled: false },
                    // The chart wants labels of Node Feature Discovery; nodes of our pools have our own.
                    affinity: nodeAffinity(
                        { key: ACCELERATOR_LABEL, operator: "In", values: acceleratorsOf("nvidia") },
                        { key: "nvidia.com/gpu.present", operator: "In", values: ["true"] },
                        {
                            key: "feature.node.kubernetes.io/pci-10de.present",
                            operator: "In",
                            values: ["true"],
                        },
                    ),
                    tolerations: EVERY_TAINT,
                    ...repository(registry, "nvcr.io/nvidia/k8s-device-plugin"),
                }),
            },
        ],
    },
    neuronPlugin: {
        clouds: ["aws", "kubernetes"],
        requires: [],
        releases: [
            {
                name: "neuron",
                chart: "oci://public.ecr.aws/neuron/neuron-helm-chart",
                version: "1.3.0",
                namespace: "kube-system",
                values: ({ registry }) => ({
                    devicePlugin: {
                        // The chart lists machine types, and the newest are missing.
                        affinity: nodeAffinity(
                            { key: ACCELERATOR_LABEL, operator: "In", values: acceleratorsOf("neuron") },
                            { key: "aws.amazon.com/neuron.present", operator: "In", values: ["true"] },
                        ),
                        tolerations: EVERY_TAINT,
                        ...repository(registry, "public.ecr.aws/neuron/neuron-device-plugin"),
                    },
                    scheduler: { enabled: false },
                    npd: { enabled: false },
                }),
            },
        ],
    },
    efaPlugin: {
        clouds: ["aws", "kubernetes"],
        requires: [],
        releases: [
            {
                name: "aws-efa-k8s-device-plugin",
                chart: "aws-efa-k8s-device-plugin",
                repository: "https://aws.github.io/eks-charts",
                version: "v0.5.29",
                namespace: "kube-system",
                values: ({ region, registry, labels }) => ({
                    additionalPodLabels: labels,
                    // The chart lists machine types; nodes of our pools say themselves which of its two forms they need.
                    supportedInstanceLabels: { keys: [EFA_LABEL], values: ["standard"] },
                    privilegedSupportedInstanceLabels: { keys: [EFA_LABEL], values: ["privileged"] },
                    tolerations: EVERY_TAINT,
                    image: {
                        repository: imageFrom(
                            registry,
                            `${eksRegistry(region)}/eks/aws-efa-k8s-device-plugin`,
                        ),
                    },
                }),
            },
        ],
    },
    clusterAutoscaler: {
        // GKE and AKS scale their pools themselves.
        clouds: ["aws"],
        requires: [],
        releases: [
            {
                name: "cluster-autoscaler",
                chart: "cluster-autoscaler",
                repository: "https://kubernetes.github.io/autoscaler",
                version: "9.57.0",
                namespace: CLUSTER_AUTOSCALER.namespace,
                values: ({ replicas, region, clusterName, registry, labels }) => ({
                    fullnameOverride: "cluster-autoscaler",
                    cloudProvider: "aws",
                    awsRegion: region,
                    autoDiscovery: { clusterName },
                    replicaCount: replicas,
                    podLabels: labels,
                    // The name that EKS Pod Identity gives the permissions to.
                    rbac: { serviceAccount: { create: true, name: CLUSTER_AUTOSCALER.serviceAccount } },
                    extraArgs: { expander: "least-waste", "skip-nodes-with-system-pods": false },
                    ...repository(registry, "registry.k8s.io/autoscaling/cluster-autoscaler"),
                }),
            },
        ],
    },
};

/** Label of the nodes with EFA adapters. */
const EFA_LABEL = "barycenter/efa";

/** Registries of EKS's own images where its public one can't be entered, by region. */
const EKS_REGISTRIES: Readonly<Record<string, string>> = {
    "cn-north-1": "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn",
    "cn-northwest-1": "961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn",
    "us-gov-east-1": "151742754352.dkr.ecr.us-gov-east-1.amazonaws.com",
    "us-gov-west-1": "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com",
};

/** Registry of EKS's own images. Source: docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html. */
function eksRegistry(region: string): string {
    return EKS_REGISTRIES[region] ?? "602401143452.dkr.ecr.us-west-2.amazonaws.com";
}

/**
 * A device plugin must run on every node with its device, whatever the taints: the accelerator's own, AKS's for spot
 * (kubernetes.azure.com/scalesetpriority, kaito-project/kaito#1837) and those that a pool's user adds.
 */
const EVERY_TAINT = [{ operator: "Exists" }];

interface Expression {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
}

/** Nodes that match any of these. */
function nodeAffinity(...any: readonly Expression[]): Record<string, unknown> {
    return {
        nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: any.map((expression) => ({ matchExpressions: [expression] })),
            },
        },
    };
}

function acceleratorsOf(kind: Accelerator["kind"]): string[] {
    return ACCELERATOR_NAMES.filter((name) => accelerator(name).kind === kind);
}

/** `image.repository` as most charts take it. */
function repository(registry: string | undefined, image: string): Record<string, Input<unknown>> {
    return registry === undefined ? {} : { image: { repository: imageFrom(registry, image) } };
}
