import type * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { anys, grpcJs } from "./grpc";

/** The resource exists and is to be recorded, but did not become ready. */
export class InitFailure extends Error {
    constructor(
        message: string,
        /** What the call would have answered. */
        readonly answer: unknown,
    ) {
        super(message);
    }
}

/** An error the way the engine reads it. */
export function rpcError(error: Error & { code?: grpc.status }): Partial<grpc.StatusObject> {
    if (!(error instanceof InitFailure)) {
        return { code: error.code ?? grpcJs.status.UNKNOWN, details: error.message };
    }
    const detail = new messages.ErrorResourceInitFailed();
    detail.setReasonsList([error.message]);
    const { answer } = error;
    if (answer instanceof messages.CreateResponse) {
        detail.setId(answer.getId());
        detail.setProperties(answer.getProperties());
    } else if (answer instanceof messages.UpdateResponse) {
        detail.setProperties(answer.getProperties());
    }
    const packed = new anys.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpcJs.status.UNKNOWN);
    status.setMessage(error.message);
    status.addDetails(packed);
    const metadata = new grpcJs.Metadata();
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpcJs.status.UNKNOWN, details: error.message, metadata };
}
