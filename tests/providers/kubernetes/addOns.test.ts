import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { ADD_ONS, type AddOnName, type ClusterHandle } from "../../../providers/cloud";
import { orchestrator } from "../../../providers/kubernetes";
import { ADD_ON_TABLE } from "../../../providers/kubernetes/addOns";
import { clusterOf, record, scopeOf, type ScopeSettings } from "./support";

const install = (
    names: readonly AddOnName[],
    given: {
        cluster?: Partial<ClusterHandle>;
        scope?: ScopeSettings;
        replicas?: number;
        preview?: boolean;
    } = {},
) =>
    record(
        (recording) => {
            orchestrator.addOns(
                { install: names, replicas: given.replicas ?? 2 },
                clusterOf(given.cluster),
                scopeOf(recording, { name: "serving", ...given.scope }),
            );
        },
        { preview: given.preview ?? false },
    );

describe("add-ons", () => {
    it("are Helm releases at pinned versions that wait until their webhooks answer", async () => {
        const recording = await install(ADD_ONS);
        const releases = recording.resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        assert.equal(releases.length, 11);
        for (const { name, inputs } of releases) {
            assert.match(inputs.version, /^v?\d+\.\d+\.\d+$/, name);
            assert.equal(inputs.skipAwait, false, name);
            assert.equal(inputs.atomic, true, name);
            assert.ok(inputs.name && inputs.namespace, name);
            assert.match(inputs.chart, /^(oci:\/\/\S+|[a-z0-9-]+)$/, name);
            assert.equal(inputs.chart.startsWith("oci://"), inputs.repositoryOpts === undefined, name);
        }
    });

    it("are installed in order: definitions, certificates and the gateway before KServe", async () => {
        const recording = await install(["kserve", "gateway", "certManager"]);
        assert.deepEqual(recording.waitsFor("addon-kserve-crd"), [
            "nodes",
            "serving-addon-cert-manager",
            "serving-addon-envoy-gateway",
            "serving-addon-edge-proxy",
            "serving-addon-gateway-class",
            "serving-addon-gateway-proxy",
            "serving-addon-gateway",
        ]);
        assert.ok(recording.waitsFor("addon-kserve").includes("serving-addon-kserve-crd"));
        assert.ok(recording.waitsFor("addon-cert-manager").includes("nodes"));
    });

    it("don't wait for what the cluster has already", async () => {
        const recording = await install(["kserve"]);
        assert.deepEqual(recording.waitsFor("addon-kserve-crd"), ["nodes"]);
        assert.deepEqual(recording.names.filter((name) => name.startsWith("serving-addon")).sort(), [
            "serving-addon-kserve",
            "serving-addon-kserve-crd",
        ]);
    });

    it("register nothing when none is wanted", async () => {
        assert.deepEqual(
            (await install([])).names.filter((name) => name.startsWith("serving-addon")),
            [],
        );
    });

    it("run KServe in Standard mode on the Gateway API", async () => {
        const { kserve } = (await install(["kserve"])).named("serving-addon-kserve").inputs.values;
        assert.equal(kserve.controller.deploymentMode, "Standard");
        assert.deepEqual(kserve.controller.gateway.ingressGateway, {
            enableGatewayApi: true,
            kserveGateway: "envoy-gateway-system/barycenter",
            createGateway: false,
        });
        assert.equal(kserve.security.autoMountServiceAccountToken, false);
        assert.equal(kserve.service.serviceClusterIPNone, false);
    });

    it("keep the shared gateway inside the cluster", async () => {
        const recording = await install(["gateway"]);
        const { spec } = recording.named("serving-addon-gateway-proxy").inputs;
        assert.equal(spec.provider.kubernetes.envoyService.type, "ClusterIP");
        const gateway = recording.named("serving-addon-gateway").inputs;
        assert.equal(gateway.metadata.namespace, "envoy-gateway-system");
        assert.equal(gateway.spec.infrastructure.parametersRef.name, "barycenter");
    });

    it("run the proxies of exposed services as often as their controllers, and keep one when nodes go", async () => {
        const recording = await install(["gateway"]);
        const { parametersRef } = recording.named("serving-addon-gateway-class").inputs.spec;
        const { metadata, spec } = recording.named("serving-addon-edge-proxy").inputs;
        assert.deepEqual(parametersRef, {
            group: "gateway.envoyproxy.io",
            kind: "EnvoyProxy",
            name: metadata.name,
            namespace: metadata.namespace,
        });
        assert.ok(recording.waitsFor("addon-gateway-class").includes("serving-addon-edge-proxy"));
        const { envoyService, envoyDeployment, envoyPDB } = spec.provider.kubernetes;
        assert.equal(envoyService.type, "LoadBalancer");
        assert.deepEqual(envoyDeployment, { replicas: 2 });
        assert.deepEqual(envoyPDB, { minAvailable: 1 });
        const alone = (await install(["gateway"], { replicas: 1 })).named("serving-addon-edge-proxy").inputs;
        // A budget of one for one proxy would block every drain.
        assert.ok(!("envoyPDB" in alone.spec.provider.kubernetes));
    });

    it("hold requests for services without replicas by KEDA's proxy, after KEDA", async () => {
        const recording = await install(["kedaHttp", "keda"]);
        assert.ok(recording.waitsFor("addon-keda-add-ons-http").includes("serving-addon-keda"));
        const { namespace, values } = recording.named("serving-addon-keda-add-ons-http").inputs;
        // Services address its proxy there.
        assert.equal(namespace, "keda");
        assert.deepEqual(values.interceptor, { replicas: { min: 2, max: 8 } });
    });

    it("let Prometheus read monitors that don't have its release's label", async () => {
        const { values } = (await install(["metrics"])).named("serving-addon-kube-prometheus-stack").inputs;
        const spec = values.prometheus.prometheusSpec;
        for (const kind of ["podMonitor", "serviceMonitor", "rule", "probe", "scrapeConfig"]) {
            assert.equal(spec[`${kind}SelectorNilUsesHelmValues`], false, kind);
        }
        assert.equal(values.grafana.enabled, false);
    });

    it("put the device plugin on every node with a device, whatever its taints", async () => {
        const { values } = (await install(["devicePlugin"])).named(
            "serving-addon-nvidia-device-plugin",
        ).inputs;
        assert.deepEqual(values.tolerations, [{ operator: "Exists" }]);
        assert.deepEqual(values.gfd, { enabled: false });
        const terms =
            values.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
        const [ours] = terms[0].matchExpressions;
        assert.equal(ours.key, "barycenter/accelerator");
        assert.ok(
            ours.values.includes("L4") &&
                !ours.values.includes("Inferentia2") &&
                !ours.values.includes("tpu-v5e"),
        );
    });

    it("put EFA's device plugin on the nodes that have adapters, in the form that each needs", async () => {
        const name = "serving-addon-aws-efa-k8s-device-plugin";
        const { values } = (await install(["efaPlugin"])).named(name).inputs;
        assert.deepEqual(values.supportedInstanceLabels, { keys: ["barycenter/efa"], values: ["standard"] });
        assert.deepEqual(values.privilegedSupportedInstanceLabels, {
            keys: ["barycenter/efa"],
            values: ["privileged"],
        });
        assert.deepEqual(values.tolerations, [{ operator: "Exists" }]);
    });

    it("take EKS's own images from the partition of the cluster", async () => {
        const image = async (region: string) =>
            (await install(["efaPlugin"], { cluster: { region } })).named(
                "serving-addon-aws-efa-k8s-device-plugin",
            ).inputs.values.image.repository as string;
        assert.match(await image("eu-west-1"), /^602401143452\.dkr\.ecr\.us-west-2\.amazonaws\.com\/eks\//);
        assert.match(
            await image("cn-north-1"),
            /^918309763551\.dkr\.ecr\.cn-north-1\.amazonaws\.com\.cn\/eks\//,
        );
    });

    it("give the cluster autoscaler the account that has its permissions", async () => {
        const { inputs } = (await install(["clusterAutoscaler"])).named("serving-addon-cluster-autoscaler");
        assert.equal(inputs.namespace, "kube-system");
        assert.equal(inputs.createNamespace, false);
        assert.deepEqual(inputs.values.autoDiscovery, { clusterName: "serving" });
        assert.equal(inputs.values.awsRegion, "eu-west-1");
        assert.deepEqual(inputs.values.rbac, {
            serviceAccount: { create: true, name: "cluster-autoscaler" },
        });
    });

    it("are refused where the cloud has its own, since two fight for one device", async () => {
        for (const [cloud, name] of [
            ["gcp", "devicePlugin"],
            ["gcp", "clusterAutoscaler"],
            ["azure", "clusterAutoscaler"],
            ["azure", "neuronPlugin"],
            ["gcp", "efaPlugin"],
        ] as const) {
            await assert.rejects(
                install([name], { cluster: { cloud } }),
                (error: Error) =>
                    error instanceof RunError &&
                    error.message.includes(name) &&
                    error.message.includes(cloud),
            );
        }
    });

    it("have as many controllers as the tier wants", async () => {
        const recording = await install(ADD_ONS, { replicas: 3 });
        assert.equal(recording.named("serving-addon-cert-manager").inputs.values.webhook.replicaCount, 3);
        assert.equal(recording.named("serving-addon-keda").inputs.values.operator.replicaCount, 3);
        assert.equal(recording.named("serving-addon-envoy-gateway").inputs.values.deployment.replicas, 3);
    });

    it("take their images from the site's registry", async () => {
        const recording = await install(ADD_ONS, { scope: { zone: { registry: "mirror.example.com" } } });
        const values = (name: string) => recording.named(`serving-addon-${name}`).inputs.values;
        assert.equal(
            values("cert-manager").image.repository,
            "mirror.example.com/jetstack/cert-manager-controller",
        );
        assert.equal(values("kserve").kserve.controller.image, "mirror.example.com/kserve/kserve-controller");
        assert.equal(
            values("nvidia-device-plugin").image.repository,
            "mirror.example.com/nvidia/k8s-device-plugin",
        );
        assert.equal(values("kube-prometheus-stack").global.imageRegistry, "mirror.example.com");
        assert.equal(values("envoy-gateway").global.imageRegistry, "mirror.example.com");
        // The chart's registry is its controller's alone.
        for (const name of ["edge-proxy", "gateway-proxy"]) {
            const { spec } = recording.named(`serving-addon-${name}`).inputs;
            assert.deepEqual(spec.provider.kubernetes.envoyDeployment.container, {
                imageRepository: "mirror.example.com/envoyproxy/envoy",
            });
        }
        assert.deepEqual(values("keda-add-ons-http").images, {
            operator: "mirror.example.com/kedacore/http-add-on-operator",
            interceptor: "mirror.example.com/kedacore/http-add-on-interceptor",
            scaler: "mirror.example.com/kedacore/http-add-on-scaler",
        });
        assert.match(
            values("kserve").kserve.controller.rbacProxyImage,
            /^mirror\.example\.com\/brancz\/kube-rbac-proxy:/,
        );
    });

    it("carry cost labels where the chart takes any, without the labels that charts set themselves", async () => {
        const { labels } = (await install(["gateway"])).named("serving-addon-envoy-gateway").inputs.values
            .deployment.pod;
        assert.equal(labels["cost-centre"], "42");
        assert.ok(!Object.keys(labels).some((key) => key.startsWith("app.kubernetes.io/")));
    });

    it("are the same in a preview", async () => {
        assert.deepEqual((await install(ADD_ONS, { preview: true })).shape, (await install(ADD_ONS)).shape);
    });

    it("never require themselves, and name what they require before it is needed", () => {
        for (const [name, { requires }] of Object.entries(ADD_ON_TABLE)) {
            for (const required of requires) {
                assert.ok(
                    ADD_ONS.indexOf(required) < ADD_ONS.indexOf(name as AddOnName),
                    `${name} requires ${required}`,
                );
            }
        }
    });
});
