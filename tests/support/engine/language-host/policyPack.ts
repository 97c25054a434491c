/**
 * Runs a policy pack that is a directory with `runtime: nodejs`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { type AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import { bind, locate, messageSize } from "./server";

type Call = grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>;
type UnaryMethod = (
    request: unknown,
    callback: (error: grpc.ServiceError | null, response: unknown) => void,
) => void;

/**
 * Starts a server in front of the pack and tells the engine its port. The pack itself starts only when the engine
 * has said for which stack: the SDK inside it learns the project, the stack and the configuration from its
 * environment, that is, once, at its start. The real language host does the same.
 */
export async function runPolicyPack(call: Call): Promise<void> {
    const request = call.request;
    if (request.getKind() !== "analyzer") {
        const details = `this test stand-in runs policy packs only, not a plugin of kind "${request.getKind()}"`;
        call.emit("error", { code: grpc.status.UNIMPLEMENTED, details });
        return;
    }
    const pack = new PolicyPackProcess(call);
    const server = new grpc.Server(messageSize);
    server.addService(AnalyzerService, forwardTo(pack));
    call.on("cancelled", () => {
        pack.stop();
        server.forceShutdown();
    });
    write(call, "stdout", Buffer.from(`${await bind(server)}\n`));
}

/** All methods of an analyzer, handed on to the pack, but for the handshake, which the engine does without. */
function forwardTo(pack: PolicyPackProcess): grpc.UntypedServiceImplementation {
    const forward =
        (method: string): grpc.handleUnaryCall<unknown, unknown> =>
        (call, callback) => {
            const configuration =
                method === "configureStack" ? (call.request as AnalyzerStackConfigureRequest) : undefined;
            pack.client(configuration).then(
                (client) =>
                    (client[method as keyof AnalyzerClient] as UnaryMethod).call(
                        client,
                        call.request,
                        callback,
                    ),
                (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
            );
        };
    const methods = Object.keys(AnalyzerService).filter((method) => method !== "handshake");
    return Object.fromEntries(methods.map((method) => [method, forward(method)]));
}

class PolicyPackProcess {
    private child?: ChildProcess;
    private connected?: Promise<AnalyzerClient>;

    constructor(private readonly call: Call) {
        process.on("exit", () => this.stop());
    }

    /** The connection to the pack, which is started by the first call. */
    client(configuration?: AnalyzerStackConfigureRequest): Promise<AnalyzerClient> {
        this.connected ??= this.start(configuration);
        return this.connected;
    }

    stop(): void {
        this.child?.kill("SIGKILL");
    }

    private async start(configuration?: AnalyzerStackConfigureRequest): Promise<AnalyzerClient> {
        const request = this.call.request;
        // PolicyPack reads package.json from the working directory.
        const directory = request.getInfo()?.getProgramDirectory() || request.getPwd();
        const child = spawn(
            process.execPath,
            [locate("run-policy-pack", directory), ...request.getArgsList(), "."],
            {
                cwd: directory,
                env: { ...listed(request.getEnvList()), ...stackEnvironment(configuration) },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        this.child = child;
        child.stderr.on("data", (chunk: Buffer) => write(this.call, "stderr", chunk));
        const port = await new Promise<string>((resolve, reject) => {
            child.once("error", reject);
            child.once("close", (code) => {
                reject(
                    new Error(
                        `the policy pack in ${directory} ended with exit code ${code} before it answered`,
                    ),
                );
            });
            const lines = createInterface({ input: child.stdout });
            lines.once("line", (first) => {
                resolve(first);
                lines.on("line", (line) => write(this.call, "stdout", Buffer.from(`${line}\n`)));
            });
        });
        return new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), messageSize);
    }
}

function write(call: Call, stream: "stdout" | "stderr", chunk: Buffer): void {
    const response = new RunPluginResponse();
    if (stream === "stdout") {
        response.setStdout(chunk);
    } else {
        response.setStderr(chunk);
    }
    call.write(response);
}

function listed(environment: string[]): NodeJS.ProcessEnv {
    return Object.fromEntries(
        environment.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
}

function stackEnvironment(configuration?: AnalyzerStackConfigureRequest): NodeJS.ProcessEnv {
    if (configuration === undefined) {
        return {};
    }
    return {
        PULUMI_NODEJS_ORGANIZATION: configuration.getOrganization(),
        PULUMI_NODEJS_PROJECT: configuration.getProject(),
        PULUMI_NODEJS_STACK: configuration.getStack(),
        PULUMI_NODEJS_DRY_RUN: String(configuration.getDryRun()),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(configuration.getConfigMap().entries())),
    };
}
