// Makes the compiled package resolvable by name from examples/, as an installed one would be, and its command
// executable.
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const command = join(root, "dist", "cli", "main.js");
if (existsSync(command)) {
    chmodSync(command, 0o755);
}

const examples = join(root, "examples");
if (existsSync(examples)) {
    const link = join(examples, "node_modules", "barycenter");
    mkdirSync(dirname(link), { recursive: true });
    if (lstatSync(link, { throwIfNoEntry: false })) {
        rmSync(link, { recursive: true });
    }
    symlinkSync(root, link, "dir");
}
