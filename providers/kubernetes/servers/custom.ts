import type { Server } from "./server";

/** A container of the user's own: all that is known of it is its port. */
export const custom: Server = {
    images: {},
    port: (spec) => spec.port,
    extraPorts: [],
    command: undefined,
    args: () => [],
    environment: {},
    readiness: () => ({ tcpSocket: { port: "http1" } }),
    liveness: undefined,
    metricsPort: undefined,
    sharedMemory: "several accelerators",
    user: undefined,
    protocol: "the container's own, over HTTP",
    query: () => undefined,
};
