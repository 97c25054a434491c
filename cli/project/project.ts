import * as fs from "node:fs";
import * as path from "node:path";
import { UsageError } from "../errors";
import { isMap, readYaml } from "./yaml";

/** A configuration key as Pulumi.yaml declares it. */
export interface DeclaredKey {
    readonly type?: string;
    readonly secret: boolean;
    readonly value?: unknown;
}

/** What Pulumi.yaml says. */
export interface Project {
    readonly name: string;
    /** Folder of Pulumi.yaml. */
    readonly root: string;
    /** Folder that the program runs in. */
    readonly directory: string;
    /** Entry point relative to {@link directory}; `.` leaves it to the program's own package.json. */
    readonly entryPoint: string;
    readonly nodeArguments: readonly string[];
    /** Whether the host compiles TypeScript; off where the program brings its own loader. */
    readonly typescript: boolean;
    readonly tsconfig?: string;
    /** By full key. */
    readonly config: ReadonlyMap<string, DeclaredKey>;
    /** Folder of the stacks' own files. */
    readonly stackFolder: string;
}

/**
 * Reads the project that a folder, or the nearest one above it, holds.
 *
 * @throws UsageError when there is none, or when its program is not for Node
 */
export function readProject(given: string): Project {
    const { root, content } = findProject(path.resolve(given));
    const name = content.name;
    if (typeof name !== "string" || name === "") {
        throw new UsageError(`${path.join(root, "Pulumi.yaml")} has no name`);
    }
    const runtime: Record<string, unknown> = isMap(content.runtime)
        ? content.runtime
        : { name: content.runtime };
    if (runtime.name !== "nodejs") {
        throw new UsageError(
            `barycenter runs Node programs, and '${name}' has the runtime ${String(runtime.name)}`,
        );
    }
    const options = isMap(runtime.options) ? runtime.options : {};
    return {
        name,
        root,
        ...programOf(root, content.main),
        nodeArguments: splitArguments(options.nodeargs),
        typescript: options.typescript !== false && options.typescript !== "false",
        ...(typeof options.tsconfig === "string" ? { tsconfig: path.resolve(root, options.tsconfig) } : {}),
        config: declaredConfig(name, content.config),
        stackFolder:
            typeof content.stackConfigDir === "string" ? path.resolve(root, content.stackConfigDir) : root,
    };
}

function findProject(start: string): { root: string; content: Record<string, unknown> } {
    if (!fs.existsSync(start)) {
        throw new UsageError(`${start} does not exist`);
    }
    for (let folder = start; ; folder = path.dirname(folder)) {
        for (const file of ["Pulumi.yaml", "Pulumi.yml"]) {
            const content = readYaml(path.join(folder, file));
            if (content) {
                return { root: folder, content };
            }
        }
        if (folder === path.dirname(folder)) {
            throw new UsageError(`there is no Pulumi.yaml in ${start} or in a folder above it`);
        }
    }
}

/** The engine runs a program in the folder of its entry point (pulumi sdk/go/common/workspace, GetPwdMain). */
function programOf(root: string, main: unknown): { directory: string; entryPoint: string } {
    if (typeof main !== "string" || main === "") {
        return { directory: root, entryPoint: "." };
    }
    const full = path.resolve(root, main);
    const isFolder = fs.statSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return isFolder
        ? { directory: full, entryPoint: "." }
        : { directory: path.dirname(full), entryPoint: path.basename(full) };
}

function splitArguments(given: unknown): string[] {
    if (typeof given !== "string") {
        return [];
    }
    const words = given.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
    return words.map((word) =>
        word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
    );
}

function declaredConfig(project: string, given: unknown): Map<string, DeclaredKey> {
    const declared = new Map<string, DeclaredKey>();
    for (const [key, entry] of Object.entries(isMap(given) ? given : {})) {
        const typed = isMap(entry) ? entry : { value: entry };
        const value = typed.value ?? typed.default;
        declared.set(fullKey(project, key), {
            ...(typeof typed.type === "string" ? { type: typed.type } : {}),
            ...(value === undefined ? {} : { value }),
            secret: typed.secret === true,
        });
    }
    return declared;
}

/** Keys without a namespace are the project's own. */
export function fullKey(project: string, key: string): string {
    return key.includes(":") ? key : `${project}:${key}`;
}
