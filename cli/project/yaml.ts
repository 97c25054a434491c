import * as fs from "node:fs";
import { parse } from "yaml";
import { UsageError } from "../errors";

/** The content of a YAML file that must be a map; undefined when there is no such file. */
export function readYaml(file: string): Record<string, unknown> | undefined {
    let text: string;
    try {
        text = fs.readFileSync(file, "utf8");
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
    }
    let content: unknown;
    try {
        content = parse(text) as unknown;
    } catch (error) {
        throw new UsageError(`${file} is no valid YAML: ${(error as Error).message}`);
    }
    if (content === null || content === undefined) {
        return {};
    }
    if (!isMap(content)) {
        throw new UsageError(`${file} must hold a map`);
    }
    return content;
}

export function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
