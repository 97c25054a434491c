import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";

interface Deployed {
    id: string;
    model: string;
    [field: string]: unknown;
}

/** What an endpoint serves. */
interface Served {
    deployedModels: Deployed[];
    trafficSplit: Record<string, number>;
    /** Whether it has a domain of its own, which it tells with its first model. */
    dedicated?: boolean;
    privateServiceConnectConfig?: object;
}

interface Pending {
    readonly name: string;
    polls: number;
    readonly finish: () => void;
    done: boolean;
    error?: { code: number; message: string };
}

/** A call that the double got. */
export interface Call {
    readonly method: string;
    readonly path: string;

    readonly body: any;
}

/**
 * A double of the few calls of Vertex AI's REST API that a deployment makes, on the loopback interface. Answers have
 * the shapes of cloud.google.com/vertex-ai/docs/reference/rest/v1: operations are under way for a while, models and
 * deployments conflict with their own ids, a deployment with traffic can't be taken away.
 */
export class VertexDouble {
    readonly calls: Call[] = [];
    readonly models = new Map<string, Record<string, unknown>>();
    readonly endpoints = new Map<string, Served>();
    readonly operations: Pending[] = [];
    /** Answers to the next calls whose path ends so, in place of the real ones. */
    readonly failures: {
        readonly ends: string;
        readonly status: number;
        readonly message: string;
        /** Name in google.rpc.Code, where HTTP's number stands for several. */
        readonly reason?: string;
        /** Ends the connection in place of an answer. */
        readonly hangUp?: true;
    }[] = [];
    /** Ends the next operation with this error. */
    operationError?: { code: number; message: string };
    /** Takes every endpoint that is asked for as existing, as those are that another double has made. */
    anyEndpoint = false;
    /** Address that endpoints get with their first model. */
    privateAddress?: string;
    /** Operations in one page of a listing. */
    pageSize = 100;
    /** Polls that an operation takes. */
    polls = 1;

    private constructor(private readonly server: http.Server) {}

    static async start(): Promise<VertexDouble> {
        const server = http.createServer();
        const double = new VertexDouble(server);
        server.on("request", (request, response) => void double.answer(request, response));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return double;
    }

    get address(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    /** Methods and ends of paths, in order, without polls. */
    get log(): string[] {
        return this.calls
            .filter(({ path }) => !/\/operations\/\d+$/.test(path))
            .map(({ method, path }) => `${method} ${path.replace(/^.*\/locations\/[^/]+\//, "")}`);
    }

    private endpointNamed(name: string): Served | undefined {
        if (this.anyEndpoint && !this.endpoints.has(name)) {
            this.endpoints.set(name, { deployedModels: [], trafficSplit: {}, dedicated: true });
        }
        return this.endpoints.get(name);
    }

    private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
        }
        const text = Buffer.concat(chunks).toString();
        const path = (request.url ?? "").replace(/^\/v1\//, "");
        const method = request.method ?? "GET";
        const body: unknown = text === "" ? undefined : JSON.parse(text);
        this.calls.push({ method, path, body });
        const at = this.failures.findIndex(({ ends }) => path.endsWith(ends));
        const failure = at >= 0 ? this.failures.splice(at, 1)[0] : undefined;
        if (failure?.hangUp) {
            response.destroy();
            return;
        }
        const [status, answer] = failure
            ? refused(failure.status, failure.message, failure.reason)
            : this.route(method, path, (body ?? {}) as Record<string, any>);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    }

    private route(method: string, path: string, body: Record<string, any>): [number, unknown] {
        const [resource = "", query = ""] = path.split("?");
        const operation = this.operations.find(({ name }) => name === resource);
        if (operation) {
            return [200, this.poll(operation)];
        }
        const listing = /^(.*)\/operations$/.exec(resource);
        if (listing) {
            return [200, this.list(`${listing[1]}/`, new URLSearchParams(query))];
        }
        const upload = /^(.*)\/models:upload$/.exec(resource);
        if (upload) {
            return this.upload(`${upload[1]}/models/${body.modelId as string}`, body.model as object);
        }
        const action = /^(.*\/endpoints\/\d+):(\w+)$/.exec(resource);
        if (action) {
            return this.act(action[1]!, action[2]!, body);
        }
        return resource.includes("/models/")
            ? this.model(method, resource, body)
            : this.endpoint(method, resource, query, body);
    }

    /** Operations that are done are listed for weeks. The service documents no filter, so one is refused. */
    private list(prefix: string, query: URLSearchParams): unknown {
        assert.equal(query.get("filter"), null);
        const start = Number(query.get("pageToken") ?? 0);
        const all = this.operations.filter(({ name }) => name.startsWith(prefix));
        const page = all.slice(start, start + this.pageSize);
        return {
            ...(page.length > 0
                ? { operations: page.map(({ name, done }) => ({ name, ...(done ? { done } : {}) })) }
                : {}),
            ...(all.length > start + this.pageSize ? { nextPageToken: String(start + this.pageSize) } : {}),
        };
    }

    private upload(name: string, model: object): [number, unknown] {
        if (this.models.has(name)) {
            return refused(409, `Model ${name} already exists`, "ALREADY_EXISTS");
        }
        return this.begin(name, () => this.models.set(name, { name, versionId: "1", ...model }));
    }

