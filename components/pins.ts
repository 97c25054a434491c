import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { NO_PINS, parsePins, type Pin, type Pins } from "../placement/pins";
import { stackConfig } from "./stackConfig";
import type { Problem } from "./validation/problem";

let known: { readonly text: string; readonly pins: Pins; readonly problems: readonly Problem[] } | undefined;

/** The pin of a component in the stack's configuration. Pushes what is wrong with the pins as a whole. */
export function pinOf(id: string, problems: Problem[]): Pin | undefined {
    const own = stackConfig("pins");
    const from = new pulumi.Config("barycenter").get("pinsFrom") || undefined;
    const text = JSON.stringify([own, from]);
    // The same for every component of a program; tests change the configuration between programs.
    if (known?.text !== text) {
        const shared = from === undefined ? undefined : otherStack(from);
        const read = [shared?.pins, own].map(parsePins);
        known = {
            text,
            pins: {
                ...NO_PINS,
                components: Object.assign(
                    {},
                    ...read.map(({ pins }) => pins.components),
                ) as Pins["components"],
            },
            problems: [...(shared?.problems ?? []), ...read.flatMap((each) => each.problems)],
        };
    }
    problems.push(...known.problems);
    return known.pins.components[id];
}

/** The pins of another stack of the project, read from its file beside the project's own. */
function otherStack(name: string): { readonly pins?: unknown; readonly problems: readonly Problem[] } {
    const file = path.join(pulumi.runtime.getRootDirectory(), `Pulumi.${name}.yaml`);
    try {
        // Few stacks share pins, and the others need no YAML.
        const { parse } = require("yaml") as typeof import("yaml");
        const { config } = parse(fs.readFileSync(file, "utf8")) as { config?: Record<string, unknown> };
        return { pins: config?.["barycenter:pins"], problems: [] };
    } catch (error) {
        const message = `'${name}': its file can't be read: ${(error as Error).message}`;
        return { problems: [{ path: "barycenter:pinsFrom", message }] };
    }
}
