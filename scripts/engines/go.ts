/**
 * Builds a Go program from the module proxy alone. The proxy serves exact versions only, so `go install
 * package@version` is no way: each build is a module of its own with exact requirements.
 */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findOnPath, PROGRESS_INTERVAL, say } from "./cache";

/** What to build. */
export interface GoProgram {
    /** Shown in progress lines. */
    readonly title: string;
    /** How long a build takes with nothing cached, in minutes on two cores; shown, never enforced. */
    readonly minutes: number;
    /** Import path of the main package. */
    readonly package: string;
    /** The language version that the modules ask for. */
    readonly goVersion: string;
    /** Module path to exact version. */
    readonly require: Readonly<Record<string, string>>;
    /** Module path to the `path version` that takes its place. @default none */
    readonly replace?: Readonly<Record<string, string>>;
    /** Variables set at link time, by their full name: most programs learn their own version that way. */
    readonly variables?: Readonly<Record<string, string>>;
}

/** True when a Go tool chain is on PATH. */
export function hasGo(): boolean {
    return findOnPath("go") !== undefined;
}

/** The text of the go.mod of `module` at `version`, read through the module proxy. */
export function goModOf(module: string, version: string): string {
    const json = execFileSync("go", ["mod", "download", "-json", `${module}@${version}`], {
        cwd: os.tmpdir(),
        env: buildEnvironment(),
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
    });
    return fs.readFileSync((JSON.parse(json) as { GoMod: string }).GoMod, "utf8");
}

/**
 * Builds the program into `target`.
 *
 * @throws Error with the end of the build log when the build fails
 */
export async function goBuild(program: GoProgram, target: string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-go-"));
    try {
        fs.writeFileSync(path.join(folder, "go.mod"), goMod(program));
        const variables = Object.entries(program.variables ?? {}).map(
            ([name, value]) => `-X ${name}=${value}`,
        );
        const linker = ["-s", "-w", ...variables].join(" ");
        const args = ["build", "-trimpath", "-ldflags", linker, "-o", target, program.package];
        await run(program, args, folder);
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}

function goMod(program: GoProgram): string {
    const require = Object.entries(program.require).map(
        ([module, version]) => `require ${module} ${version}`,
    );
    const replace = Object.entries(program.replace ?? {}).map(([module, by]) => `replace ${module} => ${by}`);
    return ["module barycenter.local/engine", `go ${program.goVersion}`, ...require, ...replace, ""].join(
        "\n",
    );
}

function buildEnvironment(): NodeJS.ProcessEnv {
    return { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOWORK: "off" };
}

async function run(program: GoProgram, args: string[], cwd: string): Promise<void> {
    say(`building ${program.title}: about ${program.minutes} minutes the first time, then kept`);
    const started = Date.now();
    const child = spawn("go", args, { cwd, env: buildEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    const keep = (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const progress = setInterval(() => {
        const seconds = Math.round((Date.now() - started) / 1000);
        const step = log.trimEnd().split("\n").pop();
        say(`building ${program.title}: ${seconds} s${step ? ` (${step})` : ""}`);
    }, PROGRESS_INTERVAL);
    const stop = () => child.kill();
    process.once("exit", stop);
    try {
        const code = await new Promise<number | null>((resolve, reject) => {
            child.once("error", reject);
            child.once("close", resolve);
        });
        if (code !== 0) {
            throw new Error(`building ${program.title} with Go failed (exit code ${code}):\n${log}`);
        }
    } finally {
        clearInterval(progress);
        process.off("exit", stop);
    }
    say(`built ${program.title} in ${Math.round((Date.now() - started) / 1000)} s`);
}
