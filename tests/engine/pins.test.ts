import assert from "node:assert/strict";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertFailed, assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { StackConfig } from "../support/engine/workspace";
import { attached, CLOUDS, configOn, OPERATORS, REGION, type Managed } from "./clouds";

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

/** Where the archive is pinned, what a store is there, and a region that other prices would prefer. */
const CASES = {
    aws: { archive: "us-east-1", type: "aws:s3/bucket:Bucket", place: "region", cheap: "us-west-2" },
    gcp: { archive: "us-central1", type: "gcp:storage/bucket:Bucket", place: "location", cheap: "us-east4" },
    azure: {
        archive: "eastus",
        type: "azure-native:storage:StorageAccount",
        place: "location",
        cheap: "westus3",
    },
} as const satisfies Record<Managed, object>;

/** A stack on a cloud without a cloud or region of its own. */
function configWith(cloud: Managed, more: StackConfig): StackConfig {
    const { "barycenter:cloud": _, "barycenter:region": __, ...rest } = configOn(cloud);
    return { ...rest, ...more };
}

function pinned(cloud: Managed): Record<string, object> {
    const site = `${cloud}/${REGION[cloud]}`;
    return {
        "GpuCluster/serving": { site, accelerators: { chat: "T4" } },
        "ModelStore/archive": { site: `${cloud}/${CASES[cloud].archive}` },
        "ModelStore/weights": { site },
    };
}

function pins(components: Record<string, object>): StackConfig {
    return { "barycenter:pins": JSON.stringify({ schemaVersion: 1, components }) };
}

for (const cloud of CLOUDS) {
    const { archive, type, place, cheap } = CASES[cloud];

    describe(`what a stack's pins place on ${cloud}`, function () {
        this.timeout(300_000);
        const at = attached();

        it("comes up there, and stays when prices change and declarations are reordered", async () => {
            let order: "first" | "last" = "first";
            const config = configWith(cloud, pins(pinned(cloud)));
            const stack = await at.engine.inline("pins", cloud, () => declare(order), config);
            assertSucceeded(await stack.up());
            const regions = at.clouds
                .resources()
                .filter((resource) => resource.type === type)
                .map(({ outputs }) => String(outputs[place]).toLowerCase())
                .sort();
            assert.deepEqual(regions, [REGION[cloud], archive].sort());
            // At these prices another region, and another accelerator, would have been chosen.
            const prices = { discounts: [{ at: `${cloud}/${cheap}`, share: 0.95 }] };
            await stack.setConfig({ ...config, "barycenter:placement": JSON.stringify(prices) });
            assertNoChanges(await stack.up());
            order = "last";
            assertNoChanges(await stack.up());
            assertSucceeded(await stack.destroy());
        });

        it("is an error that names the command where a component has none", async () => {
            const { "ModelStore/archive": _, ...rest } = pinned(cloud);
            const config = configWith(cloud, pins(rest));
            const stack = await at.engine.inline("pins", "missing", () => declare("first"), config);
            assertFailed(await stack.preview(), /archive.*barycenter plan --pin/s);
            assert.deepEqual(at.clouds.resources(), []);
        });
    });
}
