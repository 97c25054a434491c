import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { UploadFile } from "../../providers/cloud";

/** The files of a folder, with the hash of their contents, in a stable order. */
export function filesIn(folder: string, prefix: string): UploadFile[] {
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        throw new pulumi.RunError(`upload: '${folder}' is no folder`);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    if (files.length === 0) {
        throw new pulumi.RunError(`upload: '${folder}' has no files`);
    }
    return files.map((source) => ({
        source,
        key: posix.join(prefix, relative(folder, source).split(sep).join("/")),
        sha256: hashOf(source),
    }));
}

/** Read in parts, since weights don't fit in memory. */
function hashOf(path: string): string {
    const hash = createHash("sha256");
    const part = Buffer.allocUnsafe(1 << 20);
    const file = openSync(path, "r");
    try {
        for (let read = readSync(file, part); read > 0; read = readSync(file, part)) {
            hash.update(part.subarray(0, read));
        }
    } finally {
        closeSync(file);
    }
    return hash.digest("hex");
}
