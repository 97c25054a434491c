/**
 * The package as npm would install it: packed, unpacked below a `node_modules`, beside its dependencies. What a
 * program sees there is what a user gets, so a file that the package leaves out is missed.
 */
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export const ROOT = path.resolve(__dirname, "../..");

/** A file that the package holds. */
export interface PackedFile {
    readonly path: string;
    readonly size: number;
    readonly mode: number;
}

/** What `npm pack` says that it puts into the package. */
export interface Packed {
    readonly filename: string;
    /** Bytes of the archive. */
    readonly size: number;
    readonly unpackedSize: number;
    readonly files: readonly PackedFile[];
}

/** Lists what the package holds. The build that comes before it in a release is the caller's. */
export function listPacked(): Packed {
    return pack("--dry-run");
}

/** What a program wrote and how it ended. */
export interface Ran {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A folder in which the package is installed. */
export class Installation {
    private static shared: Installation | undefined;

    private constructor(readonly directory: string) {}

    /** The installation that all tests of this process share; it is removed when the process ends. */
    static get(): Installation {
        return (this.shared ??= Installation.make());
    }

    private static make(): Installation {
        const directory = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "barycenter-installed-"));
        process.once("exit", () => fs.rmSync(directory, { recursive: true, force: true }));
        const { filename } = pack("--pack-destination", directory);
        execFileSync("tar", ["-xzf", path.join(directory, filename), "-C", directory]);
        const modules = path.join(directory, "node_modules");
        fs.mkdirSync(modules);
        fs.renameSync(path.join(directory, "package"), path.join(modules, "barycenter"));
        for (const name of fs.readdirSync(path.join(ROOT, "node_modules"))) {
            if (!name.startsWith(".") && name !== "barycenter") {
                fs.symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name));
            }
        }
        return new Installation(directory);
    }

    /** Path of a file of the installed package. */
    file(name: string): string {
        return path.join(this.directory, "node_modules", "barycenter", name);
    }

    /** Writes a program beside the package. */
    write(name: string, text: string): string {
        const file = path.join(this.directory, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
        return file;
    }

    /** Runs a program beside the package in a process of its own. */
    run(name: string, text: string): Ran {
        const ran = spawnSync(process.execPath, [this.write(name, text)], {
            cwd: this.directory,
            encoding: "utf8",
            // The preloads of this process (tsx) would load TypeScript into the program.
            env: { ...process.env, NODE_OPTIONS: "" },
        });
        return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
    }
}

function pack(...args: string[]): Packed {
    const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", ...args], {
        cwd: ROOT,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
        maxBuffer: 64 * 1024 * 1024,
    });
    return (JSON.parse(output) as Packed[])[0];
}
