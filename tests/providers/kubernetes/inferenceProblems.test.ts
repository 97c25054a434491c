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

    it("is scaling to zero by a metric that ends with the last replica", () => {
        assert.deepEqual(problems({ scaling: { ...SERVICE.scaling, min: 0 } }), [
            "scaling.metric: 'queueDepth' ends with the last replica, so with `scaling.min` 0 it would never wake the " +
                "service: use 'concurrency' or 'requestsPerSecond'",
        ]);
        for (const metric of ["concurrency", "requestsPerSecond"] as const) {
            const scaling = { ...SERVICE.scaling, min: 0, metric };
            assert.deepEqual(problems({ scaling }), [], metric);
            // The proxy counts for every container, and a custom one needs no metrics.
            assert.deepEqual(problems({ server: "custom", image: "mine:1", scaling }), [], metric);
        }
    });

    it("is scaling to zero at a target that can't be counted to, or without a name to tell services apart", () => {
        const scaling = { min: 0, max: 4, metric: "concurrency", target: 0.5 } as const;
        assert.match(problems({ scaling })[0] ?? "", /^scaling\.target: 0\.5 is no whole number/);
        const whole = { ...scaling, target: 1 };
        assert.match(
            problems({ scaling: whole, expose: "internal" })[0] ?? "",
            /^hostname: is required beside/,
        );
        assert.deepEqual(problems({ scaling: whole, expose: "internal", hostname: "chat.example.com" }), []);
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
