import * as fs from "node:fs";
import type { Value, Values } from "./values";

/** A thing that exists in a simulated cloud. Its properties are plain: a cloud knows the secrets it keeps. */
export interface CloudResource {
    /** The provider's id: an ARN, an ARM id, `namespace/name`, … */
    readonly id: string;
    readonly type: string;
    /** Where it exists: an account and region, a project, a subscription or a Kubernetes API server. */
    readonly scope: string;
    /** The URN of whoever made it; undefined for what was there before. */
    readonly urn?: string;
    /** Rises with every thing made, so that no two ever share generated values. */
    readonly serial: number;
    readonly inputs: Values;
    readonly outputs: Values;
}

type Entry = { readonly put: CloudResource } | { readonly drop: string };

/**
 * Everything that exists, optionally kept in a file. The file is a journal with one line for each change, so
 * that a change costs one small write however much exists, and a process killed in the middle of a write loses
 * at most that one line.
 */
export class Store {
    private readonly resources = new Map<string, CloudResource>();
    private serial = 0;
    private descriptor: number | undefined;

    constructor(file?: string) {
        if (file !== undefined) {
            this.load(file);
            this.compact(file);
            this.descriptor = fs.openSync(file, "a");
        }
    }

    nextSerial(): number {
        return ++this.serial;
    }

    get(type: string, scope: string, id: string): CloudResource | undefined {
        return this.resources.get(key(type, scope, id));
    }

    put(resource: CloudResource): void {
        this.resources.set(key(resource.type, resource.scope, resource.id), resource);
        this.write({ put: resource });
    }

    drop(resource: CloudResource): void {
        const at = key(resource.type, resource.scope, resource.id);
        this.resources.delete(at);
        this.write({ drop: at });
    }

    /** All that exists, oldest first. */
    all(): CloudResource[] {
        return [...this.resources.values()];
    }

    close(): void {
        if (this.descriptor !== undefined) {
            fs.closeSync(this.descriptor);
            this.descriptor = undefined;
        }
    }

    private write(entry: Entry): void {
        if (this.descriptor !== undefined) {
            fs.writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
        }
    }

    private load(file: string): void {
        if (!fs.existsSync(file)) {
            return;
        }
        const lines = fs.readFileSync(file, "utf8").split("\n");
        // A last line without its line feed was being written when the process died: it never happened.
        for (const line of lines.slice(0, -1)) {
            const entry = JSON.parse(line) as Entry;
            if ("put" in entry) {
                this.resources.set(key(entry.put.type, entry.put.scope, entry.put.id), entry.put);
                this.serial = Math.max(this.serial, entry.put.serial);
            } else {
                this.resources.delete(entry.drop);
            }
        }
    }

    private compact(file: string): void {
        const draft = `${file}.draft`;
        fs.writeFileSync(
            draft,
            this.all()
                .map((put) => `${JSON.stringify({ put })}\n`)
                .join(""),
        );
        fs.renameSync(draft, file);
    }
}

function key(type: string, scope: string, id: string): string {
    return JSON.stringify([type, scope, id] satisfies Value);
}
