/**
 * How long the real engine takes to preview many services, against the same resources without components.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { ensurePulumi } from "../scripts/engines/pulumi";
import { SimulatedClouds } from "../testing";
import { assertSucceeded } from "../tests/support/engine/assertions";
import { Engine, type EngineStack } from "../tests/support/engine/workspace";
import { linkModules, temporaryFolder, writeFiles } from "./folders";
import { childrenProcessor, compare, least, type Result, type Sample, type Subject } from "./measure";
import { record } from "./recorder";
import { note, printRatios, title } from "./report";

/** Services, and how many rounds are affordable with them. */
const SIZES = [
    { services: 1, rounds: 5 },
    { services: 10, rounds: 5 },
    { services: 100, rounds: 5 },
    { services: 300, rounds: 3 },
];

const CONFIG = {
    "aws:region": "eu-west-1",
    "barycenter:cloud": "aws",
    "barycenter:region": "eu-west-1",
    "barycenter:tier": "dev",
};

const MANIFEST = `
name: bench
runtime:
  name: nodejs
  options:
    typescript: false
main: index.cjs
`;

/** The program with components, as a module that a function of the number of services is the export of. */
const PROGRAM = `
    const { GpuCluster, InferenceService, ModelStore } = require("barycenter");
    module.exports = (services) => {
        const weights = new ModelStore("weights", { sizeGiB: 400 });
        const cluster = new GpuCluster("serving", {
            pools: { chat: { accelerator: "L4", max: 8 } },
            controlPlane: { allow: ["203.0.113.0/24"] },
        });
        for (let at = 0; at < services; at++) {
            new InferenceService("chat-" + at, {
                model: weights.model("llama-" + at, { sizeGiB: 16 }),
                server: "vllm",
                accelerator: "L4",
                runOn: cluster,
                scaling: { min: 1, max: 8, metric: "queueDepth", target: 8 },
            });
        }
    };
`;

/** A stack's preview, and how many resources it was about when it last ran. */
class Preview implements Subject {
    resources = 0;
    components = 0;

    constructor(
        readonly name: string,
        private readonly stack: EngineStack,
    ) {}

    async run(): Promise<Sample> {
        const started = performance.now();
        const before = childrenProcessor();
        const result = await this.stack.preview();
        const milliseconds = performance.now() - started;
        const after = childrenProcessor();
        assertSucceeded(result);
        const components = result.steps.filter((step) => step.type.startsWith("barycenter:"));
        this.components = components.length;
        this.resources = result.steps.length - components.length;
        return {
            milliseconds,
            ...(before === undefined || after === undefined ? {} : { processor: after - before }),
        };
    }
}

export async function benchPreview(): Promise<void> {
    title("Preview: services on one cluster of simulated AWS, from the start of the Pulumi CLI to its end");
    if ((await ensurePulumi()) === undefined) {
        note("not measured: there is no Pulumi CLI, and no Go to build it");
        return;
    }
    const clouds = await SimulatedClouds.start();
    const engine = await Engine.create({ clouds: clouds.environment });
    try {
        const folder = temporaryFolder("preview");
        linkModules(folder);
        writeFiles(folder, { "program.cjs": PROGRAM });
        const results = [];
        for (const { services, rounds } of SIZES) {
            results.push({ services, ...(await measure(engine, folder, services, rounds)) });
        }
        printGrowth(results);
    } finally {
        await engine.stop();
        await clouds.stop();
    }
}

interface Measured {
    readonly withComponents: Result;
    readonly without: Result;
}

async function measure(engine: Engine, folder: string, services: number, rounds: number): Promise<Measured> {
    const componentFolder = path.join(folder, `components-${services}`);
    writeFiles(componentFolder, {
        "Pulumi.yaml": MANIFEST,
        "index.cjs": `require("../program.cjs")(${services});`,
    });
    const recorded = await recordProgram(engine, path.join(folder, "program.cjs"), services);
    const plainFolder = (kind: string, emptyComponents: boolean): string => {
        const made = path.join(folder, `${kind}-${services}`);
        writeFiles(made, {
            "Pulumi.yaml": MANIFEST,
            "index.cjs": fs.readFileSync(path.join(__dirname, "plain.cjs"), "utf8"),
            "recorded.json": JSON.stringify({ ...recorded, emptyComponents }),
        });
        return made;
    };
    const preview = async (name: string, directory: string): Promise<Preview> =>
        new Preview(name, await engine.project(directory, path.basename(directory), { config: CONFIG }));
    const plain = await preview("without components", plainFolder("plain", false));
    const empty = await preview("below empty components", plainFolder("empty", true));
    const components = await preview("with barycenter", componentFolder);
    const [without, below, withComponents] = await compare([plain, empty, components], rounds);
    if (plain.resources !== components.resources) {
        throw new Error(`${plain.resources} resources without components, ${components.resources} with them`);
    }
    note(
        `${services} service${services === 1 ? "" : "s"}: ${plain.resources} resources, and ` +
            `${components.components} components in barycenter's case; least of ${rounds}`,
    );
    printRatios([without, below, withComponents]);
    return { without, withComponents };
}

/** Records the resources at a preview, and the SDK modules that the program loads. */
async function recordProgram(engine: Engine, program: string, services: number): Promise<object> {
    let resources: object[] = [];
    const stack = await engine.inline(
        "bench",
        `record-${services}`,
        async () => {
            resources = await record(() => (require(program) as (services: number) => void)(services));
        },
        CONFIG,
    );
    assertSucceeded(await stack.preview());
    return { resources, modules: sdkModules() };
}

/** The SDK modules in this process, by the names under which a program requires them. */
function sdkModules(): string[] {
    return Object.keys(require.cache).flatMap((file) => {
        const found = /node_modules[\\/](@pulumi[\\/](?:aws|kubernetes)[\\/].+)\.js$/.exec(file);
        return found ? [found[1].replaceAll("\\", "/")] : [];
    });
}

/** Prints what one more service costs, over the whole range and over its last part: equal where growth is linear. */
function printGrowth(results: readonly (Measured & { readonly services: number })[]): void {
    const measure = results.every(({ without }) => least(without, "processor") !== undefined)
        ? "processor"
        : "milliseconds";
    const slope = (of: (measured: Measured) => Result, from: number, to: number): number => {
        const [first, last] = [results[from], results[to]];
        const [early, late] = [first, last].map((each) => least(of(each), measure) ?? NaN);
        return (late - early) / (last.services - first.services);
    };
    const end = results.length - 1;
    const growth = (of: (measured: Measured) => Result): { whole: number; last: number } => ({
        whole: slope(of, 0, end),
        last: slope(of, end - 1, end),
    });
    const plain = growth(({ without }) => without);
    const components = growth(({ withComponents }) => withComponents);
    const [first, late, most] = [results[0], results[end - 1], results[end]].map(({ services }) => services);
    const line = (name: string, { whole, last }: { whole: number; last: number }, role: string): void =>
        note(
            `  ${name}  ${whole.toFixed(1)} ms from ${first} to ${most}, ` +
                `${(last / whole).toFixed(2)} of that from ${late} to ${most} (1.00 is linear)  ${role}`,
        );
    note(`one more service, in ${measure === "processor" ? "processor time" : "time"}:`);
    line("without components", plain, "baseline");
    line(
        "with barycenter   ",
        components,
        `${(components.whole / plain.whole).toFixed(2)} of without components`,
    );
}
