/**
 * The folder that keeps the engines between test runs, and the lock that lets one process at a time fill it.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** How often a build shows that it is still going, in milliseconds. */
export const PROGRESS_INTERVAL = 15_000;

/** A lock of another machine (a shared cache folder) counts as abandoned after four missed signs of life. */
const ABANDONED_AFTER = 4 * PROGRESS_INTERVAL;

const LOCK_POLL = 500;

/** Writes one line of progress to the standard error stream: standard output carries the engine's path. */
export function say(message: string): void {
    process.stderr.write(`barycenter engines: ${message}\n`);
}

/**
 * The folder that holds built engines: `$BARYCENTER_ENGINE_CACHE`, else `barycenter/engines` below
 * `$XDG_CACHE_HOME`, else below `~/.cache`.
 */
export function cacheFolder(): string {
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.resolve(process.env.BARYCENTER_ENGINE_CACHE || path.join(base, "barycenter", "engines"));
}

/** Where the cache folder keeps the executable `name`, whether or not it is there. */
export function cachedPath(name: string): string {
    return path.join(cacheFolder(), name);
}

/** True for a file that this user may execute. */
export function isExecutable(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

/** The first executable of that name on PATH. */
export function findOnPath(name: string): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
    return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

/**
 * Returns the executable `name` in the cache folder, and makes it first if it is missing.
 *
 * @param make writes the executable to the path that it is given. That is a temporary name, which becomes the
 *     real one when `make` has succeeded: an interrupted build leaves nothing that looks finished.
 */
export async function cached(name: string, make: (target: string) => Promise<void>): Promise<string> {
    const file = cachedPath(name);
    if (isExecutable(file)) {
        return file;
    }
    fs.mkdirSync(cacheFolder(), { recursive: true });
    const release = await lock(`${file}.lock`);
    const temporary = `${file}.tmp`;
    try {
        // Another process may have made it while this one waited for the lock.
        if (!isExecutable(file)) {
            await make(temporary);
            fs.chmodSync(temporary, 0o755);
            fs.renameSync(temporary, file);
        }
    } finally {
        fs.rmSync(temporary, { force: true });
        release();
    }
    return file;
}

/** Waits for the lock, takes it, shows signs of life while it is held, and returns the way to give it back. */
async function lock(file: string): Promise<() => void> {
    for (let lastSaid = 0; !take(file);) {
        if (isAbandoned(file)) {
            fs.rmSync(file, { force: true });
            continue;
        }
        if (Date.now() - lastSaid >= PROGRESS_INTERVAL) {
            lastSaid = Date.now();
            say(`waiting for another build (${file})`);
        }
        await new Promise((resolve) => setTimeout(resolve, LOCK_POLL));
    }
    const heartbeat = setInterval(() => fs.utimesSync(file, new Date(), new Date()), PROGRESS_INTERVAL);
    heartbeat.unref();
    return () => {
        clearInterval(heartbeat);
        fs.rmSync(file, { force: true });
    };
}

/** Creates the lock with its content in one step (a hard link), so that nobody ever reads an empty lock. */
function take(file: string): boolean {
    const own = `${file}.${process.pid}`;
    fs.writeFileSync(own, JSON.stringify({ host: os.hostname(), pid: process.pid }));
    try {
        fs.linkSync(own, file);
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            return false;
        }
        throw error;
    } finally {
        fs.rmSync(own, { force: true });
    }
}

function isAbandoned(file: string): boolean {
    try {
        const owner = JSON.parse(fs.readFileSync(file, "utf8")) as { host: string; pid: number };
        return owner.host === os.hostname()
            ? !isAlive(owner.pid)
            : Date.now() - fs.statSync(file).mtimeMs > ABANDONED_AFTER;
    } catch {
        // The owner removed its lock between two looks.
        return false;
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}
