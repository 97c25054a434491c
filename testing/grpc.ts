import * as path from "node:path";
import type * as grpc from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Values } from "./values";

/**
 * gRPC and protobuf are dependencies of @pulumi/pulumi, and its generated messages only work with its own
 * copies: they are resolved from where it is installed, hoisted or not.
 */
function fromPulumi<T>(name: string): T {
    const pulumi = path.dirname(require.resolve("@pulumi/pulumi/package.json"));
    return require(require.resolve(name, { paths: [pulumi] })) as T;
}

export const grpcJs = fromPulumi<typeof grpc>("@grpc/grpc-js");
export const structs = fromPulumi<typeof import("google-protobuf/google/protobuf/struct_pb")>(
    "google-protobuf/google/protobuf/struct_pb.js",
);
export const empties = fromPulumi<typeof import("google-protobuf/google/protobuf/empty_pb")>(
    "google-protobuf/google/protobuf/empty_pb.js",
);
export const anys = fromPulumi<typeof import("google-protobuf/google/protobuf/any_pb")>(
    "google-protobuf/google/protobuf/any_pb.js",
);

/** The properties in a message. */
export function fromStruct(struct: Struct | undefined): Values {
    return (struct?.toJavaScript() ?? {}) as Values;
}

/** Properties for a message. */
export function toStruct(values: Values): Struct {
    return structs.Struct.fromJavaScript(values);
}
