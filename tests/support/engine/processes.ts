/**
 * Ends processes by their ids.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";

/**
 * Kills a process and everything that it has started, at once and without warning. The plug-ins of the engine run in
 * process groups of their own, so killing the engine's group would leave them behind.
 */
export function killTree(pid: number): void {
    for (const id of [pid, ...descendants(pid)]) {
        try {
            process.kill(id, "SIGKILL");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
                throw error;
            }
        }
    }
}

function descendants(pid: number): number[] {
    const parents = parentOfEach();
    const found = [pid];
    for (const ancestor of found) {
        found.push(...[...parents].filter(([, parent]) => parent === ancestor).map(([child]) => child));
    }
    return found.slice(1);
}

/** Process id to the id of its parent, for all processes. Slim images have no `ps`; macOS has no /proc. */
function parentOfEach(): Map<number, number> {
    if (!fs.existsSync("/proc/self/stat")) {
        const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
        return new Map(rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]));
    }
    const parents = new Map<number, number>();
    for (const id of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
        try {
            const stat = fs.readFileSync(`/proc/${id}/stat`, "utf8");
            // The name of the program stands in parentheses and may hold anything, even spaces.
            parents.set(Number(id), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
        } catch {
            // It has ended since the folder was read.
        }
    }
    return parents;
}
