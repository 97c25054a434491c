import * as path from "node:path";
import { parse } from "yaml";
import * as fs from "node:fs";
import type { CloudName } from "../../placement/site";
import type { SimulatedClouds } from "../../testing";
import type { Engine, EngineStack } from "../support/engine/workspace";

const DIRECTORY = path.resolve(__dirname, "../../examples/quickstart");

/** The quickstart as a function, run anew each time: in one process it is quicker than as a project. */
export async function quickstart(): Promise<Record<string, unknown>> {
    const file = path.join(DIRECTORY, "index.ts");
    delete require.cache[file];
    return require(file) as Record<string, unknown>;
}

/** A stack of the quickstart on a cloud, with the configuration of its stack file. */
export function quickstartStack(engine: Engine, cloud: CloudName): Promise<EngineStack> {
    const file = path.join(DIRECTORY, `Pulumi.${cloud}.yaml`);
    const { config } = parse(fs.readFileSync(file, "utf8")) as { config: Record<string, string> };
    return engine.inline("barycenter-quickstart", cloud, quickstart, {
        ...config,
        "barycenter-quickstart:operators": ["203.0.113.0/24"],
    });
}

/** URNs that exist in the clouds but not in the state, and the other way round. */
export function differences(
    clouds: SimulatedClouds,
    stack: EngineStack,
): { orphans: string[]; lost: string[] } {
    const existing = new Set(clouds.resources().map((resource) => `${resource.urn} ${resource.id}`));
    const recorded = new Set(
        stack
            .resources()
            .filter((resource) => resource.custom && !resource.type.startsWith("pulumi:"))
            .map((resource) => `${resource.urn} ${resource.id}`),
    );
    return {
        orphans: [...existing].filter((resource) => !recorded.has(resource)),
        lost: [...recorded].filter((resource) => !existing.has(resource)),
    };
}

/** Numbers from 1 to `count`: all of them in the full run, else a spread. */
export function spread(count: number, samples: number): number[] {
    if (process.env.BARYCENTER_FAULTS === "all" || count <= samples) {
        return Array.from({ length: count }, (_, index) => index + 1);
    }
    return Array.from(
        { length: samples },
        (_, index) => 1 + Math.round((index * (count - 1)) / (samples - 1)),
    );
}
