import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws/provider";
import * as gcp from "@pulumi/gcp/provider";
import {
    BatchJob,
    GpuCluster,
    InferenceService,
    ModelStore,
    site,
    type BatchJobArgs,
    type GpuClusterArgs,
    type InferenceServiceArgs,
    type PoolArgs,
} from "../../index";
import { registrations } from "../support/mocks";
import { failureOf, messageAt, paths } from "./failure";

// Mistakes come from plain JavaScript too: what the compiler would refuse is written as `any`.
const CONTROL_PLANE = { allow: ["198.51.100.7/32"] };

const clusterWith = (extra: any = {}) =>
    new GpuCluster("serving", {
        pools: { gpu: { accelerator: "L4" } },
        controlPlane: CONTROL_PLANE,
        ...extra,
    } as GpuClusterArgs);

const pool = (gpu: any) => failureOf(() => clusterWith({ pools: { gpu: gpu as PoolArgs } }));

const service = (extra: any) =>
    failureOf(() => {
        const model = new ModelStore("weights").model("llama", { sizeGiB: 16 });
        const args = { runOn: clusterWith(), model, server: "vllm", accelerator: "L4", ...extra };
        return new InferenceService("chat", args as InferenceServiceArgs);
    });

const job = (extra: any) =>
    failureOf(
        () => new BatchJob("nightly", { runOn: clusterWith(), image: "x:1", ...extra } as BatchJobArgs),
    );

/** What a program is warned of. */
async function warningsOf(program: () => unknown): Promise<string[]> {
    const original = pulumi.log.warn;
    const warnings: string[] = [];
    (pulumi.log as any).warn = (message: string) => (warnings.push(message), Promise.resolve());
    try {
        await registrations(program);
    } finally {
        (pulumi.log as any).warn = original;
    }
    return warnings;
}

describe("a mistake in the form of an argument", () => {
    it("is told once, however many rules it breaks", async () => {
        const { error } = await failureOf(
            () => new ModelStore("weights", { sizeGiB: Infinity, keepVersionsDays: 0.5, tier: 3 as any }),
        );
        assert.deepEqual(paths(error).sort(), ["keepVersionsDays", "sizeGiB", "tier"]);
    });

    it("is told as empty where the text is", async () => {
        const { error } = await failureOf(() => new ModelStore("weights", { at: "", encryptionKey: "" }));
        assert.deepEqual(error.problems, [
            { path: "at", message: "is empty: give text" },
            { path: "encryptionKey", message: "is empty: give text" },
        ]);
    });

    it("is told with what is needed where a property is left out", async () => {
        const { error } = await failureOf(() => new InferenceService("chat", {} as any));
        assert.match(messageAt(error, "runOn"), /is required: give a GpuCluster or "managed"/);
        assert.match(messageAt(error, "server"), /Allowed: triton, vllm, huggingface, custom/);
    });

    it("is a list, an output or a component where an object belongs", async () => {
        for (const [given, shown] of [
            [["L4"], /^\["L4"\] is not an object$/],
            [pulumi.output({}), /^an Output is not allowed here/],
        ] as const) {
            const { error } = await failureOf(() => clusterWith({ pools: given }));
            assert.match(messageAt(error, "pools"), shown);
        }
        const { error } = await failureOf(() => clusterWith({ addOns: new ModelStore("weights") }));
        assert.equal(messageAt(error, "addOns"), "a ModelStore is not an object");
    });

    it("names another thing of this package by its kind, although that refers to itself", async () => {
        const { error } = await failureOf(() => {
            const store = new ModelStore("weights");
            return new InferenceService("chat", {
                runOn: store,
                model: store.dataset("x"),
                server: "vllm",
            } as any);
        });
        assert.match(messageAt(error, "runOn"), /^a ModelStore is not a GpuCluster/);
        assert.match(messageAt(error, "model"), /^a Dataset is not a model/);
    });

    it("is a name that nothing can be registered under", async () => {
        for (const name of ["", undefined]) {
            const { error } = await failureOf(() => new ModelStore(name as string));
            assert.match(error.message, /is no name: use 1 to 40 lower-case letters/);
        }
    });
});

describe("the name that a typo most likely meant", () => {
    const meant = async (accelerator: string) =>
        messageAt((await pool({ accelerator })).error, "pools.gpu.accelerator").replace(/ Allowed.*/, "");

    it("begins with what was given, and both are told where there are two", async () => {
        assert.match(await meant("A100"), /did you mean 'A100-40GB' or 'A100-80GB'\?$/);
    });

    it("is a word of what was given", async () => {
        assert.match(await meant("nvidia-tesla-t4"), /did you mean 'T4'\?$/);
        assert.match(await meant("H100-80GB"), /did you mean 'H100'\?$/);
    });

    it("differs in case alone", async () => {
        assert.match(await meant("l4"), /did you mean 'L4'\?$/);
    });

    it("is not told where none is near", async () => {
        assert.match(await meant("quantum"), /'quantum' is not an accelerator\.$/);
    });
});

