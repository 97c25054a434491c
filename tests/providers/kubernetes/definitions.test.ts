import assert from "node:assert/strict";
import { orchestrator } from "../../../providers/kubernetes";
import type { ClusterInferenceSpec } from "../../../providers/cloud";
import { crdProblems, hasCrds } from "../../support/crd";
import { clusterOf, L4_POOL, record, scopeOf, SERVICE, workload, type Recording } from "./support";

/** Kinds that have a published definition beside the repository; Envoy Gateway's own has none there. */
const CHECKED =
    /^kubernetes:(serving\.kserve\.io|keda\.sh|http\.keda\.sh|gateway\.networking\.k8s\.io|monitoring\.coreos\.com)\//;

function problemsOf(recording: Recording): { checked: string[]; problems: string[] } {
    const custom = recording.resources.filter(({ type }) => CHECKED.test(type));
    return {
        checked: custom.map(({ type }) => type.split(":").at(-1)!),
        problems: custom.flatMap(({ name, inputs }) =>
            crdProblems(inputs).map((problem) => `${name} ${problem}`),
        ),
    };
}

const serve = (spec: Partial<ClusterInferenceSpec>) =>
    record((recording) => {
        const mixed = {
            ...L4_POOL,
            name: "t4",
            accelerator: "T4" as const,
            nodeSelector: { pool: "t4" },
            spot: true,
        };
        orchestrator.inference(
            { ...SERVICE, ...spec },
            workload({
                environment: [{ name: "A", secret: { name: "s", key: "k" } }],
                tokens: [{ path: "/var/run/token/t", audience: "a" }],
                files: [{ path: "/etc/x", content: "y" }],
            }),
            clusterOf({ pools: [L4_POOL, mixed] }),
            scopeOf(recording),
        );
    });

describe("custom resources", function () {
    before(function () {
        if (!hasCrds) {
            this.skip();
        }
    });

    for (const server of ["triton", "vllm", "huggingface"] as const) {
        it(`of a ${server} service are what the published definitions allow`, async () => {
            const { checked, problems } = problemsOf(
                await serve({
                    server,
                    accelerators: ["L4", "T4"],
                    expose: "internet",
                    hostname: "chat.example.com",
                }),
            );
            assert.deepEqual(checked.sort(), [
                "Gateway",
                "HTTPRoute",
                "InferenceService",
                "PodMonitor",
                "ScaledObject",
            ]);
            assert.deepEqual(problems, []);
        });
    }

    it("of a custom container are what the published definitions allow", async () => {
        const scaling = { min: 1, max: 2, metric: "cpu" as const, target: 70 };
        const { problems } = problemsOf(await serve({ server: "custom", image: "mine:1", scaling }));
        assert.deepEqual(problems, []);
    });

    it("of a service that scales to zero are what the published definitions allow", async () => {
        const scaling = { min: 0, max: 2, metric: "requestsPerSecond" as const, target: 5 };
        const { checked, problems } = problemsOf(
            await serve({ scaling, expose: "internal", hostname: "chat.example.com" }),
        );
        assert.ok(checked.includes("InterceptorRoute") && checked.includes("ReferenceGrant"));
        assert.deepEqual(problems, []);
    });

    it("of the gateway add-on are what the published definitions allow", async () => {
        const recording = await record((recorded) => {
            orchestrator.addOns({ install: ["gateway"], replicas: 2 }, clusterOf(), scopeOf(recorded));
        });
        const { checked, problems } = problemsOf(recording);
        assert.deepEqual(checked.sort(), ["Gateway", "GatewayClass"]);
        assert.deepEqual(problems, []);
    });

    it("are told apart from wrong ones by the check itself", () => {
        const wrong = {
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            spec: {
                scaleTargetRef: { name: "" },
                triggers: [{ type: "cpu" }],
                minReplicas: 1,
                maxReplicaCount: "3",
            },
        };
        assert.deepEqual(crdProblems(wrong).length, 4);
    });
});
