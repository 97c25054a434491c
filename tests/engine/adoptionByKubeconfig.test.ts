import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertFailed, assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { EngineStack } from "../support/engine/workspace";
import { attached, configOn, namesOf } from "./clouds";

const TOKEN = "token-of-the-administrator";

const KUBECONFIG = JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "rack", cluster: { server: "https://rack.example.com:6443" } }],
    users: [{ name: "admin", user: { token: TOKEN } }],
    contexts: [{ name: "rack", context: { cluster: "rack", user: "admin" } }],
    "current-context": "rack",
});

describe("any cluster, by its kubeconfig", function () {
    this.timeout(120_000);
    const at = attached();
    let issuer: string | undefined = "https://issuer.example.com/rack";
    let stack: EngineStack;

    async function program(): Promise<Record<string, unknown>> {
        const cluster = GpuCluster.from("rack", {
            at: "kubernetes/rack",
            kubeconfig: KUBECONFIG,
            existingPools: { gpu: { accelerator: "L4", max: 2, labels: { "example.com/gpu": "l4" } } },
            addOns: { kserve: "present", keda: "present", metrics: "present", gateway: "off" },
            ...(issuer === undefined ? {} : { issuer }),
        });
        const models = ModelStore.adopt("models", {
            at: "aws/eu-west-1",
            url: "s3://models-of-another-team",
        });
        new InferenceService("chat", {
            model: models.model("llama"),
            server: "vllm",
            accelerator: "L4",
            runOn: cluster,
        });
        return { endpoint: cluster.endpoint, reference: cluster.reference };
    }

    before(async () => {
        stack = await at.engine.inline("rack", "test", program, configOn("aws"));
        assertSucceeded(await stack.up());
    });

    it("gets workloads on the pools that it is said to have", () => {
        const service = at.clouds.resources().find(({ inputs }) => inputs.kind === "InferenceService");
        const { predictor } = service?.inputs.spec as any;
        assert.deepEqual(predictor.nodeSelector, { "example.com/gpu": "l4" });
        assert.equal(service?.scope, "https://rack.example.com:6443");
    });

    it("is trusted by another cloud by the issuer that it is said to have", () => {
        const providers = at.clouds
            .resources()
            .filter(({ type }) => type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider");
        assert.deepEqual(
            providers.map(({ inputs }) => inputs.url),
            ["https://issuer.example.com/rack"],
        );
    });

    it("gets no add-on and no pool: only the other cloud learns of its issuer", () => {
        assert.deepEqual(
            namesOf(at.clouds.resources()).filter((name) => name.startsWith("rack-")),
            ["rack-provider-aws-issuer"],
        );
    });

    it("tells its address, and keeps its token out of the state", async () => {
        const outputs = (await stack.outputs()) as any;
        assert.equal(outputs.endpoint, "https://rack.example.com:6443");
        assert.equal(outputs.reference.kubeconfig, KUBECONFIG);
        assert.ok(!stack.stateText().includes(TOKEN));
    });

    it("changes nothing the second time", async () => {
        assertNoChanges(await stack.up());
    });

    it("can't be given a cloud's store without its issuer", async () => {
        issuer = undefined;
        assertFailed(await stack.preview(), /aws can't trust this cluster's service accounts/);
    });

    it("is refused as a cluster of a cloud, before anything is registered", async () => {
        const refused = await stack.preview({
            program: async () => {
                GpuCluster.from("rack", { at: "aws/eu-west-1", kubeconfig: pulumi.secret(KUBECONFIG) });
            },
        });
        assertFailed(refused, /kubeconfig.*tells too little of a cluster on aws/);
        assert.ok(!refused.steps.some((step) => step.op === "create"));
    });

    it("is left alone when the stack that uses it is destroyed", async () => {
        assertSucceeded(await stack.destroy({ program: async () => {} }));
        assert.deepEqual(at.clouds.resources(), []);
    });
});