describe("a store", () => {
    it("is never created by an adoption that forgets the address", async () => {
        for (const args of [{}, { url: undefined }, undefined]) {
            const { error, types } = await failureOf(() => ModelStore.adopt("corpus", args as any));
            assert.match(messageAt(error, "url"), /is required/);
            assert.deepEqual(types, []);
        }
    });

    it("is adopted by the address of a bucket that can exist", async () => {
        const { error } = await failureOf(() => ModelStore.adopt("corpus", { url: "s3://Under_Score" }));
        assert.deepEqual(paths(error), ["url"]);
    });

    it("has replicas in regions of its own cloud", async () => {
        const { error } = await failureOf(() => new ModelStore("weights", { replicas: ["europe-west4"] }));
        assert.match(messageAt(error, "replicas.0"), /has not the form of a region of aws/);
    });

    it("takes no path that would mean more than it says", async () => {
        for (const path of ["../secrets", "a/./b", "a/*", "a?", "$x", "a b"]) {
            const { error } = await failureOf(() => new ModelStore("weights").dataset("corpus", { path }));
            assert.deepEqual(paths(error), ["path"], path);
        }
    });

    it("takes names and versions of models that are parts of a path", async () => {
        for (const name of ["meta/llama", "mod èle", "..", ""]) {
            const { error } = await failureOf(() => new ModelStore("weights").model(name));
            assert.match(error.message, /a longer path goes into `path`/, name);
        }
        const { error } = await failureOf(() => new ModelStore("weights").model("x", { version: "1/2" }));
        assert.deepEqual(paths(error), ["version"]);
    });

    it("takes no null in place of a model's arguments", async () => {
        const { error } = await failureOf(() => new ModelStore("weights").model("x", null as any));
        assert.match(error.message, /null is not an object/);
    });
});

