/**
 * The few calls to a Kubernetes API that the tests need, without a client library.
 */
import * as https from "node:https";
import type { KubernetesObject } from "./apiserver";

interface ApiResource {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
}

/** A client of one API server. */
export class KubernetesApi {
    private readonly agent: https.Agent;

    constructor(
        private readonly url: string,
        private readonly token: string,
        certificate: string,
    ) {
        this.agent = new https.Agent({ keepAlive: true, ca: certificate });
    }

    /**
     * Server-side apply; unknown and repeated fields are refused.
     *
     * @throws Error with the server's reason
     */
    async apply(object: KubernetesObject, dryRun: boolean): Promise<KubernetesObject> {
        const resource = await this.resource(object.apiVersion, object.kind);
        if (resource === undefined) {
            throw new Error(`the server knows no kind ${object.kind} in ${object.apiVersion}`);
        }
        const namespace = resource.namespaced ? `/namespaces/${object.metadata.namespace ?? "default"}` : "";
        const query = new URLSearchParams({
            fieldManager: "barycenter-test",
            fieldValidation: "Strict",
            force: "true",
            ...(dryRun ? { dryRun: "All" } : {}),
        });
        const target = `${root(object.apiVersion)}${namespace}/${resource.name}/${object.metadata.name}?${query}`;
        const { status, body } = await this.call("PATCH", target, JSON.stringify(object));
        if (status >= 300) {
            throw new Error((body as { message?: string }).message ?? `status ${status}`);
        }
        return body as KubernetesObject;
    }

    /** True when the server serves that kind. */
    async serves(apiVersion: string, kind: string): Promise<boolean> {
        return (await this.resource(apiVersion, kind)) !== undefined;
    }

    /** Closes the connections. */
    close(): void {
        this.agent.destroy();
    }

    private async resource(apiVersion: string, kind: string): Promise<ApiResource | undefined> {
        const { status, body } = await this.call("GET", root(apiVersion));
        const resources = status === 200 ? (body as { resources: ApiResource[] }).resources : [];
        // Sub-resources, such as deployments/scale, have a kind too.
        return resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
    }

    private call(
        method: string,
        target: string,
        payload?: string,
    ): Promise<{ status: number; body: unknown }> {
        const headers = {
            authorization: `Bearer ${this.token}`,
            accept: "application/json",
            // JSON is YAML.
            ...(payload === undefined ? {} : { "content-type": "application/apply-patch+yaml" }),
        };
        return new Promise((resolve, reject) => {
            const request = https.request(
                `${this.url}${target}`,
                { method, headers, agent: this.agent },
                (response) => {
                    let text = "";
                    response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
                    response.once("end", () =>
                        resolve({ status: response.statusCode ?? 0, body: parsed(text) }),
                    );
                    response.once("error", reject);
                },
            );
            request.once("error", reject);
            request.end(payload);
        });
    }
}

function root(apiVersion: string): string {
    return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Errors of the layers below the API are plain text. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return { message: text.trim() };
    }
}
