/**
 * A stand-in for `pulumi-language-nodejs`, for tests only. The real one is part of the CLI distribution and of no
 * package registry, and a CLI built from source can run no `runtime: nodejs` project without it. This one speaks
 * the part of its protocol that `preview`, `up`, `refresh`, `destroy` and policy packs need.
 */
import * as grpc from "@grpc/grpc-js";
import { type ILanguageRuntimeServer, LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { runPolicyPack } from "./policyPack";
import { runProgram, stopProgram } from "./program";
import { bind, messageSize } from "./server";

const handlers: Partial<ILanguageRuntimeServer> = {
    getPluginInfo: (_call, callback) => {
        const info = new PluginInfo();
        info.setVersion("0.0.0");
        callback(null, info);
    },
    // Nothing is required ahead: the tests attach their providers, and downloads are off.
    getRequiredPackages: (_call, callback) => callback(null, new messages.GetRequiredPackagesResponse()),
    getRequiredPlugins: (_call, callback) => callback(null, new messages.GetRequiredPluginsResponse()),
    getProgramDependencies: (_call, callback) =>
        callback(null, new messages.GetProgramDependenciesResponse()),
    installDependencies: (call) => call.end(),
    about: (_call, callback) => {
        const about = new messages.AboutResponse();
        about.setExecutable(process.execPath);
        about.setVersion(process.version);
        callback(null, about);
    },
    run: (call, callback) => {
        void runProgram(call.request).then((response) => callback(null, response));
    },
    runPlugin: (call) => void runPolicyPack(call),
    cancel: (_call, callback) => {
        stopProgram();
        callback(null, new Empty());
    },
};

async function main(): Promise<void> {
    const server = new grpc.Server(messageSize);
    server.addService(LanguageRuntimeService, handlers as grpc.UntypedServiceImplementation);
    // The engine reads the port from the first line.
    process.stdout.write(`${await bind(server)}\n`);
    // The pipe closes when the engine ends, also when it is killed: nothing of ours may outlive it.
    process.stdin.on("end", () => process.exit(0)).resume();
}

void main();
