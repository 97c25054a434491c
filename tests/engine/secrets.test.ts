import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore } from "../../index";
import { assertChanges, assertNoChanges, assertSucceeded } from "../support/engine/assertions";
import type { EngineStack } from "../support/engine/workspace";
import { attached, CLOUDS, configOn, namesOf, OPERATORS, type Managed } from "./clouds";

/** Marks of every secret that the program gives. */
const MARK = "c0nf1dent1al";
const secret = (name: string): pulumi.Output<string> => pulumi.secret(`${MARK}-${name}`);

/** A key of each cloud's form. */
const KEY: Readonly<Record<Managed, string>> = {
    aws: `arn:aws:kms:eu-west-1:123456789012:key/${MARK}`,
    gcp: `projects/example-project/locations/europe-west4/keyRings/ring/cryptoKeys/${MARK}`,
    azure: `https://${MARK}.vault.azure.net/keys/models/0123456789abcdef0123456789abcdef`,
};

/** An image where each cloud's managed service pulls from. Vertex AI is tested with its double. */
const IMAGE: Readonly<Partial<Record<Managed, string>>> = {
    aws: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/server:1",
    azure: "ghcr.io/example/server:1",
};

let rotated = "";

async function program(cloud: Managed): Promise<void> {
    const weights = new ModelStore("weights", { encryptionKey: pulumi.secret(KEY[cloud]) });
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: ["L4", "T4"] } },
        controlPlane: OPERATORS,
        encryptionKey: pulumi.secret(KEY[cloud]),
    });
    const environment = {
        HF_TOKEN: pulumi.interpolate`${secret("token")}${rotated}`,
        LATER: cluster.clusterName,
        LOG_LEVEL: "info",
        KEY: { secret: "keys", key: "api" },
    };
    new InferenceService("chat", {
        model: weights.model("llama"),
        server: "vllm",
        accelerator: ["L4", "T4"],
        runOn: cluster,
        environment,
    });
    new BatchJob("once", {
        image: "ghcr.io/example/once:1",
        reads: weights.dataset("corpus"),
        runOn: cluster,
        environment,
        args: ["--token", "$(HF_TOKEN)"],
    });
    new BatchJob("nightly", {
        image: "ghcr.io/example/nightly:1",
        writes: weights.dataset("corpus"),
        runOn: cluster,
        environment,
        schedule: "0 2 * * *",
    });
    const image = IMAGE[cloud];
    if (image !== undefined) {
        new InferenceService("managed", {
            server: "custom",
            image,
            runOn: "managed",
            environment: { HF_TOKEN: secret("managed") },
        });
    }
}

for (const cloud of CLOUDS) {
    describe(`secrets given as outputs on ${cloud}`, function () {
        this.timeout(240_000);
        const at = attached();
        let stack: EngineStack;

        before(async () => {
            rotated = "";
            stack = await at.engine.inline("secrets", cloud, () => program(cloud), configOn(cloud));
            assertSucceeded(await stack.up());
        });

        const workloads = () =>
            at.clouds
                .resources()
                .filter(({ inputs }) => ["InferenceService", "Job", "CronJob"].includes(String(inputs.kind)));

        it("are nowhere in clear text in the state", () => {
            const base64 = Buffer.from(`${MARK}-token`).toString("base64");
            // The id of a binding names its key, and the engine encrypts no id.
            const leaking = stack.resources().filter(({ id: _, ...resource }) => {
                const text = JSON.stringify(resource);
                return text.includes(MARK) || text.includes(base64);
            });
            assert.deepEqual(namesOf(leaking), []);
            assert.ok(!stack.stateText().includes(`${MARK}-`) && !stack.stateText().includes(base64));
        });

        it("are in no definition of a pod", () => {
            assert.equal(workloads().length, 3);
            for (const { urn, inputs } of workloads()) {
                assert.ok(!JSON.stringify(inputs).includes(MARK), urn);
            }
        });

        it("reach the container through a Secret of the workload's own, and plain texts without", () => {
            for (const { urn, inputs } of workloads()) {
                const environment = variablesOf(inputs);
                const from = environment.HF_TOKEN?.valueFrom?.secretKeyRef;
                const held = at.clouds
                    .resources()
                    .find(
                        ({ type, outputs }) =>
                            type === "kubernetes:core/v1:Secret" &&
                            (outputs.metadata as any).name === from?.name,
                    );
                assert.equal((held?.inputs.stringData as any)?.[from.key], `${MARK}-token`, urn);
                assert.equal(environment.LATER.valueFrom.secretKeyRef.name, from.name, urn);
                assert.deepEqual(environment.LOG_LEVEL, { name: "LOG_LEVEL", value: "info" });
                assert.equal(environment.KEY.valueFrom.secretKeyRef.name, "keys");
            }
        });

        it("change nothing the second time", async () => {
            assertNoChanges(await stack.up());
        });

        it("roll the workloads when they change", async () => {
            rotated = "-rotated";
            const up = await stack.up();
            assertChanges(up, {
                update: ["chat-service", "nightly-job"],
                replace: ["chat-environment", "nightly-environment", "once-environment", "once-job"],
            });
        });
    });
}

/** Variables of a workload's one container, by name. */
function variablesOf(inputs: any): Record<string, any> {
    const pod = inputs.spec.predictor ?? (inputs.spec.jobTemplate?.spec ?? inputs.spec).template.spec;
    return Object.fromEntries(pod.containers[0].env.map((variable: any) => [variable.name, variable]));
}
