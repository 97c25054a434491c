import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { StepResult } from "../support/engine/result";
import { attached, CLOUDS, configOn, OPERATORS, REGION, type Managed } from "./clouds";

/** A key and an administrator of each cloud's form. */
const KEY: Readonly<Record<Managed, string>> = {
    aws: "arn:aws:kms:eu-west-1:123456789012:key/models",
    gcp: "projects/example-project/locations/europe-west4/keyRings/ring/cryptoKeys/models",
    azure: "https://models.vault.azure.net/keys/models/0123456789abcdef0123456789abcdef",
};
const ADMIN: Readonly<Record<Managed, string>> = {
    aws: "arn:aws:iam::123456789012:role/operators",
    gcp: "group:operators@example.com",
    azure: "00000000-0000-0000-0000-00000000000a",
};

/** Each component, with every input that may be an output given as one of a resource that doesn't exist yet. */
function program(cloud: Managed): void {
    const source = new GpuCluster("source", {
        pools: { any: { accelerator: ["L4", "T4"] } },
        controlPlane: OPERATORS,
    });
    const later = (text: string): pulumi.Output<string> => source.endpoint.apply(() => text);
    const weights = new ModelStore("weights", { encryptionKey: later(KEY[cloud]) });
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: ["L4", "T4"] } },
        controlPlane: OPERATORS,
        admins: [later(ADMIN[cloud])],
        encryptionKey: later(KEY[cloud]),
    });
    const container = {
        image: later("ghcr.io/example/image:1"),
        command: [later("run")],
        args: [later("--fast")],
        environment: { LATER: later("value"), KEY: { secret: later("keys"), key: "api" } },
    };
    new InferenceService("chat", {
        ...container,
        model: weights.model("llama"),
        server: "vllm",
        accelerator: ["L4", "T4"],
        runOn: cluster,
    });
    new BatchJob("once", { ...container, reads: weights.dataset("corpus"), runOn: cluster });
    const adopted = GpuCluster.from("adopted", {
        reference: source.reference,
        at: `${cloud}/${REGION[cloud]}`,
    });
    new BatchJob("elsewhere", { ...container, writes: weights.dataset("corpus"), runOn: adopted });
}

const created = (result: StepResult): string[] =>
    result.steps
        .filter((step) => step.op === "create")
        .map((step) => step.urn)
        .sort();

describe("components whose inputs are outputs of what doesn't exist yet", function () {
    this.timeout(240_000);
    const at = attached();

    for (const cloud of CLOUDS) {
        it(`preview the resources that up creates on ${cloud}, and change nothing the second time`, async () => {
            const stack = await at.engine.inline(
                "unknowns",
                cloud,
                async () => program(cloud),
                configOn(cloud),
            );
            const preview = await stack.preview();
            assertSucceeded(preview);
            const up = await stack.up();
            assertSucceeded(up);
            assert.deepEqual(created(preview), created(up));
            assertNoChanges(await stack.up());
        });
    }
});
