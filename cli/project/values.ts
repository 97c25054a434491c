import * as path from "node:path";
import { closest } from "fastest-levenshtein";
import { UsageError } from "../errors";
import { isMap, readYaml } from "./yaml";

/** What a plan can't find out offline, as the user's `--values` file gives it. */
export interface Values {
    /** Configuration by key, the place of encrypted values. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Outputs of other stacks, by the name that the program references. */
    readonly stackReferences: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    /** Answers of functions (invokes and methods), by token. */
    readonly invokes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const SECTIONS = ["config", "stackReferences", "invokes"] as const;

/** @throws UsageError when the file is missing or has not that form */
export function readValues(file: string | undefined): Values {
    if (file === undefined) {
        return { config: {}, stackReferences: {}, invokes: {} };
    }
    const content = readYaml(path.resolve(file));
    if (!content) {
        throw new UsageError(`${file} does not exist`);
    }
    for (const key of Object.keys(content)) {
        if (!(SECTIONS as readonly string[]).includes(key)) {
            const near = closest(key, [...SECTIONS]);
            throw new UsageError(
                `${file}: '${key}' is no section; did you mean '${near}'? Allowed: ${SECTIONS.join(", ")}`,
            );
        }
    }
    const config = content.config ?? {};
    if (!isMap(config)) {
        throw new UsageError(`${file}: config must be a map from keys to values`);
    }
    return {
        config,
        stackReferences: mapsIn(file, "stackReferences", content.stackReferences),
        invokes: mapsIn(file, "invokes", content.invokes),
    };
}

function mapsIn(file: string, section: string, given: unknown): Record<string, Record<string, unknown>> {
    const entries = Object.entries(isMap(given) ? given : {});
    if (given !== undefined && given !== null && !isMap(given)) {
        throw new UsageError(`${file}: ${section} must be a map`);
    }
    return Object.fromEntries(
        entries.map(([key, value]) => {
            if (!isMap(value)) {
                throw new UsageError(`${file}: ${section}.${key} must be a map`);
            }
            return [key, value];
        }),
    );
}
