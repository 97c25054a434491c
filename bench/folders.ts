/**
 * Folders for measured programs, outside of the repository and removed at the end.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "..");

/** A folder that goes when this process ends. */
export function temporaryFolder(purpose: string): string {
    const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), `barycenter-bench-${purpose}-`));
    process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
    return folder;
}

/** Gives a folder the modules of this repository and the package itself, as if they were installed there. */
export function linkModules(folder: string): void {
    const modules = path.join(folder, "node_modules");
    fs.mkdirSync(modules, { recursive: true });
    for (const name of fs.readdirSync(path.join(ROOT, "node_modules"))) {
        if (!name.startsWith(".")) {
            fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
        }
    }
    fs.symlinkSync(ROOT, path.join(modules, "barycenter"));
}

/** Writes the files of a program. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
    fs.mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
        fs.writeFileSync(path.join(folder, name), text);
    }
}
