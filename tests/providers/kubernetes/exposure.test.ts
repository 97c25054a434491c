import assert from "node:assert/strict";
import { serve } from "./serve";
import { valueOf } from "./support";

describe("a service seen from outside its cluster", () => {
    it("is private unless it is exposed", async () => {
        const recording = await serve();
        assert.deepEqual(
            recording.resources
                .map(({ type }) => type)
                .filter((type) => /Gateway|HTTPRoute|core\/v1:Service$/.test(type)),
            [],
        );
        assert.equal(await valueOf(recording.handle.url), "http://chat-predictor.default.svc.cluster.local");
        assert.equal(recording.handle.client.urlForm, "http://chat-predictor.default.svc.cluster.local");
        assert.equal(recording.handle.client.protocol, "OpenAI-compatible REST under /v1");
    });

    it("is on the internet over TLS alone, through a gateway of its own", async () => {
        const recording = await serve({ spec: { expose: "internet", hostname: "chat.example.com" } });
        const { listeners, infrastructure, gatewayClassName } = recording.named("chat-gateway").inputs.spec;
        assert.equal(gatewayClassName, "barycenter");
        assert.equal(listeners.length, 1);
        assert.equal(listeners[0].protocol, "HTTPS");
        assert.equal(listeners[0].hostname, "chat.example.com");
        assert.deepEqual(listeners[0].tls.certificateRefs, [{ kind: "Secret", name: "chat-tls" }]);
        assert.ok(!("service.beta.kubernetes.io/aws-load-balancer-internal" in infrastructure.annotations));
        assert.match(
            infrastructure.annotations[
                "service.beta.kubernetes.io/aws-load-balancer-additional-resource-tags"
            ],
            /cost-centre=42/,
        );
        assert.deepEqual(recording.named("chat-route").inputs.spec.rules[0].backendRefs, [
            { name: "chat-predictor", port: 80 },
        ]);
        assert.equal(await valueOf(recording.handle.url), "https://chat.example.com");
    });

    it("lets nobody without a key in from the internet, from the first moment on", async () => {
        const recording = await serve({ spec: { expose: "internet", hostname: "chat.example.com" } });
        const { spec, kind } = recording.named("chat-keys").inputs;
        assert.equal(kind, "SecurityPolicy");
        assert.deepEqual(spec.targetRefs, [
            { group: "gateway.networking.k8s.io", kind: "Gateway", name: "chat" },
        ]);
        assert.deepEqual(spec.apiKeyAuth.credentialRefs, [{ group: "", kind: "Secret", name: "chat-keys" }]);
        assert.ok(recording.waitsFor("route").includes("chat-keys"));
        assert.match(recording.handle.client.authentication, /x-api-key.*'chat-keys'/);
        const inside = await serve({ spec: { expose: "internal", hostname: "chat.example.com" } });
        assert.ok(!inside.has("chat-keys"));
    });

    it("keeps connections alive that balancers would forget while a model thinks", async () => {
        const recording = await serve({ spec: { expose: "internal", hostname: "chat.example.com" } });
        const { kind, spec } = recording.named("chat-clients").inputs;
        assert.equal(kind, "ClientTrafficPolicy");
        assert.deepEqual(spec.targetRefs, [
            { group: "gateway.networking.k8s.io", kind: "Gateway", name: "chat" },
        ]);
        // Azure's is the shortest memory: four minutes.
        assert.ok(parseInt(spec.tcpKeepalive.idleTime, 10) < 240);
        assert.ok(!(await serve()).has("chat-clients"));
    });

    it("is in the network by an internal load balancer of each cloud", async () => {
        const annotations = {
            aws: ["service.beta.kubernetes.io/aws-load-balancer-internal", "true"],
            gcp: ["networking.gke.io/load-balancer-type", "Internal"],
            azure: ["service.beta.kubernetes.io/azure-load-balancer-internal", "true"],
        } as const;
        for (const [cloud, [key, value]] of Object.entries(annotations)) {
            const recording = await serve({
                spec: { expose: "internal" },
                cluster: { cloud: cloud as keyof typeof annotations },
            });
            const { metadata, spec } = recording.named("chat-balancer").inputs;
            assert.equal(metadata.annotations[key], value);
            assert.equal(spec.type, "LoadBalancer");
            assert.deepEqual(spec.selector, { app: "isvc.chat-predictor" });
            assert.deepEqual(spec.ports, [{ name: "http", port: 80, targetPort: 8080 }]);
            assert.ok(!recording.has("chat-gateway"));
        }
    });
});
