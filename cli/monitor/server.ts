import type { Server, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { grpcJs } from "../../testing/grpc";

/** Messages carry whole charts and policies, far above gRPC's 4 MB; a proxy must never see the loopback. */
export const loopback = {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    "grpc.enable_http_proxy": 0,
};

/** A server on a free port of the loopback interface. */
export interface RunningServer {
    readonly address: string;
    stop(): void;
}

/** Serves gRPC services on 127.0.0.1. */
export function serve(
    services: readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[],
): Promise<RunningServer> {
    const server: Server = new grpcJs.Server(loopback);
    for (const [definition, implementation] of services) {
        server.addService(definition, implementation);
    }
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpcJs.ServerCredentials.createInsecure(), (error, port) =>
            error
                ? reject(error)
                : resolve({ address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() }),
        );
    });
}
