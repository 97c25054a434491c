// Gives the compiled package the data that its modules read, makes its command executable, and the package
// resolvable by name from examples/, as an installed one would be.
import {
    chmodSync,
    copyFileSync,
    existsSync,
    lstatSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// The compiler copies only JSON that is imported statically; a module may also require it late, or read it. Whatever
// lies beside the sources of the package lies beside the compiled modules too, and nothing else does.
const { include } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
for (const folder of include.filter((each) => lstatSync(join(root, each)).isDirectory())) {
    const [sources, built] = [join(root, folder), join(root, "dist", folder)];
    for (const file of jsonBelow(built)) {
        if (!existsSync(join(sources, file))) {
            rmSync(join(built, file));
        }
    }
    for (const file of jsonBelow(sources)) {
        mkdirSync(dirname(join(built, file)), { recursive: true });
        copyFileSync(join(sources, file), join(built, file));
    }
}

/** Paths of the JSON files in a folder, from that folder; none when there is no such folder. */
function jsonBelow(folder) {
    return existsSync(folder)
        ? readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".json"))
        : [];
}

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
