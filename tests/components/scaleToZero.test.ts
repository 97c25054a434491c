import assert from "node:assert/strict";
import { GpuCluster, InferenceService, ModelStore } from "../../index";
import { registrations, type Registered } from "../support/mocks";

const service = async (
    addOns: { kedaHttp?: "install" },
    cloud: "aws" | "gcp" = "aws",
): Promise<Registered[]> => {
    const region = { aws: "eu-west-1", gcp: "europe-west4" }[cloud];
    const { resources } = await registrations(
        () => {
            const cluster = new GpuCluster("serving", { pools: { chat: { accelerator: "T4" } }, addOns });
            new InferenceService("chat", {
                model: new ModelStore("weights", { sizeGiB: 40 }).model("llama"),
                server: "vllm",
                accelerator: "T4",
                runOn: cluster,
                scaling: { min: 0, max: 2 },
            });
        },
        {
            config: {
                "barycenter:cloud": cloud,
                "barycenter:region": region,
                "barycenter:tier": "dev",
            },
        },
    );
    return resources;
};

describe("a service with no replica while nobody calls", function () {
    // Loads the SDKs of two clouds.
    this.timeout(180_000);

    for (const cloud of ["aws", "gcp"] as const) {
        it(`runs on ${cloud} by requests in flight, with one more line on its cluster`, async () => {
            const resources = await service({ kedaHttp: "install" }, cloud);
            const inputs = (name: string) => resources.find((resource) => resource.name === name)?.inputs;
            assert.equal(inputs("chat-scaler")?.spec.minReplicaCount, 0);
            assert.deepEqual(inputs("chat-interceptor")?.spec.scalingMetric, {
                concurrency: { targetValue: 8 },
            });
            assert.ok(inputs("serving-addon-keda-add-ons-http"));
        });
    }

    it("is told which add-on its cluster lacks, which a created one gets only when asked", async () => {
        await assert.rejects(service({}), /needs kedaHttp on its cluster.*'install' or 'present'/s);
    });
});
