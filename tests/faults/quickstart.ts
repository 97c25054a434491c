import * as fs from "node:fs";
import * as path from "node:path";
import { parseUrn } from "../../cli/urn";
import type { CloudName } from "../../placement/site";
import type { SimulatedClouds } from "../../testing";
import type { Engine, EngineStack } from "../support/engine/workspace";

const DIRECTORY = path.resolve(__dirname, "../../examples/quickstart");
const RECORDED = path.resolve(__dirname, "../recorded");

/**
 * A stack of the quickstart on a cloud, with the configuration of its stack file. Each run has a process of its own:
 * an inline program would outlive a CLI that is killed, and disturb the runs that follow.
 */
export function quickstartStack(engine: Engine, cloud: CloudName): Promise<EngineStack> {
    return engine.project(DIRECTORY, cloud);
}

/** The URNs of what the quickstart creates in the clouds, by the recorded ones. */
export function creationsOn(cloud: CloudName): string[] {
    const file = path.join(RECORDED, `quickstart.${cloud}.json`);
    const urns = JSON.parse(fs.readFileSync(file, "utf8")) as string[];
    return urns.filter((urn) => /^(aws|gcp|azure-native|kubernetes):/.test(parseUrn(urn).type));
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
