import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BatchJob, GpuCluster, InferenceService, ModelStore, site } from "../../index";
import { DEV } from "../support/mocks";
import { failureOf, messageAt, paths } from "./failure";

describe("the arguments of a component", () => {
    const tenMistakes = {
        acelerator: "L4",
        version: "1.2.3",
        tier: "prod",
        protect: "yes",
        networkCidr: "10.0.0.0",
        controlPlane: { allow: "0.0.0.0/0" },
        system: { min: 0 },
        addOns: { kserv: "install" },
        pools: { chat: { accelerator: "L5", min: -1 }, Bad: { cpu: { vcpu: 4, memoryGiB: 16 } } },
    };

    it("get one error that lists all ten mistakes, and nothing of the component is registered", async () => {
        const { error, types } = await failureOf(() => new GpuCluster("serving", tenMistakes as any));
        assert.deepEqual(paths(error).sort(), [
            "acelerator",
            "addOns.kserv",
            "controlPlane.allow",
            "networkCidr",
            "pools.Bad",
            "pools.chat.accelerator",
            "pools.chat.min",
            "protect",
            "system.min",
            "tier",
            "version",
        ]);
        assert.match(error.message, /^GpuCluster 'serving' has 11 problems:\n/);
        assert.deepEqual(types, []);
    });

    it("are refused with what was given, what is allowed and the nearest valid name", async () => {
        const { error } = await failureOf(() => new GpuCluster("serving", tenMistakes as any));
        const accelerator = messageAt(error, "pools.chat.accelerator");
        assert.match(accelerator, /'L5' is not an accelerator; did you mean 'L4'\?/);
        assert.match(accelerator, /Allowed: T4, L4, A10G/);
        assert.match(messageAt(error, "addOns.kserv"), /did you mean 'kserve'\?/);
        assert.match(messageAt(error, "tier"), /did you mean 'production'\?/);
    });

    it("end the program without a stack trace", async () => {
        const { error } = await failureOf(() => new ModelStore("weights", { sizeGiB: -1 }));
        assert.ok(pulumi.RunError.isInstance(error));
    });

    it("may not be outputs where they decide which resources exist", async () => {
        const { error } = await failureOf(
            () => new ModelStore("weights", { sizeGiB: pulumi.output(5) as any }),
        );
        assert.match(messageAt(error, "sizeGiB"), /an Output is not allowed here/);
    });

    it("may be left out in plain JavaScript only where they have a default", async () => {
        const { error } = await failureOf(() => new (GpuCluster as any)("serving"));
        assert.match(messageAt(error, "pools"), /is required/);
    });

    it("name another component by itself, not by its name", async () => {
        const { error } = await failureOf(
            () => new InferenceService("chat", { runOn: "serving", server: "vllm" } as any),
        );
        assert.match(messageAt(error, "runOn"), /'serving' is not a way to run a service\. Allowed: managed/);
    });

    it("ask for no more than the largest managed machine without an accelerator", async () => {
        const { error } = await failureOf(
            () =>
                new InferenceService("chat", {
                    runOn: "managed",
                    server: "custom",
                    image: "registry.example/server:1",
                    at: "azure/westeurope",
                    tier: "dev",
                    resources: { cpu: "500" },
                }),
        );
        assert.match(messageAt(error, "resources"), /azure has no managed machine with 500 vCPU/);
    });

    it("need a name that is legal everywhere", async () => {
        const { error } = await failureOf(() => new ModelStore("Weights_1"));
        assert.match(error.message, /'Weights_1' is no name/);
    });

    it("are checked under a name that is none, too", async () => {
        const { error } = await failureOf(() => new ModelStore(5 as any, { sizeGiB: "400" } as any));
        assert.deepEqual(paths(error), ["", "sizeGiB"]);
    });

    it("are wrong together where they contradict each other", async () => {
        const { error } = await failureOf(
            () => new ModelStore("weights", { protect: true, forceDestroy: true, replicas: ["eu-west-1"] }),
        );
        assert.deepEqual(paths(error), ["forceDestroy", "replicas"]);
    });

    it("ask Azure for no more copies than a storage account makes", async () => {
        const store = (replicas: string[]) => () =>
            new ModelStore("weights", { at: "azure/westeurope", tier: "dev", replicas });
        const { error } = await failureOf(store(["northeurope", "uksouth", "francecentral"]));
        assert.match(messageAt(error, "replicas"), /2 others at most/);
    });

    it("are checked in a batch job as well", async () => {
        const { error } = await failureOf(
            () =>
                new BatchJob("nightly", {
                    runOn: "x",
                    image: "",
                    schedule: "at two",
                    timezone: "UTC",
                } as any),
        );
        assert.deepEqual(paths(error).sort(), ["image", "runOn", "schedule", "timezone"]);
        assert.match(messageAt(error, "timezone"), /did you mean 'timeZone'\?/);
    });
});

describe("the site of a component", () => {
    it("is never assumed", async () => {
        const { error } = await failureOf(() => new ModelStore("weights"), { "barycenter:tier": "dev" });
        assert.match(messageAt(error, "at"), /pulumi config set barycenter:cloud aws/);
    });

    it("must have the form of its cloud's regions", async () => {
        const { error } = await failureOf(() => new ModelStore("weights", { at: "gcp/eu-west-1" }));
        assert.match(
            messageAt(error, "at"),
            /'eu-west-1' has not the form of a region of gcp, such as 'europe-west4'/,
        );
    });

    it("must be one of the landing zones where there are any", async () => {
        const { error } = await failureOf(() => new ModelStore("weights", { at: "aws/eu-west-2" }), {
            ...DEV,
            "barycenter:sites": '{"aws/eu-west-1": {"account": "123456789012"}}',
        });
        assert.match(messageAt(error, "at"), /did you mean 'aws\/eu-west-1'\?/);
    });

    it("is refused when a landing zone has an unknown property", async () => {
        const { error } = await failureOf(() => new ModelStore("weights"), {
            ...DEV,
            "barycenter:sites": '{"aws/eu-west-1": {"acount": "123456789012"}}',
        });
        assert.match(messageAt(error, "barycenter:sites.aws/eu-west-1.acount"), /did you mean 'account'\?/);
    });

    it("is refused by site() at once", () => {
        assert.throws(() => site("was/eu-west-1"), /a site is <cloud>\/<region>/);
    });
});

describe("the tier of a component", () => {
    it("is never assumed", async () => {
        const { error } = await failureOf(() => new ModelStore("weights"), {
            "barycenter:cloud": "aws",
            "barycenter:region": "eu-west-1",
        });
        assert.match(messageAt(error, "tier"), /barycenter:tier/);
    });
});
