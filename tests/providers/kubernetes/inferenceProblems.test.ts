import assert from "node:assert/strict";
import type { ClusterInferenceSpec } from "../../../providers/cloud";
import { orchestrator } from "../../../providers/kubernetes";
import { SERVICE } from "./support";

const problems = (spec: Partial<ClusterInferenceSpec>) =>
    orchestrator.inferenceProblems({ ...SERVICE, ...spec }).map(({ path, message }) => `${path}: ${message}`);

describe("what can't be served on a cluster", () => {
    it("is nothing for a usual service", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ server: "triton" }), []);
        assert.deepEqual(problems({ server: "huggingface" }), []);
    });

    it("is scaling to zero, since nothing would wake the service", () => {
        const [problem] = problems({ scaling: { ...SERVICE.scaling, min: 0 } });
        assert.match(problem ?? "", /^scaling\.min: 0 is not possible: .*never wake/);
    });

    it("is a server without an image for the device", () => {
        assert.deepEqual(problems({ accelerators: ["Inferentia2"] }), [
            "image: is required: vllm has no pinned image for AWS Neuron",
        ]);
        assert.deepEqual(problems({ accelerators: ["Inferentia2"], image: "registry/vllm-neuron:1" }), []);
        assert.match(
            problems({ accelerators: [], scaling: { ...SERVICE.scaling, metric: "cpu" } })[0] ?? "",
            /for the CPU/,
        );
    });

    it("is a list of accelerators of several kinds", () => {
        assert.match(
            problems({ accelerators: ["L4", "tpu-v5e"] })[0] ?? "",
            /^accelerator: L4, tpu-v5e are of several kinds/,
        );
    });

    it("is a metric that the server doesn't report", () => {
        const [problem] = problems({ scaling: { ...SERVICE.scaling, metric: "gpuUtilization" } });
        assert.equal(
            problem,
            "scaling.metric: 'gpuUtilization' is no metric that vllm on NVIDIA is known to report: use 'queueDepth' or " +
                "'concurrency' or 'requestsPerSecond' or 'cpu', or give min and max the same number",
        );
        assert.deepEqual(
            problems({ server: "triton", scaling: { ...SERVICE.scaling, metric: "gpuUtilization" } }),
            [],
        );
    });

    it("is not the metric of a service whose replicas are fixed", () => {
        const custom = { server: "custom" as const, image: "mine:1" };
        assert.match(
            problems(custom)[0] ?? "",
            /^scaling\.metric: 'queueDepth' is no metric that a custom container/,
        );
        assert.deepEqual(problems({ ...custom, scaling: { ...SERVICE.scaling, min: 2, max: 2 } }), []);
        assert.deepEqual(problems({ ...custom, scaling: { ...SERVICE.scaling, metric: "cpu" } }), []);
    });

    it("is the internet without a host name, since TLS needs one", () => {
        assert.match(problems({ expose: "internet" })[0] ?? "", /^hostname: is required/);
        assert.deepEqual(problems({ expose: "internet", hostname: "chat.example.com" }), []);
        assert.deepEqual(problems({ expose: "internal" }), []);
    });

    it("is a host name for a private service", () => {
        assert.match(problems({ hostname: "chat.example.com" })[0] ?? "", /^hostname: needs `expose`/);
    });
});
