/**
 * Runs a user's program for the engine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { locate } from "./server";

/** How the SDK's runner says that it failed and has already told the user why (cmd/run/index.ts). */
const ALREADY_REPORTED = 32;

/** The engine gives its address as the last argument; it shakes hands only with a host that it attaches to. */
const ENGINE_ADDRESS = process.argv.at(-1);

let program: ChildProcess | undefined;
process.on("exit", stopProgram);

/** Ends the program, if one is running. */
export function stopProgram(): void {
    program?.kill("SIGKILL");
}

/** Runs the program to its end and says how it went, in the words of the real language host. */
export async function runProgram(request: RunRequest): Promise<RunResponse> {
    const response = new RunResponse();
    try {
        const { code, signal } = await execute(request);
        if (code === ALREADY_REPORTED) {
            response.setBail(true);
        } else if (code !== 0) {
            response.setError(
                signal !== null
                    ? `Program exited unexpectedly: signal: ${signal}`
                    : `Program exited with non-zero exit code: ${code}`,
            );
        }
    } catch (error) {
        response.setError((error as Error).message);
    }
    return response;
}

function execute(request: RunRequest): Promise<{ code: number | null; signal: string | null }> {
    const options = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
    const nodeArguments =
        typeof options.nodeargs === "string" ? options.nodeargs.split(" ").filter(Boolean) : [];
    const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
    const args = [...nodeArguments, locate("run", directory), ...flags(request)];
    const child = spawn(process.execPath, args, {
        cwd: request.getPwd(),
        env: environment(request, options),
        // The engine shows what this process writes, so the program shares its streams.
        stdio: ["ignore", "inherit", "inherit"],
    });
    program = child;
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code, signal) => resolve({ code, signal }));
    });
}

function flags(request: RunRequest): string[] {
    const valued = {
        monitor: request.getMonitorAddress(),
        engine: ENGINE_ADDRESS,
        organization: request.getOrganization(),
        project: request.getProject(),
        stack: request.getStack(),
        "root-directory": request.getInfo()?.getRootDirectory(),
        pwd: request.getPwd(),
        parallel: request.getParallel().toString(),
    };
    const given = Object.entries(valued).filter(([, value]) => value);
    return [
        ...given.map(([flag, value]) => `--${flag}=${value}`),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        request.getInfo()?.getEntryPoint() || request.getProgram() || ".",
        ...request.getArgsList(),
    ];
}

function environment(request: RunRequest, options: Record<string, unknown>): NodeJS.ProcessEnv {
    return {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
        ...(typeof options.tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
    };
}