    private act(name: string, verb: string, body: Record<string, any>): [number, unknown] {
        const endpoint = this.endpointNamed(name);
        if (!endpoint) {
            return refused(404, `Endpoint ${name} is not found`);
        }
        switch (verb) {
            case "deployModel": {
                const deployed = body.deployedModel as Deployed;
                if (endpoint.deployedModels.some(({ id }) => id === deployed.id)) {
                    return refused(409, `DeployedModel ${deployed.id} already exists`, "ALREADY_EXISTS");
                }
                const shares = Object.values((body.trafficSplit ?? {}) as Record<string, number>);
                if (shares.length > 0 && shares.reduce((a, b) => a + b, 0) !== 100) {
                    return refused(400, "traffic must add up to 100");
                }
                return this.begin(name, () => {
                    endpoint.deployedModels.push({
                        ...deployed,
                        privateEndpoints: {
                            serviceAttachment: `projects/t/serviceAttachments/${deployed.id}`,
                        },
                    });
                    if (this.privateAddress !== undefined) {
                        endpoint.privateServiceConnectConfig = {
                            pscAutomationConfigs: [{ ipAddress: this.privateAddress }],
                        };
                    }
                    const { "0": share, ...others } = body.trafficSplit as Record<string, number>;
                    endpoint.trafficSplit = { ...others, ...(share ? { [deployed.id]: share } : {}) };
                });
            }
            case "undeployModel": {
                const id = body.deployedModelId as string;
                const split = (body.trafficSplit ?? endpoint.trafficSplit) as Record<string, number>;
                if ((split[id] ?? 0) > 0) {
                    return refused(400, `DeployedModel ${id} has traffic`);
                }
                return this.begin(name, () => {
                    endpoint.deployedModels = endpoint.deployedModels.filter(
                        (deployed) => deployed.id !== id,
                    );
                    endpoint.trafficSplit = split;
                });
            }
            case "mutateDeployedModel": {
                const found = endpoint.deployedModels.find(({ id }) => id === body.deployedModel.id);
                return found
                    ? this.begin(name, () => {
                          found.dedicatedResources = {
                              ...(found.dedicatedResources as object),
                              ...body.deployedModel.dedicatedResources,
                          };
                      })
                    : refused(404, "DeployedModel is not found");
            }
            default:
                return refused(404, `no method ${verb}`);
        }
    }

    private model(method: string, name: string, body: Record<string, any>): [number, unknown] {
        const model = this.models.get(name);
        if (!model) {
            return refused(404, `Model ${name} is not found`);
        }
        if (method === "DELETE") {
            const served = [...this.endpoints.values()].some(({ deployedModels }) =>
                deployedModels.some((deployed) => deployed.model === name),
            );
            return served
                ? refused(400, `Model ${name} is deployed`)
                : this.begin(name, () => this.models.delete(name));
        }
        if (method === "PATCH") {
            Object.assign(model, body);
        }
        const deployedModels = [...this.endpoints].flatMap(([endpoint, served]) =>
            served.deployedModels
                .filter((deployed) => deployed.model === name)
                .map(({ id }) => ({ endpoint, deployedModelId: id })),
        );
        return [200, { ...model, ...(deployedModels.length > 0 ? { deployedModels } : {}) }];
    }

    private endpoint(
        method: string,
        name: string,
        query: string,
        body: Record<string, any>,
    ): [number, unknown] {
        const endpoint = this.endpointNamed(name);
        if (!endpoint) {
            return refused(404, `Endpoint ${name} is not found`);
        }
        if (method === "PATCH" && query === "updateMask=trafficSplit") {
            endpoint.trafficSplit = body.trafficSplit as Record<string, number>;
        }
        return [
            200,
            {
                name,
                // Empty lists and maps are left out, as the API does.
                ...(endpoint.deployedModels.length > 0 ? { deployedModels: endpoint.deployedModels } : {}),
                ...(Object.keys(endpoint.trafficSplit).length > 0
                    ? { trafficSplit: endpoint.trafficSplit }
                    : {}),
                ...(endpoint.dedicated && endpoint.deployedModels.length > 0
                    ? {
                          dedicatedEndpointDns: `${name.replace(/^.*\//, "")}.europe-west4-1.prediction.vertexai.goog`,
                      }
                    : {}),
                ...(endpoint.privateServiceConnectConfig
                    ? { privateServiceConnectConfig: endpoint.privateServiceConnectConfig }
                    : {}),
            },
        ];
    }

    private begin(owner: string, finish: () => void): [number, unknown] {
        const name = `${owner}/operations/${1000 + this.operations.length}`;
        const error = this.operationError;
        this.operationError = undefined;
        this.operations.push({
            name,
            polls: this.polls,
            done: false,
            finish: error ? () => undefined : finish,
            ...(error ? { error } : {}),
        });
        return [200, { name, metadata: {} }];
    }

    private poll(operation: Pending): unknown {
        if (!operation.done && operation.polls-- <= 0) {
            operation.done = true;
            operation.finish();
        }
        const { name, done, error } = operation;
        return done ? { name, done, ...(error ? { error } : { response: {} }) } : { name };
    }
}

function refused(code: number, message: string, status?: string): [number, unknown] {
    return [code, { error: { code, message, ...(status === undefined ? {} : { status }) } }];
}
