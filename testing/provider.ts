import type * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as plugins from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { readConfig } from "./config";
import { diffProviderConfig, checkProviderConfig } from "./providerConfig";
import type { Change } from "./diff";
import { covers } from "./diff";
import { empties, fromStruct, grpcJs, toStruct } from "./grpc";
import { InitFailure, rpcError } from "./rpcErrors";
import { type Autonaming, defaultsKey } from "./names";
import { ruleOf } from "./rules";
import type { CloudConfig } from "./rules/types";
import type { PackageName } from "./schema/types";
import type { Simulator } from "./simulator";
import type { CloudResource } from "./store";
import { conceal, type Path, reveal, type Values } from "./values";
import { type Call, type Fault, strike } from "./faults";

/** What a provider tells the clouds about each call, and which faults it has to suffer for it. */
export interface Observer {
    begin(call: Omit<Call, "nth" | "error">): { readonly call: Call; readonly faults: readonly Fault[] };
    end(call: Call, error?: string): void;
}

type Unary<Request, Response> = grpc.ServerUnaryCall<Request, Response>;

/**
 * The resource provider of one package, as the engine speaks to it. One server serves all provider resources of
 * its package: the engine opens a connection for each, by which their configurations are told apart.
 */
export class ProviderServer {
    private readonly configs = new Map<string, CloudConfig>();
    private readonly fallback: CloudConfig;

    constructor(
        private readonly name: PackageName,
        private readonly simulator: Simulator,
        private readonly observer: Observer,
    ) {
        this.fallback = readConfig(name, {});
    }

    /** The service's methods, for `grpc.Server.addService`. */
    service(): IResourceProviderServer {
        const empty = () => new empties.Empty();
        const unserved = (method: string) => {
            throw Object.assign(new Error(`simulated ${this.name}: ${method} is not served`), {
                code: grpcJs.status.UNIMPLEMENTED,
            });
        };
        return {
            handshake: unary(() => {
                const response = new messages.ProviderHandshakeResponse();
                response.setAcceptSecrets(true);
                response.setSupportsAutonamingConfiguration(true);
                return response;
            }),
            getPluginInfo: unary(() => {
                const info = new plugins.PluginInfo();
                info.setVersion(this.simulator.schemas.version(this.name));
                return info;
            }),
            getSchema: unary(() => {
                const response = new messages.GetSchemaResponse();
                const version = this.simulator.schemas.version(this.name);
                response.setSchema(JSON.stringify({ name: this.name, version }));
                return response;
            }),
            checkConfig: unary((call) =>
                checkProviderConfig(this.name, this.simulator.schemas, call.request),
            ),
            diffConfig: unary((call) => diffProviderConfig(this.name, call.request)),
            configure: unary((call) => this.configure(call)),
            check: unary((call) => this.check(call)),
            diff: unary((call) => this.diff(call)),
            create: unary((call) => this.create(call)),
            read: unary((call) => this.read(call)),
            update: unary((call) => this.update(call)),
            delete: unary((call) => this.delete(call)),
            invoke: unary((call) => this.invoke(call)),
            cancel: unary(empty),
            attach: unary(empty),
            getMapping: unary(() => new messages.GetMappingResponse()),
            getMappings: unary(() => new messages.GetMappingsResponse()),
            parameterize: unary(() => unserved("parameterize")),
            call: unary(() => unserved("a resource method")),
            construct: unary((call) => unserved(`the remote component ${call.request.getType()}`)),
            list: (call) => call.destroy(new Error(`simulated ${this.name}: list is not served`)),
        };
    }

    private configure(
        call: Unary<messages.ConfigureRequest, messages.ConfigureResponse>,
    ): messages.ConfigureResponse {
        this.configs.set(
            call.getPeer(),
            readConfig(this.name, reveal(fromStruct(call.request.getArgs())) as Values),
        );
        const response = new messages.ConfigureResponse();
        response.setAcceptsecrets(true);
        response.setSupportspreview(true);
        // Resource references arrive as ids and outputs as plain values, as the real providers have it.
        response.setAcceptresources(false);
        response.setAcceptoutputs(false);
        response.setSupportsAutonamingConfiguration(true);
        return response;
    }

