/**
 * What the two servers of the language host stand-in have in common.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";

/** The engine sends whole states in one message, far above gRPC's default of 4 MB. */
export const messageSize = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Binds the server to a free port of the loopback interface. */
export function bind(server: grpc.Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        );
    });
}

/**
 * Finds an entry point of the Pulumi SDK as seen from a program, as the real host does: the program must run on the
 * copy that its own modules import.
 *
 * @throws Error that tells to install the dependencies when the SDK can't be found
 */
export function locate(entryPoint: string, from: string): string {
    try {
        return createRequire(path.join(from, "index.js")).resolve(`@pulumi/pulumi/cmd/${entryPoint}`);
    } catch {
        throw new Error(
            `It looks like the Pulumi SDK has not been installed in ${from}. Have you run npm install or yarn install?`,
        );
    }
}
