import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { UsageError } from "../errors";

/** A resource as it stands in a state. */
export interface StateResource {
    readonly urn: string;
    readonly type: string;
    readonly custom?: boolean;
    readonly id?: string;
    readonly parent?: string;
    /** URN and id of its provider. */
    readonly provider?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    /** Left over from a replacement, to be deleted. */
    readonly delete?: boolean;
    readonly protect?: boolean;
    /** Read, not managed. */
    readonly external?: boolean;
}

/** An operation that had begun when the engine ended. */
export interface PendingOperation {
    readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
    readonly resource: StateResource;
}

/** The state of a stack. */
export interface Deployment {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly PendingOperation[];
}

/** The state in what `pulumi stack export` prints or a file backend stores; undefined when it is neither. */
export function deploymentIn(content: unknown): Deployment | undefined {
    const file = content as { deployment?: Deployment; checkpoint?: { latest?: Deployment | null } } | null;
    if (typeof file !== "object" || file === null) {
        return undefined;
    }
    if (file.checkpoint !== undefined) {
        return file.checkpoint.latest ?? {};
    }
    return file.deployment;
}

/**
 * Reads a state from an exported file, from standard input (`-`), from a checkpoint, or from the folder or
 * `file://` address of a file backend.
 *
 * @param place project and stack, needed for a backend only
 * @throws UsageError when there is no state there
 */
export function readState(given: string, place: { project?: string; stack?: string }): Deployment {
    const target = given.startsWith("file://") ? fileOf(given) : given;
    const file = target === "-" ? 0 : checkpointFile(target, place);
    let content: unknown;
    try {
        const bytes = fs.readFileSync(file);
        const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
        content = JSON.parse((packed ? gunzipSync(bytes) : bytes).toString("utf8")) as unknown;
    } catch (error) {
        throw new UsageError(`${given} can't be read as a state: ${(error as Error).message}`);
    }
    const deployment = deploymentIn(content);
    if (!deployment) {
        throw new UsageError(`${given} is no state: give what pulumi stack export prints, or a checkpoint`);
    }
    return deployment;
}

function fileOf(address: string): string {
    // Pulumi also takes file://~ and file://. , which are no valid URLs.
    const rest = address.slice("file://".length);
    return rest.startsWith("~")
        ? path.join(process.env.HOME ?? "", rest.slice(1))
        : rest.startsWith(".")
          ? path.resolve(rest)
          : fileURLToPath(address);
}

function checkpointFile(target: string, { project, stack }: { project?: string; stack?: string }): string {
    if (!fs.statSync(target, { throwIfNoEntry: false })?.isDirectory()) {
        return target;
    }
    const root = path.basename(target) === ".pulumi" ? target : path.join(target, ".pulumi");
    if (stack === undefined) {
        throw new UsageError(`${target} is a backend: name one of its stacks with --stack`);
    }
    const candidates = [
        ...(project === undefined ? [] : [path.join(root, "stacks", project, stack)]),
        path.join(root, "stacks", stack),
    ].flatMap((base) => [`${base}.json`, `${base}.json.gz`]);
    const found = candidates.find((candidate) => fs.existsSync(candidate));
    if (found === undefined) {
        throw new UsageError(
            `${target} holds no stack '${stack}'${project === undefined ? "" : ` of project '${project}'`}`,
        );
    }
    return found;
}