    private async check(
        call: Unary<messages.CheckRequest, messages.CheckResponse>,
    ): Promise<messages.CheckResponse> {
        const { request } = call;
        return this.observed("check", request.getUrn(), undefined, () => {
            const secrets: Path[] = [];
            const inputs = reveal(fromStruct(request.getNews()), secrets) as Values;
            const olds = request.hasOlds() ? (reveal(fromStruct(request.getOlds())) as Values) : undefined;
            const { type, name } = parseUrn(request.getUrn());
            const checked = this.simulator.check(
                { type, name, inputs, urn: request.getUrn(), config: this.config(call) },
                {
                    olds,
                    seed: `${request.getUrn()}:${Buffer.from(request.getRandomseed_asU8()).toString("hex")}`,
                    autonaming: autonaming(request),
                },
            );
            const response = new messages.CheckResponse();
            const bridged = this.name === "aws" || this.name === "gcp";
            const noted: Values = bridged
                ? { [defaultsKey]: checked.autonamed ? [checked.autonamed] : [] }
                : {};
            response.setInputs(toStruct({ ...conceal(checked.inputs, secrets), ...noted }));
            response.setFailuresList(
                checked.failures.map(({ property, reason }) => {
                    const failure = new messages.CheckFailure();
                    failure.setProperty(property);
                    failure.setReason(reason);
                    return failure;
                }),
            );
            return response;
        });
    }

