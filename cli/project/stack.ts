import * as fs from "node:fs";
import * as path from "node:path";
import { nearest } from "../../components/validation/problem";
import { UsageError } from "../errors";
import type { Project } from "./project";
import { isMap, readYaml } from "./yaml";

/** A stack of a project, with what its file says. */
export interface Stack {
    readonly organization: string;
    readonly name: string;
    /** Raw configuration by key as written; empty when the stack has no file. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Pulumi ESC environments that it imports. */
    readonly environments: readonly string[];
    /** Absent when no file belongs to the stack. */
    readonly file?: string;
}

/** The organization that the engine reports where a backend knows none. */
const NO_ORGANIZATION = "organization";

/** The stack that is planned where the project has none and none was named. */
const UNNAMED_STACK = "dev";

/**
 * Chooses and reads a stack: the one that is named; else, when a cloud is tried, the only one on that cloud; else
 * the only one; else `dev`; none where the project has no stack's file at all.
 *
 * @param given `stack`, `organization/stack` or `organization/project/stack`
 * @param mayBeNew a named stack without a file of its own is one that is about to get it, unless its name looks like
 * a slip
 * @throws UsageError when the named stack has no file although others have, or when several could be meant
 */
export function readStack(
    project: Project,
    given: string | undefined,
    cloud: string | undefined,
    mayBeNew = false,
): Stack {
    const files = stackFiles(project);
    const parts = given?.split("/") ?? [];
    const organization = parts.length > 1 ? (parts[0] ?? NO_ORGANIZATION) : NO_ORGANIZATION;
    const name = parts.at(-1) ?? chooseStack(files, cloud);
    if (name === undefined) {
        return { organization, name: UNNAMED_STACK, config: {}, environments: [] };
    }
    const file = files.get(name);
    if (file === undefined) {
        const slip = nearest(name, [...files.keys()]).length > 0;
        if (files.size > 0 && (!mayBeNew || slip)) {
            const known = [...files.keys()].join(", ");
            throw new UsageError(
                `there is no Pulumi.${name}.yaml in ${project.stackFolder}; its stacks are ${known}`,
            );
        }
        return { organization, name, config: {}, environments: [] };
    }
    const content = readYaml(file) ?? {};
    return {
        organization,
        name,
        file,
        config: isMap(content.config) ? content.config : {},
        environments: environmentsOf(content.environment),
    };
}

function stackFiles(project: Project): Map<string, string> {
    const found = fs.existsSync(project.stackFolder) ? fs.readdirSync(project.stackFolder).sort() : [];
    const files = found.flatMap((file) => {
        const name = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
        return name === undefined ? [] : [[name, path.join(project.stackFolder, file)] as const];
    });
    return new Map(files);
}

function chooseStack(files: ReadonlyMap<string, string>, cloud: string | undefined): string | undefined {
    const names = [...files.keys()];
    if (cloud !== undefined) {
        const there = [...files].filter(([, file]) => {
            const config = readYaml(file)?.config;
            return isMap(config) && config["barycenter:cloud"] === cloud;
        });
        if (there.length === 1) {
            return there[0]?.[0];
        }
    }
    const only = names.length === 1 ? names[0] : names.find((name) => name === UNNAMED_STACK);
    if (only === undefined && names.length > 0) {
        throw new UsageError(
            `this project has several stacks: choose one of ${names.join(", ")} with --stack`,
        );
    }
    return only;
}

function environmentsOf(given: unknown): string[] {
    const list = isMap(given) ? given.imports : given;
    if (Array.isArray(list)) {
        return list.map((entry) => (isMap(entry) ? (Object.keys(entry)[0] ?? "") : String(entry)));
    }
    return isMap(given) ? ["(inline)"] : [];
}
