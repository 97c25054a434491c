/**
 * Puts a project directory where a test may change it.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Copies a project, and gives the copy the modules that the original sees: those of every `node_modules` above it,
 * the nearest first, and the package that it is part of under that package's own name.
 */
export function copyProject(from: string, to: string): void {
    const left = new Set(["node_modules", ".git"]);
    fs.cpSync(from, to, { recursive: true, filter: (file) => !left.has(path.basename(file)) });
    const modules = path.join(to, "node_modules");
    fs.mkdirSync(modules, { recursive: true });
    for (let folder = path.resolve(from); folder !== path.dirname(folder); folder = path.dirname(folder)) {
        linkEach(path.join(folder, "node_modules"), modules);
        linkItself(folder, modules);
    }
}

function linkEach(from: string, to: string): void {
    const names = fs.existsSync(from) ? fs.readdirSync(from).filter((name) => !name.startsWith(".")) : [];
    for (const name of names) {
        link(path.join(from, name), path.join(to, name));
    }
}

function linkItself(folder: string, modules: string): void {
    const manifest = path.join(folder, "package.json");
    if (!fs.existsSync(manifest) || !fs.existsSync(path.join(folder, "node_modules"))) {
        return;
    }
    const { name } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { name?: string };
    if (name !== undefined && !name.startsWith("@")) {
        link(folder, path.join(modules, name));
    }
}

function link(target: string, file: string): void {
    if (!fs.existsSync(file)) {
        fs.symlinkSync(fs.realpathSync(target), file);
    }
}
