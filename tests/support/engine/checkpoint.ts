/**
 * What the engine has recorded in its state file.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/** A resource as it stands in the state. */
export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly custom: boolean;
    /** Only resources of a provider have one. */
    readonly id?: string;
    readonly parent?: string;
    readonly provider?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
    readonly dependencies?: readonly string[];
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    /** Set on what a half-finished replacement still has to delete. */
    readonly delete?: boolean;
}

/** An operation that had begun when the engine was killed. */
export interface PendingOperation {
    readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
    readonly resource: ResourceState;
}

/** The state of a stack. */
export interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
    readonly [key: string]: unknown;
}

/** What `pulumi stack export` prints. */
export interface ExportedStack {
    readonly version: number;
    readonly deployment: Deployment;
}

/** The state file of a stack in a file backend. */
export function checkpointFile(backend: string, project: string, stack: string): string {
    return path.join(backend, ".pulumi", "stacks", project, `${stack}.json`);
}

/** The recorded state; empty for a stack that has none yet. */
export function readDeployment(file: string): Deployment {
    const { checkpoint } = JSON.parse(fs.readFileSync(file, "utf8")) as {
        checkpoint: { latest?: Deployment };
    };
    return checkpoint.latest ?? {};
}
