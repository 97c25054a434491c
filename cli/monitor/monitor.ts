import type { sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { empties, fromStruct, grpcJs, toStruct } from "../../testing/grpc";
import { reveal, type Values } from "../../testing/values";
import type { Values as GivenValues } from "../project/values";
import { formatUrn, shortType, STACK_TYPE } from "../urn";
import type { Clouds } from "./clouds";
import { Invokes } from "./invokes";
import { readState } from "./reads";
import type { RecordedResource, Recording } from "./recording";
import { Transforms, type Transformable } from "./transforms";

/** What this monitor does for a program. Hooks are accepted, since a plan runs none of the steps they stand around. */
const FEATURES = new Set([
    "secrets",
    "resourceReferences",
    "outputValues",
    "aliasSpecs",
    "deletedWith",
    "replaceWith",
    "transforms",
    "invokeTransforms",
    "resourceHooks",
    "errorHooks",
    "parameterization",
]);

/** What a monitor must know of the run. */
export interface MonitorOptions {
    readonly project: string;
    readonly stack: string;
    readonly recording: Recording;
    readonly clouds: Clouds;
    readonly given: GivenValues;
    /** Called with the number of resources so far. */
    readonly onResource?: (count: number) => void;
}

/** The engine's resource monitor for a program that is only planned: it records, checks and creates nothing. */
export class Monitor {
    private readonly transforms = new Transforms();
    private readonly invokes: Invokes;

    constructor(private readonly options: MonitorOptions) {
        this.invokes = new Invokes(options.clouds, options.given.invokes, options.recording);
    }

    get service(): UntypedServiceImplementation {
        const none = () => new empties.Empty();
        const service: Partial<IResourceMonitorServer> = {
            supportsFeature: ({ request }, callback) => {
                const response = new messages.SupportsFeatureResponse();
                response.setHassupport(FEATURES.has(request.getId()));
                callback(null, response);
            },
            registerResource: ({ request }, callback) => void answer(callback, () => this.register(request)),
            registerResourceOutputs: ({ request }, callback) =>
                void answer(callback, () => {
                    const resource = this.options.recording.resources.get(request.getUrn());
                    if (resource) {
                        resource.outputs = fromStruct(request.getOutputs());
                    }
                    return none();
                }),
            readResource: ({ request }, callback) => void answer(callback, () => this.read(request)),
            invoke: ({ request }, callback) => void answer(callback, () => this.invoke(request)),
            call: ({ request }, callback) => void answer(callback, () => this.call(request)),
            registerStackTransform: ({ request }, callback) =>
                void answer(callback, () => (this.transforms.addToStack(request), none())),
            registerStackInvokeTransform: ({ request }, callback) =>
                void answer(callback, () => (this.transforms.addToInvokes(request), none())),
            registerResourceHook: (_, callback) => callback(null, none()),
            registerErrorHook: (_, callback) => callback(null, none()),
            registerPackage: ({ request }, callback) => {
                const response = new messages.RegisterPackageResponse();
                response.setRef(request.getName());
                callback(null, response);
            },
            signalAndWaitForShutdown: (_, callback) => callback(null, none()),
        };
        return service as UntypedServiceImplementation;
    }

    close(): void {
        this.transforms.close();
    }

    private async register(
        request: messages.RegisterResourceRequest,
    ): Promise<messages.RegisterResourceResponse> {
        const { recording, clouds } = this.options;
        const parent = request.getParent() || recording.stack?.urn;
        const subject = await this.transforms.resource(request, this.ancestors(parent), {
            inputs: fromStruct(request.getObject()),
            provider: request.getProvider(),
            ...(request.hasProtect() ? { protect: request.getProtect() } : {}),
            ...(request.hasRetainondelete() ? { retainOnDelete: request.getRetainondelete() } : {}),
        });
        const resource = this.record(request, parent, subject);
        this.transforms.keep(resource.urn, request.getTransformsList());
        const response = new messages.RegisterResourceResponse();
        response.setUrn(resource.urn);
        response.setId(request.getImportid());
        response.setObject(toStruct(resource.custom ? clouds.outputs(resource.type, resource.inputs) : {}));
        return response;
    }

    private record(
        request: messages.RegisterResourceRequest,
        parent: string | undefined,
        subject: Transformable,
    ): RecordedResource {
        const { recording } = this.options;
        const inherited = parent === undefined ? undefined : recording.resources.get(parent);
        const resource: RecordedResource = {
            ...this.placed(request.getType(), request.getName(), parent),
            custom: request.getCustom(),
            read: false,
            inputs: subject.inputs,
            provider: subject.provider,
            // The engine lets children inherit both.
            protect: subject.protect ?? inherited?.protect ?? false,
            retainOnDelete: subject.retainOnDelete ?? inherited?.retainOnDelete ?? false,
        };
        if (request.getRemote()) {
            recording.assume({
                kind: "remoteComponent",
                subject: resource.urn,
                text: `${shortType(resource.type)} ${resource.name} runs in a plugin: what it would create is not shown`,
            });
        }
        recording.add(resource);
        this.options.onResource?.(recording.resources.size);
        return resource;
    }

    private read(request: messages.ReadResourceRequest): messages.ReadResourceResponse {
        const { recording, given } = this.options;
        const parent = request.getParent() || recording.stack?.urn;
        const properties = fromStruct(request.getProperties());
        const resource: RecordedResource = {
            ...this.placed(request.getType(), request.getName(), parent),
            custom: true,
            read: true,
            inputs: properties,
            provider: request.getProvider(),
            protect: false,
            retainOnDelete: false,
        };
        recording.add(resource);
        const state = readState(
            { type: resource.type, id: request.getId(), properties },
            given.stackReferences,
            recording,
        );
        const response = new messages.ReadResourceResponse();
        response.setUrn(resource.urn);
        response.setProperties(toStruct(state));
        return response;
    }

    private async invoke(request: messages.ResourceInvokeRequest): Promise<provider.InvokeResponse> {
        const response = new provider.InvokeResponse();
        const args = await this.transforms.invoke(request.getTok(), fromStruct(request.getArgs()));
        response.setReturn(toStruct(this.invokes.answer(request.getTok(), args, request.getProvider())));
        return response;
    }

    private call(request: messages.ResourceCallRequest): provider.CallResponse {
        const response = new provider.CallResponse();
        const args = reveal(fromStruct(request.getArgs())) as Values;
        response.setReturn(toStruct(this.invokes.answer(request.getTok(), args, request.getProvider())));
        return response;
    }

    private placed(type: string, name: string, parent: string | undefined) {
        const { project, stack } = this.options;
        const isStack = type === STACK_TYPE;
        const urn = formatUrn({ project, stack, type, name, ...(parent && !isStack ? { parent } : {}) });
        return { urn, type, name, ...(parent !== undefined && !isStack ? { parent } : {}) };
    }

    /** URNs of a resource's parent, its parent, and so on. */
    private ancestors(parent: string | undefined): string[] {
        const urns: string[] = [];
        for (let urn = parent; urn !== undefined; urn = this.options.recording.resources.get(urn)?.parent) {
            urns.push(urn);
        }
        return urns;
    }
}

/** Answers a call, or fails it with the error's own message, which the SDK shows to the user. */
async function answer<T>(callback: sendUnaryData<T>, make: () => T | Promise<T>): Promise<void> {
    try {
        callback(null, await make());
    } catch (error) {
        callback({ code: grpcJs.status.UNKNOWN, details: (error as Error).message });
    }
}