    private async diff(
        call: Unary<messages.DiffRequest, messages.DiffResponse>,
    ): Promise<messages.DiffResponse> {
        const { request } = call;
        return this.observed("diff", request.getUrn(), request.getId(), () => {
            const { type } = parseUrn(request.getUrn());
            const olds = fromStruct(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
            const ignored = request.getIgnorechangesList();
            const found = this.simulator.diff(
                type,
                olds,
                fromStruct(request.getNews()),
                this.config(call),
                (path) => ignored.some((each) => covers(each, path)),
            );
            const response = new messages.DiffResponse();
            const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
            response.setChanges(found.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
            response.setDiffsList([...new Set(found.changes.map((each) => topLevel(each.path)))]);
            response.setReplacesList(
                found.changes.filter((each) => each.replaces).map((each) => topLevel(each.path)),
            );
            response.setDeletebeforereplace(found.deleteBeforeReplace);
            response.setHasdetaileddiff(true);
            for (const change of found.changes) {
                response.getDetaileddiffMap().set(change.path, propertyDiff(change));
            }
            return response;
        });
    }

    private async create(
        call: Unary<messages.CreateRequest, messages.CreateResponse>,
    ): Promise<messages.CreateResponse> {
        const { request } = call;
        const urn = request.getUrn();
        const secrets: Path[] = [];
        const inputs = reveal(fromStruct(request.getProperties()), secrets) as Values;
        const declaration = { ...parseUrn(urn), inputs, urn, config: this.config(call) };
        const response = new messages.CreateResponse();
        return this.observed(request.getPreview() ? "preview" : "create", urn, undefined, () => {
            if (request.getPreview()) {
                response.setProperties(
                    toStruct(this.hide(declaration.type, this.simulator.preview(declaration), secrets)),
                );
                return response;
            }
            const made = this.simulator.create(declaration);
            response.setId(made.id);
            response.setProperties(toStruct(this.hide(made.type, made.outputs, secrets)));
            return response;
        });
    }

    private async read(
        call: Unary<messages.ReadRequest, messages.ReadResponse>,
    ): Promise<messages.ReadResponse> {
        const { request } = call;
        return this.observed("read", request.getUrn(), request.getId(), () => {
            const { type } = parseUrn(request.getUrn());
            const found = this.simulator.read(type, request.getId(), this.config(call));
            const response = new messages.ReadResponse();
            if (found) {
                // The clouds hold plain values; what was secret when it was given is secret still.
                const outputSecrets: Path[] = [];
                const inputSecrets: Path[] = [];
                reveal(fromStruct(request.getProperties()), outputSecrets);
                reveal(fromStruct(request.getInputs()), inputSecrets);
                response.setId(found.id);
                response.setProperties(
                    toStruct(this.hide(type, found.outputs, [...outputSecrets, ...inputSecrets])),
                );
                response.setInputs(
                    toStruct(conceal(found.inputs, [...inputSecrets, ...this.secretInputs(type)])),
                );
            }
            return response;
        });
    }

    private async update(
        call: Unary<messages.UpdateRequest, messages.UpdateResponse>,
    ): Promise<messages.UpdateResponse> {
        const { request } = call;
        const urn = request.getUrn();
        const secrets: Path[] = [];
        const inputs = reveal(fromStruct(request.getNews()), secrets) as Values;
        const declaration = { ...parseUrn(urn), inputs, urn, config: this.config(call) };
        const response = new messages.UpdateResponse();
        return this.observed(request.getPreview() ? "preview" : "update", urn, request.getId(), () => {
            const outputs = request.getPreview()
                ? this.simulator.previewUpdate(declaration, reveal(fromStruct(request.getOlds())) as Values)
                : this.simulator.update(request.getId(), declaration).outputs;
            response.setProperties(toStruct(this.hide(declaration.type, outputs, secrets)));
            return response;
        });
    }

    private async delete(call: Unary<messages.DeleteRequest, unknown>) {
        const { request } = call;
        return this.observed("delete", request.getUrn(), request.getId(), () => {
            this.simulator.delete(parseUrn(request.getUrn()).type, request.getId(), this.config(call));
            return new empties.Empty();
        });
    }

    private async invoke(
        call: Unary<messages.InvokeRequest, messages.InvokeResponse>,
    ): Promise<messages.InvokeResponse> {
        const { request } = call;
        return this.observed(
            "invoke",
            "",
            undefined,
            () => {
                const answer = this.simulator.invoke(
                    request.getTok(),
                    fromStruct(request.getArgs()),
                    this.config(call),
                );
                const response = new messages.InvokeResponse();
                response.setReturn(toStruct(answer));
                return response;
            },
            request.getTok(),
        );
    }

    /** Runs a call with whatever faults it has to suffer, and records how it ended. */
    private async observed<T>(
        operation: Call["operation"],
        urn: string,
        id: string | undefined,
        work: () => T,
        token?: string,
    ): Promise<T> {
        const { type, name } = token === undefined ? parseUrn(urn) : { type: token, name: "" };
        const { call, faults } = this.observer.begin({ operation, type, name, urn, ...(id ? { id } : {}) });
        const at = (point: Fault["point"]) => faults.filter((each) => (each.point ?? "before") === point);
        try {
            await strike(at("before"), call);
            const answer = work();
            await strike(at("after"), call);
            const [unready] = at("unready");
            if (unready) {
                throw new InitFailure(unready.message ?? "did not become ready", answer);
            }
            this.observer.end(call);
            return answer;
        } catch (error) {
            this.observer.end(call, (error as Error).message);
            throw error;
        }
    }

    private config(call: { getPeer(): string }): CloudConfig {
        // A connection that was opened again has not been configured: any of the package's provider will do.
        return this.configs.get(call.getPeer()) ?? [...this.configs.values()].at(-1) ?? this.fallback;
    }

    private hide(type: string, outputs: Values, secrets: readonly Path[]): Values {
        const declared = this.simulator.spec(type)?.secretOutputs ?? [];
        const own = ruleOf(type)?.secretOutputs ?? [];
        return conceal(outputs, [...secrets, ...[...declared, ...own].map((each) => [each])]);
    }

    private secretInputs(type: string): Path[] {
        return (this.simulator.spec(type)?.secretInputs ?? []).map((each) => [each]);
    }
}

/** Turns a function of a call into a gRPC handler. */
function unary<Request, Response>(
    handle: (call: Unary<Request, Response>) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        Promise.resolve()
            .then(() => handle(call))
            .then(
                (response) => callback(null, response),
                (error: Error) => callback(rpcError(error)),
            );
    };
}

/** The type and the name in a URN: `urn:pulumi:stack::project::parent$type::name`. */
export function parseUrn(urn: string): { readonly type: string; readonly name: string } {
    const [, , types, ...name] = urn.split("::");
    return { type: types?.slice(types.lastIndexOf("$") + 1) ?? "", name: name.join("::") };
}

function autonaming(request: messages.CheckRequest): Autonaming | undefined {
    const options = request.getAutonaming();
    if (!options) {
        return undefined;
    }
    const { PROPOSE, ENFORCE } = messages.CheckRequest.AutonamingOptions.Mode;
    const mode = options.getMode();
    return {
        mode: mode === ENFORCE ? "enforce" : mode === PROPOSE ? "propose" : "disable",
        proposed: options.getProposedName(),
    };
}

function topLevel(path: string): string {
    return /^[^.[]+/.exec(path)?.[0] ?? path;
}

function propertyDiff(change: Change): messages.PropertyDiff {
    const { Kind } = messages.PropertyDiff;
    const kinds = {
        add: [Kind.ADD, Kind.ADD_REPLACE],
        delete: [Kind.DELETE, Kind.DELETE_REPLACE],
        update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
    };
    const diff = new messages.PropertyDiff();
    diff.setKind(kinds[change.kind][change.replaces ? 1 : 0]);
    diff.setInputdiff(true);
    return diff;
}

/** The resource a store entry stands for, without what only the simulation needs. */
export type { CloudResource };
