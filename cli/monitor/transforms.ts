import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { grpcJs, toStruct, fromStruct } from "../../testing/grpc";
import type { Values } from "../../testing/values";
import { loopback } from "./server";

/** What a transform may change of a resource, as far as a plan shows it. */
export interface Transformable {
    inputs: Values;
    provider: string;
    protect?: boolean;
    retainOnDelete?: boolean;
}

/** Calls the program's own transforms, which stand in a server of the program. */
export class Transforms {
    private readonly ofStack: Callback[] = [];
    private readonly ofInvokes: Callback[] = [];
    private readonly ofResources = new Map<string, readonly Callback[]>();
    private readonly clients = new Map<string, CallbacksClient>();

    addToStack(callback: Callback): void {
        this.ofStack.push(callback);
    }

    addToInvokes(callback: Callback): void {
        this.ofInvokes.push(callback);
    }

    /** Keeps a component's transforms, which its descendants inherit. */
    keep(urn: string, callbacks: readonly Callback[]): void {
        if (callbacks.length > 0) {
            this.ofResources.set(urn, callbacks);
        }
    }

    /** Applies a resource's own transforms, then its ancestors' from the nearest on, then the stack's. */
    async resource(
        request: messages.RegisterResourceRequest,
        ancestors: readonly string[],
        subject: Transformable,
    ): Promise<Transformable> {
        const inherited = ancestors.flatMap((urn) => this.ofResources.get(urn) ?? []);
        let current = subject;
        for (const callback of [...request.getTransformsList(), ...inherited, ...this.ofStack]) {
            current = await this.apply(callback, request, current);
        }
        return current;
    }

    /** Applies the stack's invoke transforms to the arguments of a function. */
    async invoke(token: string, args: Values): Promise<Values> {
        let current = args;
        for (const callback of this.ofInvokes) {
            const request = new messages.TransformInvokeRequest();
            request.setToken(token);
            request.setArgs(toStruct(current));
            request.setOptions(new messages.TransformInvokeOptions());
            const answer = await this.call(callback, request.serializeBinary());
            current = fromStruct(messages.TransformInvokeResponse.deserializeBinary(answer).getArgs());
        }
        return current;
    }

    close(): void {
        this.clients.forEach((client) => client.close());
    }

    private async apply(
        callback: Callback,
        request: messages.RegisterResourceRequest,
        subject: Transformable,
    ): Promise<Transformable> {
        const options = new messages.TransformResourceOptions();
        options.setProvider(subject.provider);
        options.setDependsOnList(request.getDependenciesList());
        options.setAliasesList(request.getAliasesList());
        options.setIgnoreChangesList(request.getIgnorechangesList());
        if (subject.protect !== undefined) {
            options.setProtect(subject.protect);
        }
        if (subject.retainOnDelete !== undefined) {
            options.setRetainOnDelete(subject.retainOnDelete);
        }
        const asked = new messages.TransformRequest();
        asked.setType(request.getType());
        asked.setName(request.getName());
        asked.setCustom(request.getCustom());
        asked.setParent(request.getParent());
        asked.setProperties(toStruct(subject.inputs));
        asked.setOptions(options);
        const answer = messages.TransformResponse.deserializeBinary(
            await this.call(callback, asked.serializeBinary()),
        );
        const answered = answer.getOptions() ?? options;
        return {
            inputs: fromStruct(answer.getProperties()),
            provider: answered.getProvider(),
            ...(answered.hasProtect() ? { protect: answered.getProtect() } : {}),
            ...(answered.hasRetainOnDelete() ? { retainOnDelete: answered.getRetainOnDelete() } : {}),
        };
    }

    private call(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
        const target = callback.getTarget();
        const client =
            this.clients.get(target) ??
            new CallbacksClient(target, grpcJs.credentials.createInsecure(), loopback);
        this.clients.set(target, client);
        const message = new CallbackInvokeRequest();
        message.setToken(callback.getToken());
        message.setRequest(request);
        return new Promise((resolve, reject) => {
            client.invoke(message, (error, response) =>
                error ? reject(new Error(error.details)) : resolve(response.getResponse_asU8()),
            );
        });
    }
}
