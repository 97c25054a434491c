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
    const from = new pulumi.Config("barycenter").get("pinsFrom");
    const text = JSON.stringify([own, from]);
    // The same for every component of a program; tests change the configuration between programs.
    if (known?.text !== text) {
        const shared =
            from === undefined ? { pins: NO_PINS, problems: [] } : pinsOfStack(stackFolder(), from);
        const read = parsePins(own);
        known = {
            text,
            pins: mergedPins(shared.pins, read.pins),
            problems: [...shared.problems, ...read.problems],
        };
    }
    problems.push(...known.problems);
    return known.pins.components[id];
}

/** Where a pin stands in the configuration. */
export function pinPath(id: string): string {
    return `barycenter:pins.components.${id}`;
}

/** How to make a pin anew. */
export function reconsider(id: string): string {
    return `\`barycenter plan --repin ${id}\` reconsiders it`;
}

/** Pins of another stack with a stack's own, which come first. */
export function mergedPins(shared: Pins, own: Pins): Pins {
    return { ...NO_PINS, components: { ...shared.components, ...own.components } };
}

/** The pins in the file of another stack of the project. */
export function pinsOfStack(
    folder: string,
    name: string,
): { readonly pins: Pins; readonly problems: readonly Problem[] } {
    const at = "barycenter:pinsFrom";
    try {
        const config = yamlIn(folder, `Pulumi.${name}`).config as Record<string, unknown> | undefined;
        const { pins, problems } = parsePins(config?.["barycenter:pins"]);
        return {
            pins,
            problems: problems.map(({ path: where, message }) => ({
                path: at,
                message: `'${name}': ${where}: ${message}`,
            })),
        };
    } catch (error) {
        const message = `'${name}': its file can't be read: ${(error as Error).message}`;
        return { pins: NO_PINS, problems: [{ path: at, message }] };
    }
}

/** Where the project keeps the files of its stacks. */
function stackFolder(): string {
    const root = pulumi.runtime.getRootDirectory();
    try {
        const { stackConfigDir } = yamlIn(root, "Pulumi") as { stackConfigDir?: string };
        return path.resolve(root, stackConfigDir ?? ".");
    } catch {
        // Programs of the Automation API may have no project file there.
        return root;
    }
}

/** A YAML file by its name without extension. Few stacks share pins, and the others need no YAML. */
function yamlIn(folder: string, name: string): Record<string, unknown> {
    const { parse } = require("yaml") as typeof import("yaml");
    const short = path.join(folder, `${name}.yml`);
    const file = fs.existsSync(short) ? short : path.join(folder, `${name}.yaml`);
    return (parse(fs.readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>;
}
