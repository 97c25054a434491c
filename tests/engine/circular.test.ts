import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { attached, CLOUDS, configOn, OPERATORS } from "./clouds";

/** A component of the user's own around ours. */
class Application extends pulumi.ComponentResource {
    readonly url: pulumi.Output<string>;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("example:index:Application", name, {}, opts);
        const under = { parent: this };
        const weights = new ModelStore("weights", {}, under);
        const cluster = new GpuCluster(
            "serving",
            { pools: { chat: { accelerator: ["L4", "T4"] } }, controlPlane: OPERATORS },
            under,
        );
        const chat = new InferenceService(
            "chat",
            {
                model: weights.model("llama"),
                server: "vllm",
                accelerator: ["L4", "T4"],
                runOn: cluster,
                environment: { STORE: weights.url },
            },
            { ...under, dependsOn: [weights, cluster] },
        );
        const job = new BatchJob(
            "fill",
            {
                image: "ghcr.io/example/fill:1.4.0",
                writes: weights.dataset("corpus"),
                environment: { CHAT: chat.url },
                runOn: cluster,
            },
            { ...under, dependsOn: [chat, weights] },
        );
        this.url = pulumi.interpolate`${chat.url}/${job.jobName}`;
        this.registerOutputs({ url: this.url });
    }
}

describe("a store and a service that need each other, under one component of the user's", function () {
    this.timeout(240_000);
    const at = attached();

    for (const cloud of CLOUDS) {
        it(`come up, change nothing the second time, and go on ${cloud}`, async () => {
            const stack = await at.engine.inline(
                "circular",
                cloud,
                async () => {
                    const application = new Application("application");
                    // A second store waits for all of the first component, whose service waits for its own store.
                    const second = new ModelStore("second", {}, { dependsOn: application });
                    return { url: application.url, second: second.url };
                },
                configOn(cloud),
            );
            assertSucceeded(await stack.preview());
            assertSucceeded(await stack.up());
            assertNoChanges(await stack.up());
            assertSucceeded(await stack.destroy());
            assert.deepEqual(at.clouds.resources(), []);
        });
    }
});
