/**
 * Small programs on each cloud, and what Node loads when they run.
 */
import assert from "node:assert/strict";
import type { CloudName } from "../../placement/site";
import { Installation } from "./installed";

/** Configuration of a stack on a cloud. */
export const CONFIG: Readonly<Record<CloudName, Readonly<Record<string, string>>>> = {
    aws: { "barycenter:region": "eu-west-1", "aws:region": "eu-west-1" },
    gcp: { "barycenter:region": "europe-west4", "gcp:project": "example-project" },
    azure: {
        "barycenter:region": "westeurope",
        "azure-native:subscriptionId": "00000000-0000-0000-0000-000000000001",
    },
    kubernetes: { "barycenter:region": "edge" },
};

/** One store and nothing else. */
export const STORE = `new barycenter.ModelStore("weights", { sizeGiB: 100 });`;

/** A store and a managed endpoint. Vertex AI pulls images from Artifact Registry alone. */
export function managed(cloud: CloudName): string {
    const image =
        cloud === "gcp" ? `image: "europe-west4-docker.pkg.dev/example-project/mirror/triton:26.07",` : "";
    return `
        const models = new barycenter.ModelStore("models", { sizeGiB: 50 });
        new barycenter.InferenceService("ranker", {
            runOn: "managed",
            model: models.model("ranker", { format: "triton", sizeGiB: 2 }),
            server: "triton",
            accelerator: ["L4", "T4"],
            ${image}
        });
    `;
}

/** All four components, with a service on the cluster. */
export function everything(cloud: CloudName): string {
    const pool =
        cloud === "kubernetes"
            ? `{ accelerator: "L4", cpu: { vcpu: 16, memoryGiB: 64 } }`
            : `{ accelerator: ["L4", "T4"], max: 2 }`;
    const controlPlane = cloud === "kubernetes" ? "" : `controlPlane: { allow: ["203.0.113.0/24"] },`;
    return `
        const weights = new barycenter.ModelStore("weights", { sizeGiB: 100 });
        const cluster = new barycenter.GpuCluster("serving", { pools: { chat: ${pool} }, ${controlPlane} });
        new barycenter.InferenceService("chat", {
            model: weights.model("llama", { sizeGiB: 16 }),
            server: "vllm",
            accelerator: ["L4", "T4"],
            runOn: cluster,
        });
        new barycenter.BatchJob("nightly", {
            image: "ghcr.io/example/summarise:1.4.0",
            reads: weights.dataset("corpus"),
            runOn: cluster,
        });
    `;
}

/** What the clouds answer when a program asks who it is and what there is, whichever function it asks with. */
const ANSWERS = {
    names: ["zone-a", "zone-b"],
    machineTypes: [{ name: "g2-standard-4" }],
    clientId: "00000000-0000-0000-0000-000000000003",
    tenantId: "00000000-0000-0000-0000-000000000004",
};

/** How a program is run. */
export interface Probe {
    readonly cloud?: CloudName;
    /** JavaScript that runs before the package is loaded. @default none */
    readonly before?: string;
    /** JavaScript in which \`barycenter\` is the package; absent: the package isn't even loaded. */
    readonly program?: string;
}

/** What happened in the process of a probe. */
export interface Outcome {
    /** Files that Node has loaded, with links resolved and with forward slashes. */
    readonly modules: readonly string[];
    /** Types of the resources that were registered. */
    readonly types: readonly string[];
    /** What the program threw. */
    readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
}

/** Runs a program at preview under Pulumi's mocks, in a process of its own. */
export function probe({ cloud = "aws", before = "", program }: Probe): Outcome {
    const config = { "barycenter:cloud": cloud, "barycenter:tier": "dev", ...CONFIG[cloud] };
    const ran = Installation.get().run(
        "probe.js",
        `
        const pulumi = require("@pulumi/pulumi");
        const types = [];
        let error;
        const tell = () => {
            const modules = Object.keys(require.cache).map((file) => file.replaceAll("\\\\", "/"));
            console.log("\\n" + JSON.stringify({ modules, types, error }));
        };
        (async () => {
            await pulumi.runtime.setMocks({
                newResource: ({ name, type, inputs }) => {
                    types.push(type);
                    return { id: name + "-id", state: inputs };
                },
                call: ({ inputs }) => ({ ...${JSON.stringify(ANSWERS)}, ...inputs }),
            }, "project", "stack", true, "organization");
            pulumi.runtime.setAllConfig(${JSON.stringify(config)});
            ${before}
            try {
                ${program === undefined ? "" : `const barycenter = require("barycenter");\n${program}`}
            } catch (caught) {
                error = { name: caught.constructor.name, message: caught.message, code: caught.code };
            }
            await pulumi.runtime.waitForRPCs();
        })().then(tell);
        `,
    );
    assert.equal(ran.code, 0, ran.stderr + ran.stdout);
    return JSON.parse(ran.stdout.trim().split("\n").at(-1)!) as Outcome;
}
