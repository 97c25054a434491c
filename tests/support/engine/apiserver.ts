/**
 * A real Kubernetes API server on the loopback interface, to which tests send their objects. There is no controller
 * manager: no pods appear, and namespaces never finish deleting.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { findApiServer } from "../../../scripts/engines/apiserver";
import { ApiServerProcesses } from "./apiserverProcesses";
import { KubernetesApi } from "./kubernetesApi";

/** A Kubernetes object as it stands in a manifest. */
export interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly [key: string]: unknown;
    };
    readonly [key: string]: unknown;
}

/** How objects are applied. */
export interface ApplyOptions {
    /** Check the objects as if they were stored, and store nothing. @default false */
    readonly dryRun?: boolean;
}

/** Definitions of custom resources take effect some time after they are stored, in milliseconds at most. */
const ESTABLISHED_WITHIN = 30_000;
const POLL = 50;

/** A running API server. */
export class ApiServer {
    private static readonly live = new Set<ApiServer>();

    private constructor(
        private readonly folder: string,
        private readonly processes: ApiServerProcesses,
        private readonly api: KubernetesApi,
    ) {}

    /**
     * Starts etcd and the API server on free ports and waits until they are ready.
     *
     * @throws Error when the binaries are missing (requireApiServer() skips the tests then) or don't get ready
     */
    static async start(): Promise<ApiServer> {
        const binaries = findApiServer();
        if (binaries === undefined) {
            throw new Error("there is no kube-apiserver and etcd in the engine cache");
        }
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-apiserver-"));
        const processes = await ApiServerProcesses.start(binaries, folder);
        const api = new KubernetesApi(processes.url, processes.token, processes.certificate);
        const server = new ApiServer(folder, processes, api);
        ApiServer.live.add(server);
        return server;
    }

    /** The text of a kubeconfig for its administrator. */
    get kubeconfig(): string {
        const { url, token, certificate } = this.processes;
        const authority = Buffer.from(certificate).toString("base64");
        return stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "test", cluster: { server: url, "certificate-authority-data": authority } }],
            users: [{ name: "test", user: { token } }],
            contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
            "current-context": "test",
        });
    }

    /**
     * Applies the objects (server-side apply, unknown fields refused) and returns them as the server completed them.
     * Namespaces that the objects are in are created if need be, in a dry run too: else nothing in them could be
     * checked.
     *
     * @throws Error that lists every object that was refused, with the server's reasons
     */
    async apply(
        objects: readonly KubernetesObject[],
        options: ApplyOptions = {},
    ): Promise<KubernetesObject[]> {
        for (const namespace of new Set(objects.flatMap((object) => object.metadata.namespace ?? []))) {
            await this.api.apply(
                { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
                false,
            );
        }
        const applied: KubernetesObject[] = [];
        const refused: string[] = [];
        for (const object of objects) {
            try {
                applied.push(await this.api.apply(object, options.dryRun ?? false));
            } catch (error) {
                refused.push(`${object.kind} ${object.metadata?.name}: ${(error as Error).message}`);
            }
        }
        if (refused.length > 0) {
            throw new Error(
                `the API server refused ${refused.length} of ${objects.length}:\n${refused.join("\n")}`,
            );
        }
        return applied;
    }

    /** Loads all custom resource definitions in the YAML files of a folder and below, and waits until they serve. */
    async loadCrds(folder: string): Promise<void> {
        const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
        const texts = files
            .filter((file) => /\.ya?ml$/.test(file))
            .map((file) => fs.readFileSync(path.join(folder, file), "utf8"));
        const definitions = texts
            .flatMap((text) =>
                parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject | null),
            )
            .filter((object) => object?.kind === "CustomResourceDefinition") as CustomResourceDefinition[];
        await Promise.all(definitions.map((definition) => this.apply([definition])));
        const deadline = Date.now() + ESTABLISHED_WITHIN;
        for (const { spec } of definitions) {
            const version = spec.versions.find(({ served }) => served)!.name;
            while (!(await this.api.serves(`${spec.group}/${version}`, spec.names.kind))) {
                if (Date.now() > deadline) {
                    throw new Error(`${spec.names.kind} of ${spec.group}/${version} is not served`);
                }
                await new Promise((resolve) => setTimeout(resolve, POLL));
            }
        }
    }

    /** Ends the processes, by their ids, and removes their files. */
    async stop(): Promise<void> {
        ApiServer.live.delete(this);
        this.api.close();
        await this.processes.stop();
        await fs.promises.rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
    }

    /** Removes the files of servers that a test run has left; their processes end with it by themselves. */
    static removeAll(): void {
        for (const server of ApiServer.live) {
            fs.rmSync(server.folder, { recursive: true, force: true, maxRetries: 5 });
        }
    }
}

interface CustomResourceDefinition extends KubernetesObject {
    readonly spec: {
        readonly group: string;
        readonly names: { readonly kind: string };
        readonly versions: readonly { readonly name: string; readonly served: boolean }[];
    };
}

process.once("exit", () => ApiServer.removeAll());
