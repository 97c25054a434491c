import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/engine_pb";
import { empties } from "../../testing/grpc";
import type { Recording, Severity } from "./recording";

const SEVERITIES: Readonly<Record<number, Severity>> = {
    [messages.LogSeverity.INFO]: "info",
    [messages.LogSeverity.WARNING]: "warning",
    [messages.LogSeverity.ERROR]: "error",
};

/** The engine's side of a program's messages. */
export function engineService(recording: Recording): UntypedServiceImplementation {
    let root = "";
    const service: Partial<IEngineServer> = {
        log: ({ request }, callback) => {
            const severity = SEVERITIES[request.getSeverity()];
            if (severity !== undefined && !request.getEphemeral()) {
                recording.messages.push({ severity, text: request.getMessage(), urn: request.getUrn() });
            }
            callback(null, new empties.Empty());
        },
        getRootResource: (_, callback) => {
            const response = new messages.GetRootResourceResponse();
            response.setUrn(root);
            callback(null, response);
        },
        setRootResource: ({ request }, callback) => {
            root = request.getUrn();
            callback(null, new messages.SetRootResourceResponse());
        },
        startDebugging: (_, callback) => callback(null, new empties.Empty()),
        // The program runs on whatever CLI the user has; a plan has none to compare with.
        requirePulumiVersion: (_, callback) => callback(null, new messages.RequirePulumiVersionResponse()),
    };
    return service as UntypedServiceImplementation;
}
