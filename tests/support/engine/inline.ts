/**
 * Serves a program of the test process to the CLI, as the Automation API does. The Automation API itself gives no
 * way to kill the CLI that it runs, nor to read its raw output, so its language server is used without it.
 */
import * as grpc from "@grpc/grpc-js";
import type { automation } from "@pulumi/pulumi";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";

/** A program that the CLI can call. */
export interface ServedProgram {
    /** The CLI's flags that point to the program. */
    readonly flags: readonly string[];
    close(): void;
}

/** Starts to serve the program on a free port of the loopback interface. */
export async function serve(program: automation.PulumiFn): Promise<ServedProgram> {
    // Its declaration is stripped from the SDK as internal; @pulumi/pulumi is pinned to an exact version.
    const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
        LanguageServer: new (program: automation.PulumiFn) => grpc.UntypedServiceImplementation;
    };
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
    server.addService(LanguageRuntimeService, new LanguageServer(program));
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
            error ? reject(error) : resolve(bound),
        );
    });
    return {
        flags: [`--client=127.0.0.1:${port}`, "--exec-kind=auto.inline"],
        // Not its onPulumiExit(): that throws for promises left open anywhere in this process, other tests' included.
        close: () => server.forceShutdown(),
    };
}