describe("a site in code", () => {
    const failure = (make: () => unknown) => failureOf(make, {});

    it("has every problem of its options told", async () => {
        const { error } = await failure(() =>
            site("aws/eu-west-1", { acount: "1", account: 123456789012, provider: "x" } as any),
        );
        assert.match(messageAt(error, "acount"), /did you mean 'account'\?/);
        assert.deepEqual(paths(error).sort(), ["account", "acount", "provider"]);
    });

    it("takes a provider of its own cloud alone", async () => {
        const { error } = await failure(() =>
            site("aws/eu-west-1", { provider: new gcp.Provider("other", {}) }),
        );
        assert.match(messageAt(error, "provider"), /is one of gcp; this site's resources need one of aws/);
        await registrations(() => site("aws/eu-west-1", { provider: new aws.Provider("own", {}) }));
    });

    it("needs an id and takes no null", async () => {
        assert.match((await failure(() => (site as any)())).error.message, /a site is <cloud>\/<region>/);
        assert.match(
            (await failure(() => (site as any)("aws/eu-west-1", null))).error.message,
            /null is not an object/,
        );
    });
});

describe("a cluster", () => {
    it("has zones of its own region", async () => {
        const { error } = await pool({ accelerator: "L4", zones: ["eu-west-1a", "us-east-1a"] });
        assert.deepEqual(paths(error), ["pools.gpu.zones.1"]);
        const azure = await failureOf(() =>
            clusterWith({
                at: "azure/westeurope",
                pools: { gpu: { accelerator: "T4", zones: ["1", "westeurope-2"] } },
            }),
        );
        assert.match(messageAt(azure.error, "pools.gpu.zones.1"), /such as '1'/);
    });

    it("has its wrong CIDR blocks told together with everything else", async () => {
        const { error } = await failureOf(() =>
            clusterWith({ controlPlane: { allow: ["1.2.3.4", "300.1.1.1/8", "10.0.0.0/33"] }, version: 1 }),
        );
        assert.deepEqual(paths(error).sort(), [
            "controlPlane.allow.0",
            "controlPlane.allow.1",
            "controlPlane.allow.2",
            "version",
        ]);
    });

    it("says how else the control plane may be reached", async () => {
        const { error } = await failureOf(() => clusterWith({ controlPlane: "public" }));
        assert.match(messageAt(error, "controlPlane"), /Allowed: private, \{ allow: \[CIDR blocks\] \}/);
    });

    it("is adopted by a reference, not by a cluster or something else", async () => {
        const { error } = await failureOf(() =>
            GpuCluster.from("shared", { reference: clusterWith() as any }),
        );
        assert.match(messageAt(error, "reference"), /^a GpuCluster is not the `reference` output/);
        const other = await failureOf(() => GpuCluster.from("shared", { reference: { arn: "x" } as any }));
        assert.deepEqual(paths(other.error), ["reference"]);
    });
});

describe("a workload on a cluster", () => {
    it("can't be somewhere else than its cluster", async () => {
        for (const { error } of [
            await service({ at: "gcp/europe-west4" }),
            await job({ at: "aws/us-east-1" }),
        ]) {
            assert.match(messageAt(error, "at"), /is not where its cluster is, which is aws\/eu-west-1/);
        }
    });

    it("may repeat where its cluster is", async () => {
        await registrations(
            () => new BatchJob("nightly", { runOn: clusterWith(), image: "x:1", at: "aws/eu-west-1" }),
        );
    });

    it("asks for no more than one node of its pools has", async () => {
        const { error } = await service({ resources: { cpu: "400", memory: "4000Gi" } });
        assert.match(
            messageAt(error, "resources.cpu"),
            /'400' is more than one node of 'gpu' has, which is 4/,
        );
        assert.match(messageAt(error, "resources.memory"), /which is 16/);
    });

    it("asks for what it likes of nodes whose size nobody said", async () => {
        await registrations(() => {
            const own = new GpuCluster("edge", {
                at: "kubernetes/edge",
                pools: { gpu: { accelerator: "L4" } },
            });
            return new BatchJob("report", {
                runOn: own,
                image: "x:1",
                accelerator: "L4",
                resources: { cpu: "60", memory: "400Gi" },
            });
        });
    });

    it("may have empty variables", async () => {
        const { error } = await service({ environment: { EMPTY: "", WRONG: 5 } });
        assert.deepEqual(paths(error), ["environment.WRONG"]);
    });
});

describe("a model and what serves it", () => {
    const chat = (sizeGiB: number, { runOn = "managed", ...extra }: Partial<InferenceServiceArgs> = {}) => {
        // A region that sells what is asked for, of which there is then nothing to say.
        const at = "aws/us-east-1";
        const model = new ModelStore("weights", { at }).model("big", { sizeGiB });
        return new InferenceService("chat", {
            runOn,
            model,
            server: "vllm",
            accelerator: "L4",
            ...(runOn === "managed" ? { at } : {}),
            ...extra,
        });
    };

    it("don't fit where the weights are larger than the accelerators' memory", async () => {
        for (const runOn of [() => clusterWith(), () => "managed" as const]) {
            const { error } = await failureOf(() => chat(140, { runOn: runOn() }));
            assert.equal(
                messageAt(error, "model"),
                "'big' has 140 GiB of weights, and 1 × L4 has 24 GiB: take larger accelerators, or " +
                    "`acceleratorsPerReplica: 6` at least",
            );
        }
    });

    it("fit where several accelerators hold the weights together", async () => {
        assert.deepEqual(await warningsOf(() => chat(80, { acceleratorsPerReplica: 4 })), []);
    });

    it("are the user's own business where arguments may quantize the weights", async () => {
        const warnings = await warningsOf(() => chat(30, { args: ["--quantization=fp8"] }));
        assert.equal(warnings.length, 1);
        assert.match(warnings[0] ?? "", /^model: 'big' has 30 GiB of weights/);
    });

    it("fit some of the accelerators only, which is a warning", async () => {
        const [warning = "", ...others] = await warningsOf(() => chat(20, { accelerator: ["L4", "T4"] }));
        assert.match(warning, /1 × T4 has 16 GiB/);
        assert.doesNotMatch(warning, /L4/);
        assert.deepEqual(others, []);
    });

    it("don't fit where the server can't read the format", async () => {
        const { error } = await failureOf(() => {
            const model = new ModelStore("weights").model("ranker", { format: "onnx" });
            return new InferenceService("chat", {
                runOn: "managed",
                model,
                server: "vllm",
                accelerator: "L4",
            });
        });
        assert.match(messageAt(error, "model"), /has the format onnx; vllm serves huggingface alone/);
    });

    it("are warned of where Triton gets a model that nobody said a format of", async () => {
        const [warning = ""] = await warningsOf(() => chat(2, { server: "triton" }));
        assert.match(warning, /store\.model\('big', \{ format: 'triton' \}\)/);
    });
});

describe("the schedule of a job", () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
        ["every day", /needs five fields.*and has 2/],
        ["0 0 2 * * *", /and has 6/],
        ["61 * * * *", /'61' is no minute, which is from 0 to 59/],
        ["0 24 * * *", /'24' is no hour/],
        ["0 2 0 * *", /'0' is no day of the month, which is from 1 to 31/],
        ["0 2 * 13 *", /'13' is no month/],
        ["0 2 * * 7", /'7' is no day of the week, which is from 0 to 6/],
        ["0 5-2 * * *", /'5-2' is no hour/],
        ["*/0 * * * *", /'\*\/0' is no minute/],
        ["1,,2 * * * *", /'1,,2' is no minute/],
        ["a b c d e", /'a' is no minute/],
    ];
    for (const [schedule, message] of wrong) {
        it(`is not '${schedule}'`, async () => {
            assert.match(messageAt((await job({ schedule })).error, "schedule"), message);
        });
    }

    it("has the forms that Kubernetes takes", async () => {
        const schedules = [
            "@daily",
            "0 2 * * *",
            "*/5 0-6,22-23 1-31/2 JAN-mar,12 Mon-fri",
            "0 0 ? * sun",
            "5/10 * * * 0",
        ];
        await registrations(() => {
            const runOn = clusterWith();
            return schedules.map(
                (schedule, index) => new BatchJob(`job-${index}`, { runOn, image: "x:1", schedule }),
            );
        });
    });
});
