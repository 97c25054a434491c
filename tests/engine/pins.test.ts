import assert from "node:assert/strict";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertFailed, assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { StackConfig } from "../support/engine/workspace";
import { attached, configOn, OPERATORS } from "./clouds";

const ACCELERATORS = ["T4", "L4"] as const;

function declare(order: "first" | "last") {
    const job = (cluster: GpuCluster, corpus: ModelStore) =>
        new BatchJob("nightly", {
            runOn: cluster,
            image: "ghcr.io/acme/nightly:1",
            schedule: "0 2 * * *",
            reads: corpus,
        });
    const archive = () => new ModelStore("archive", { sizeGiB: 10 });
    if (order === "first") {
        archive();
    }
    const weights = new ModelStore("weights", { sizeGiB: 400 });
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: [...ACCELERATORS] } },
        controlPlane: OPERATORS,
    });
    if (order === "last") {
        job(cluster, weights);
    }
    new InferenceService("chat", {
        runOn: cluster,
        model: weights.model("llama"),
        server: "vllm",
        accelerator: [...ACCELERATORS],
    });
    if (order === "first") {
        job(cluster, weights);
    } else {
        archive();
    }
    return Promise.resolve({});
}

/** A stack on AWS without a cloud or region of its own. */
function configWith(more: StackConfig): StackConfig {
    const { "barycenter:cloud": _, "barycenter:region": __, ...rest } = configOn("aws");
    return { ...rest, ...more };
}

const IRELAND = "aws/eu-west-1";

function pins(site: string): StackConfig {
    return {
        "barycenter:pins": JSON.stringify({
            schemaVersion: 1,
            components: {
                "GpuCluster/serving": { site, accelerators: { chat: "T4" } },
                "ModelStore/archive": { site: "aws/us-east-1" },
                "ModelStore/weights": { site },
            },
        }),
    };
}

/** Prices at which another region, and another accelerator, would have been chosen. */
const OTHER_PRICES: StackConfig = {
    "barycenter:placement": JSON.stringify({
        discounts: [
            { at: "aws/us-west-2", family: "g6.", share: 0.95 },
            { at: "aws/us-west-2", family: "g4dn.", share: 0.95 },
        ],
    }),
};

describe("what a stack's pins place", function () {
    this.timeout(300_000);
    const at = attached();

    it("comes up there, and stays when prices change and declarations are reordered", async () => {
        let order: "first" | "last" = "first";
        const stack = await at.engine.inline("pins", "dev", () => declare(order), configWith(pins(IRELAND)));
        assertSucceeded(await stack.up());
        const regions = at.clouds
            .resources()
            .filter(({ type }) => type === "aws:s3/bucket:Bucket")
            .map(({ outputs }) => outputs.region)
            .sort();
        assert.deepEqual(regions, ["eu-west-1", "us-east-1"]);
        await stack.setConfig(configWith({ ...pins(IRELAND), ...OTHER_PRICES }));
        assertNoChanges(await stack.up());
        order = "last";
        assertNoChanges(await stack.up());
        assertSucceeded(await stack.destroy());
    });

    it("is an error that names the command where a component has none", async () => {
        const { "barycenter:pins": text = "" } = pins(IRELAND);
        const given = JSON.parse(String(text)) as { components: Record<string, unknown> };
        delete given.components["ModelStore/archive"];
        const stack = await at.engine.inline(
            "pins",
            "missing",
            () => declare("first"),
            configWith({ "barycenter:pins": JSON.stringify(given) }),
        );
        assertFailed(await stack.preview(), /archive.*barycenter plan --pin/s);
        assert.deepEqual(at.clouds.resources() ?? [], []);
    });
});
