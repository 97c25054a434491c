import * as pulumi from "@pulumi/pulumi";
import { loadCloud, loadOrchestrator } from "../../providers";
import type { ClientContract, InferenceHandle } from "../../providers/cloud";
import type { Scope } from "../../providers/scope";
import { clusterAccess, serviceAccountName } from "../access";
import { Component, unknownOutput } from "../component";
import { declare } from "../declaration";
import type { Declaration } from "../declared";
import { isGpuCluster } from "../gpuCluster";
import { isModel } from "../modelStore/model";
import type { InferenceServiceArgs } from "./args";
import { serviceDemand } from "./demand";
import { inferenceServiceSchema, resolveService, type ServiceSpec } from "./resolve";

/**
 * A model behind a URL: on a cluster by KServe with Triton, vLLM, Hugging Face or a container of your own, or on the
 * cloud's managed endpoint. It reads its model through an identity of its own with access to the model's path alone.
 *
 * @example
 * ```ts
 * const chat = new InferenceService("chat", {
 *     model: weights.model("llama-3.1-8b", { version: "3" }),
 *     server: "vllm",
 *     accelerator: ["L4", "T4"],
 *     runOn: cluster, // or "managed"
 *     scaling: { min: 1, max: 8, metric: "queueDepth", target: 8 },
 * });
 * export const url = chat.url;
 * ```
 */
export class InferenceService extends Component {
    /** Address that clients call. */
    readonly url: pulumi.Output<string>;
    /** Changes when what is served changes. */
    readonly revision: pulumi.Output<string>;
    /** Principal that the service runs as, in its cloud's own form; empty where it needs none. */
    readonly identity: pulumi.Output<string>;
    /** How clients must talk to it: protocol, authentication and form of the URL. */
    readonly client?: ClientContract;

    private readonly handle?: InferenceHandle;

    /** @throws InvalidComponentError listing every problem of the arguments */
    constructor(name: string, args: InferenceServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        const declaration = declareService(name, args, opts?.parent);
        super("InferenceService", name, declaration, opts);
        if (!declaration.valid) {
            this.url = this.revision = this.identity = unknownOutput();
            this.registerOutputs({});
            return;
        }
        const { spec, settings } = declaration.valid;
        const scope = this.scope(name, settings);
        const handle =
            spec.kind === "managed"
                ? loadCloud(settings.site.cloud).managedInference(spec.service, scope)
                : onCluster(spec, scope);
        this.checkCustomizers("InferenceService", name, scope);
        this.handle = handle;
        this.url = handle.url;
        this.revision = handle.revision;
        this.identity = handle.identity;
        this.client = handle.client;
        this.registerOutputs({
            cloud: settings.site.cloud,
            region: settings.site.region,
            runOn: spec.kind,
            url: this.url,
            revision: this.revision,
            identity: this.identity,
            client: handle.client,
            accelerator: handle.accelerator,
            replicas: { min: spec.service.scaling.min, max: spec.service.scaling.max },
            tags: scope.tags(),
            ...(this.monthlyCost ? { monthlyCost: this.monthlyCost } : {}),
        });
    }

    /** The raw resources, by child suffix. Typed for one cloud by `barycenter/aws` and its siblings. */
    get nodes(): Readonly<Record<string, pulumi.Resource>> {
        return this.handle?.nodes ?? {};
    }
}

function declareService(
    name: string,
    args: InferenceServiceArgs,
    parent: pulumi.Resource | undefined,
): Declaration<ServiceSpec> {
    const cluster = isGpuCluster(args?.runOn) ? args.runOn : undefined;
    const store = isModel(args?.model) ? args.model.store : undefined;
    return declare<InferenceServiceArgs, ServiceSpec | undefined>("InferenceService", name, args, {
        schema: inferenceServiceSchema,
        parent,
        guest: cluster !== undefined,
        demand: serviceDemand,
        inherited: () => cluster?.site && { site: cluster.site },
        references: () => [cluster, store].filter((reference) => reference !== undefined),
        resolve: resolveService,
        describe: (spec) => (spec ? { ...describe(spec) } : {}),
    }) as Declaration<ServiceSpec>;
}

/** A model's store is another component: only its name and path are registered. */
function describe(spec: ServiceSpec): Record<string, unknown> {
    const { model, environment, ...service } = spec.service;
    return {
        ...service,
        runOn: spec.kind,
        environment: environment.map((variable) => variable.name),
        ...(model
            ? { model: { name: model.name, version: model.version, path: model.path, format: model.format } }
            : {}),
    };
}

function onCluster(
    { cluster, uses, service }: Extract<ServiceSpec, { kind: "cluster" }>,
    scope: Scope,
): InferenceHandle {
    const serviceAccount = serviceAccountName(scope, "service");
    const account = { cluster: cluster.handle, namespace: service.namespace, serviceAccount };
    const { access, identity } = clusterAccess(uses, account, scope);
    const workload = { serviceAccount, access };
    return { ...loadOrchestrator().inference(service, workload, cluster.handle, scope), identity };
}
