import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import { attached, CLOUDS, configOn, OPERATORS } from "./clouds";

const ACCELERATOR = ["L4", "T4"] as const;
const IMAGE = "ghcr.io/example/job:1";

/** A name of 40 characters, the most that a component may have, told from others by its last one. */
const longest = (last: string): string => `${"a-rather-long-name".repeat(3).slice(0, 39)}${last}`;

/** Names that only their last character tells apart, where every service would cut it off. */
function longNames(): void {
    const cluster = new GpuCluster(longest("c"), {
        pools: {
            [`${"p".repeat(29)}1`]: { accelerator: ACCELERATOR, spot: { onDemandBase: 1 } },
            [`${"p".repeat(29)}2`]: { accelerator: ACCELERATOR, spot: { onDemandBase: 1 } },
        },
        controlPlane: OPERATORS,
    });
    const stores = ["1", "2"].map((last) => new ModelStore(longest(last)));
    for (const [index, store] of stores.entries()) {
        new InferenceService(longest(index === 0 ? "s" : "t"), {
            model: store.model("llama"),
            server: "vllm",
            accelerator: ACCELERATOR,
            runOn: cluster,
        });
        new BatchJob(longest(index === 0 ? "j" : "k"), {
            image: IMAGE,
            reads: stores.map((each) => each.dataset("corpus")),
            runOn: cluster,
        });
    }
}

/** Names that are alike when they are joined with those of their children or of what they use. */
function similarNames(): void {
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: ACCELERATOR } },
        controlPlane: OPERATORS,
    });
    const weights = new ModelStore("weights");
    const european = new ModelStore("eu-weights");
    const service = (name: string, store: ModelStore, opts?: pulumi.ComponentResourceOptions): void =>
        void new InferenceService(
            name,
            { model: store.model("llama"), server: "vllm", accelerator: ACCELERATOR, runOn: cluster },
            opts,
        );
    service("chat", european);
    service("chat-eu", weights);
    service("nightly-job", weights);
    new BatchJob("nightly", { image: IMAGE, reads: weights.dataset("corpus"), runOn: cluster });
    for (const team of ["Red", "Blue"]) {
        const parent = new pulumi.ComponentResource(`example:index:${team}`, "team");
        service("chat", weights, { parent });
    }
}

const PROGRAMS = { "of the greatest length": longNames, "that are similar": similarNames };

describe("names in one stack", function () {
    this.timeout(240_000);
    const at = attached();

    for (const [kind, program] of Object.entries(PROGRAMS)) {
        for (const cloud of CLOUDS) {
            it(`${kind} never meet on ${cloud}`, async () => {
                const project = program.name.toLowerCase();
                const stack = await at.engine.inline(project, cloud, async () => program(), configOn(cloud));
                assertSucceeded(await stack.up());
                const objects = stack
                    .resources()
                    .filter(
                        ({ type }) => type.startsWith("kubernetes:") && !type.includes("pulumi:providers"),
                    )
                    .map(({ type, id, provider }) => `${type} ${id} ${provider}`);
                assert.deepEqual(
                    objects.filter((object, index) => objects.indexOf(object) !== index),
                    [],
                );
                assertNoChanges(await stack.up());
                assertSucceeded(await stack.destroy());
                assert.deepEqual(at.clouds.resources(), []);
            });
        }
    }
});
