import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { predictorOf, serve, type Given } from "./serve";
import { valueOf } from "./support";

const SCALING = { min: 0, max: 4, metric: "concurrency", target: 6 } as const;
const HOST = "chat-http.default.svc.cluster.local";

const asleep = ({ spec, ...given }: Given = {}) => serve({ spec: { scaling: SCALING, ...spec }, ...given });

describe("a service that scales to zero", () => {
    it("is scaled from none by what the proxy in front of it counts, not by its own metrics", async () => {
        const recording = await asleep();
        const { spec } = recording.named("chat-scaler").inputs;
        assert.equal(spec.minReplicaCount, 0);
        assert.equal(spec.maxReplicaCount, 4);
        assert.deepEqual(spec.triggers, [
            {
                type: "external-push",
                metadata: {
                    scalerAddress: "keda-add-ons-http-external-scaler.keda:9090",
                    interceptorRoute: "chat",
                },
            },
        ]);
        assert.equal(predictorOf(recording).minReplicas, 0);
    });

    it("has its scaler after the route whose requests that counts", async () => {
        assert.ok((await asleep()).waitsFor("scaler").includes("chat-interceptor"));
    });

    it("tells the proxy where its requests go, by which name and at which load", async () => {
        const { spec } = (await asleep()).named("chat-interceptor").inputs;
        assert.deepEqual(spec.target, { service: "chat-predictor", port: 80 });
        assert.deepEqual(spec.rules, [{ hosts: [HOST] }]);
        assert.deepEqual(spec.scalingMetric, { concurrency: { targetValue: 6 } });
        const rate = await asleep({ spec: { scaling: { ...SCALING, metric: "requestsPerSecond" } } });
        assert.deepEqual(rate.named("chat-interceptor").inputs.spec.scalingMetric, {
            requestRate: { targetValue: 6, window: "1m", granularity: "1s" },
        });
    });

    it("is called through the proxy, also by callers in the cluster", async () => {
        const recording = await asleep();
        const { spec } = recording.named("chat-entry").inputs;
        assert.equal(spec.type, "ExternalName");
        assert.equal(spec.externalName, "keda-add-ons-http-interceptor-proxy.keda.svc.cluster.local");
        assert.equal(await valueOf(recording.handle.url), `http://${HOST}:8080`);
        assert.equal(recording.handle.client.urlForm, `http://${HOST}:8080`);
    });

    it("keeps a request as long as a node and a replica need, and an answer as long as it takes", async () => {
        const recording = await asleep({ spec: { startupSeconds: 600 } });
        const { timeouts } = recording.named("chat-interceptor").inputs.spec;
        assert.deepEqual(timeouts, { request: "0s", responseHeader: "0s", readiness: "1500s" });
        // A replica isn't taken away before one could have started.
        assert.equal(recording.named("chat-scaler").inputs.spec.cooldownPeriod, 1500);
    });

    it("is exposed through the proxy, which its route may use", async () => {
        const recording = await asleep({ spec: { expose: "internet", hostname: "chat.example.com" } });
        const [rule] = recording.named("chat-route").inputs.spec.rules;
        assert.deepEqual(rule.backendRefs, [
            { name: "keda-add-ons-http-interceptor-proxy", port: 8080, namespace: "keda" },
        ]);
        const { metadata, spec } = recording.named("chat-proxy-grant").inputs;
        assert.equal(metadata.namespace, "keda");
        assert.deepEqual(spec.from, [
            { group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "default" },
        ]);
        assert.deepEqual(spec.to, [
            { group: "", kind: "Service", name: "keda-add-ons-http-interceptor-proxy" },
        ]);
        assert.ok(recording.waitsFor("route").includes("chat-proxy-grant"));
        assert.ok(recording.waitsFor("route").includes("chat-keys"));
        assert.deepEqual(recording.named("chat-interceptor").inputs.spec.rules, [
            { hosts: ["chat.example.com"] },
        ]);
        assert.ok(!recording.has("chat-entry"));
    });

    it("needs KEDA's HTTP add-on and not Prometheus", async () => {
        const addOns = ["kserve", "keda", "kedaHttp"];
        assert.ok((await asleep({ cluster: { addOns } })).has("chat-scaler"));
        await assert.rejects(
            asleep({ cluster: { addOns: ["kserve", "keda"] } }),
            (error: Error) =>
                error instanceof RunError && /needs kedaHttp on its cluster/.test(error.message),
        );
    });

    it("has nothing in front of it where it keeps a replica", async () => {
        const recording = await serve({ spec: { expose: "internal", hostname: "chat.example.com" } });
        for (const name of ["chat-interceptor", "chat-entry", "chat-proxy-grant"]) {
            assert.ok(!recording.has(name), name);
        }
        assert.ok(!("cooldownPeriod" in recording.named("chat-scaler").inputs.spec));
    });
});
