import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { containerOf, predictorOf, serve, type Given } from "./serve";
import { ALL_ADD_ONS, L4_POOL, MODEL, SERVICE, unknown, valueOf } from "./support";

describe("a service on a cluster", () => {
    it("is an InferenceService in Standard mode without a route of KServe's", async () => {
        const { inputs, type } = (await serve()).named("chat-service");
        assert.equal(type, "kubernetes:serving.kserve.io/v1beta1:InferenceService");
        assert.equal(inputs.metadata.name, "chat");
        assert.equal(inputs.metadata.annotations["serving.kserve.io/deploymentMode"], "Standard");
        assert.equal(inputs.metadata.labels["networking.kserve.io/visibility"], "cluster-local");
    });

    it("never sets KServe's canary, which Standard mode ignores without a word", async () => {
        const predictor = predictorOf(await serve());
        assert.ok(!("canaryTrafficPercent" in predictor));
        assert.ok(!("model" in predictor));
    });

    it("leaves the number of replicas to its own scaler", async () => {
        const recording = await serve();
        assert.equal(
            recording.named("chat-service").inputs.metadata.annotations["serving.kserve.io/autoscalerClass"],
            "external",
        );
        const { spec } = recording.named("chat-scaler").inputs;
        assert.deepEqual(spec.scaleTargetRef, {
            apiVersion: "apps/v1",
            kind: "Deployment",
            name: "chat-predictor",
        });
        assert.equal(spec.minReplicaCount, 1);
        assert.equal(spec.maxReplicaCount, 4);
        assert.deepEqual(spec.fallback, {
            failureThreshold: 3,
            replicas: 1,
            behavior: "currentReplicasIfHigher",
        });
        assert.deepEqual(spec.triggers, [
            {
                type: "prometheus",
                metricType: "AverageValue",
                metadata: {
                    serverAddress:
                        "http://kube-prometheus-stack-prometheus.monitoring.svc.cluster.local:9090",
                    query: 'sum(vllm:num_requests_waiting{namespace="default",pod=~"chat-predictor-.*"})',
                    threshold: "8",
                    ignoreNullValues: "false",
                },
            },
        ]);
    });

    it("has no scaler where the number of replicas is fixed", async () => {
        const recording = await serve({ spec: { scaling: { ...SERVICE.scaling, min: 2, max: 2 } } });
        assert.ok(!recording.has("chat-scaler"));
        assert.equal(
            recording.named("chat-service").inputs.metadata.annotations["serving.kserve.io/autoscalerClass"],
            "none",
        );
    });

    it("scales by the CPU without Prometheus and without a fallback, which KEDA would refuse", async () => {
        const recording = await serve({
            spec: {
                server: "triton",
                accelerators: [],
                resources: { cpu: "2", memory: "4Gi", accelerators: 0 },
                scaling: { min: 1, max: 3, metric: "cpu", target: 70 },
            },
            cluster: { addOns: ["kserve", "keda"] },
        });
        const { spec } = recording.named("chat-scaler").inputs;
        assert.deepEqual(spec.triggers, [
            { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
        ]);
        assert.ok(!("fallback" in spec));
        assert.ok(!recording.has("chat-monitor"));
    });

    it("has Prometheus scrape the server", async () => {
        const { type, inputs } = (await serve({ spec: { server: "triton" } })).named("chat-monitor");
        assert.equal(type, "kubernetes:monitoring.coreos.com/v1:PodMonitor");
        assert.deepEqual(inputs.spec.selector, { matchLabels: { app: "isvc.chat-predictor" } });
        assert.deepEqual(inputs.spec.podMetricsEndpoints, [
            { port: "metrics", path: "/metrics", interval: "15s" },
        ]);
    });

    it("asks for the pool's device, with limits beside every request", async () => {
        const recording = await serve();
        const resources = { cpu: "6", memory: "24Gi", "nvidia.com/gpu": "1" };
        assert.deepEqual(containerOf(recording).resources, { requests: resources, limits: resources });
        assert.deepEqual(predictorOf(recording).nodeSelector, { "barycenter/pool": "l4" });
        assert.deepEqual(predictorOf(recording).tolerations, [
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
        ]);
        assert.equal(await valueOf(recording.handle.accelerator), "L4");
    });

    it("is ready when its weights are loaded, and has the time for it", async () => {
        const container = containerOf(await serve());
        assert.deepEqual(container.startupProbe, {
            httpGet: { path: "/health", port: "http1" },
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 60,
        });
        assert.equal(container.readinessProbe.httpGet.path, "/health");
        const triton = containerOf(await serve({ spec: { server: "triton" } }));
        assert.equal(triton.readinessProbe.httpGet.path, "/v2/health/ready");
        assert.equal(triton.livenessProbe.httpGet.path, "/v2/health/live");
        assert.ok(triton.args.includes("--strict-readiness=true"));
    });

    it("finishes requests before it goes", async () => {
        const recording = await serve({ spec: { server: "triton" } });
        assert.equal(predictorOf(recording).terminationGracePeriodSeconds, 70);
        assert.deepEqual(containerOf(recording).lifecycle, { preStop: { sleep: { seconds: 10 } } });
        assert.ok(containerOf(recording).args.includes("--exit-timeout-secs=58"));
    });

    it("promises no longer grace on spot than the node has", async () => {
        const recording = await serve({
            spec: { server: "triton" },
            cluster: { cloud: "gcp", pools: [{ ...L4_POOL, spot: true }] },
        });
        assert.equal(predictorOf(recording).terminationGracePeriodSeconds, 25);
        assert.ok(containerOf(recording).args.includes("--exit-timeout-secs=13"));
    });

    it("pins images, and takes them from the site's registry", async () => {
        for (const [server, image] of [
            ["triton", "nvcr.io/nvidia/tritonserver:26.07-py3"],
            ["vllm", "docker.io/vllm/vllm-openai:v0.27.1"],
            ["huggingface", "docker.io/kserve/huggingfaceserver:v0.20.0-gpu"],
        ] as const) {
            assert.equal(containerOf(await serve({ spec: { server } })).image, image);
        }
        const mirrored = await serve({ scope: { zone: { registry: "registry.example.com/mirror" } } });
        assert.equal(containerOf(mirrored).image, "registry.example.com/mirror/vllm/vllm-openai:v0.27.1");
        assert.equal(
            predictorOf(mirrored).initContainers[0].image,
            "registry.example.com/mirror/kserve/storage-initializer:v0.20.0",
        );
        assert.equal(containerOf(await serve({ spec: { image: "mine:1" } })).image, "mine:1");
    });

    it("splits a model over several accelerators with shared memory", async () => {
        const pool = { ...L4_POOL, acceleratorsPerNode: 4, vcpu: 48, memoryGiB: 192 };
        const recording = await serve({
            spec: { resources: { cpu: "24", memory: "96Gi", accelerators: 2 } },
            cluster: { pools: [pool] },
        });
        assert.deepEqual(containerOf(recording).command, ["vllm", "serve"]);
        assert.deepEqual(containerOf(recording).args, [
            "/mnt/models",
            "--served-model-name=llama",
            "--port=8080",
            "--tensor-parallel-size=2",
            "--shutdown-timeout=58",
        ]);
        assert.deepEqual(
            predictorOf(recording).volumes.find(({ name }: { name: string }) => name === "shared-memory"),
            { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "24576Mi" } },
        );
        const single = await serve();
        assert.ok(
            !predictorOf(single).volumes.some(({ name }: { name: string }) => name === "shared-memory"),
        );
    });

    it("starts a new replica first where there is room, else frees an accelerator first", async () => {
        const strategy = async (max: number) =>
            predictorOf(await serve({ cluster: { pools: [{ ...L4_POOL, max }] } })).deploymentStrategy;
        assert.deepEqual(await strategy(8), {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
        });
        assert.deepEqual(await strategy(4), {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
        });
    });

    it("limits evictions and spreads, where there is more than one replica", async () => {
        const recording = await serve();
        assert.deepEqual(recording.named("chat-budget").inputs.spec, {
            maxUnavailable: 1,
            selector: { matchLabels: { app: "isvc.chat-predictor" } },
        });
        assert.deepEqual(
            predictorOf(recording).topologySpreadConstraints.map(
                (one: { topologyKey: string }) => one.topologyKey,
            ),
            ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
        );
        const single = await serve({ spec: { scaling: { ...SERVICE.scaling, min: 1, max: 1 } } });
        assert.ok(!single.has("chat-budget"));
        assert.ok(!("topologySpreadConstraints" in predictorOf(single)));
        const plain = await serve({ spec: { disruptionBudget: false, spread: false } });
        assert.ok(!plain.has("chat-budget"));
        assert.ok(!("topologySpreadConstraints" in predictorOf(plain)));
    });

    it("has names that Kubernetes takes, however long the component's is", async () => {
        const recording = await serve({
            scope: { name: "a-service-with-a-name-of-exactly-forty-ch", customize: {} },
        });
        const [service] = recording.resources.filter(({ type }) => type.endsWith(":InferenceService"));
        assert.ok(`isvc.${service!.inputs.metadata.name}-predictor`.length <= 63);
    });

    it("carries cost labels on every object and on its pods", async () => {
        const recording = await serve({ spec: { expose: "internet", hostname: "chat.example.com" } });
        const objects = recording.resources.filter(({ name }) => name.startsWith("chat-"));
        assert.ok(objects.length >= 7);
        for (const { name, inputs } of objects) {
            assert.equal(inputs.metadata.labels.owner, "ml", name);
            assert.equal(inputs.metadata.labels["cost-centre"], "42", name);
            assert.equal(inputs.metadata.labels["barycenter/component"], "chat", name);
            assert.equal(inputs.metadata.labels["app.kubernetes.io/managed-by"], "barycenter", name);
        }
        assert.equal(predictorOf(recording).labels["cost-centre"], "42");
        assert.equal(predictorOf(recording).labels["barycenter/component"], "chat");
    });

    it("waits for the cluster's nodes and goes before them, and for its grants", async () => {
        const recording = await serve({
            access: { dependencies: [] },
        });
        for (const suffix of ["service", "account", "scaler", "monitor", "budget"]) {
            assert.ok(recording.waitsFor(suffix).includes("nodes"), suffix);
        }
        assert.ok(recording.waitsFor("scaler").includes("chat-service"));
        for (const { name, provider } of recording.resources.filter(({ name }) => name.startsWith("chat-"))) {
            assert.match(provider, /serving-provider/, name);
        }
    });

    it("registers the same objects whether the pools are known or not", async () => {
        const known = await serve();
        const byReference = await serve({
            cluster: { pools: pulumi.output([L4_POOL]), addOns: pulumi.output(ALL_ADD_ONS) },
        });
        const preview = await serve({
            preview: true,
            cluster: () => ({ pools: unknown<(typeof L4_POOL)[]>(), addOns: unknown<string[]>() }),
        });
        assert.deepEqual(byReference.shape, known.shape);
        assert.deepEqual(preview.shape, known.shape);
        assert.deepEqual(predictorOf(byReference), predictorOf(known));
        assert.equal(await valueOf(preview.handle.accelerator), undefined);
        assert.equal(predictorOf(preview).minReplicas, 1);
    });

    it("has a revision that changes with what is served and not with how it is placed", async () => {
        const revision = async (given: Given) => valueOf((await serve(given)).handle.revision);
        const first = await revision({});
        assert.match(first ?? "", /^[0-9a-f]{12}$/);
        assert.equal(await revision({ cluster: { pools: [{ ...L4_POOL, max: 1 }] } }), first);
        assert.equal(await revision({ spec: { startupSeconds: 900 } }), first);
        assert.notEqual(await revision({ spec: { args: ["--max-model-len=4096"] } }), first);
        assert.notEqual(
            await revision({ spec: { model: { ...MODEL, version: "4", path: "models/llama/4" } } }),
            first,
        );
        assert.notEqual(await revision({ spec: { image: "vllm/vllm-openai:other" } }), first);
    });

    it("gives vLLM the time for requests in flight, which it would abort, unless the image is another", async () => {
        const args = containerOf(await serve()).args as string[];
        assert.ok(args.includes("--shutdown-timeout=58"));
        const own = containerOf(await serve({ spec: { image: "mine/vllm:old" } })).args as string[];
        assert.ok(!own.some((arg) => arg.startsWith("--shutdown-timeout")));
    });

    it("says which add-on it misses", async () => {
        await assert.rejects(
            serve({ cluster: { addOns: ["kserve"] } }),
            (error: Error) =>
                error instanceof pulumi.RunError && /needs keda and metrics/.test(error.message),
        );
    });

    it("lets every child be changed", async () => {
        const recording = await serve({
            scope: { customize: { scaler: (args) => void (args.spec.pollingInterval = 5) } },
        });
        assert.equal(recording.named("chat-scaler").inputs.spec.pollingInterval, 5);
    });
});
