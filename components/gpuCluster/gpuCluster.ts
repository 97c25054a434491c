import * as pulumi from "@pulumi/pulumi";
import { loadCloud, loadOrchestrator } from "../../providers";
import type { ClusterHandle, ClusterReference, PoolInfo } from "../../providers/cloud";
import { Component, unknownOutput } from "../component";
import { declare } from "../declaration";
import type { Declaration } from "../declared";
import type { AdoptedGpuClusterArgs, GpuClusterArgs } from "./args";
import { adoptedClusterDemand, clusterDemand } from "./demand";
import { resolveAdoptedCluster } from "./adopted";
import { resolveCluster } from "./created";
import { adoptedGpuClusterSchema, gpuClusterSchema } from "./schema";
import type { GpuClusterSpec } from "./spec";

/**
 * A Kubernetes cluster with pools of accelerators that scale from zero: EKS, GKE, AKS, or one of your own. The
 * network has a private path to object storage; the control plane is private or limited to CIDR blocks; pods get
 * cloud identities without keys; the add-ons that serving needs are installed at pinned versions.
 *
 * @example
 * ```ts
 * const cluster = new GpuCluster("serving", {
 *     pools: { chat: { accelerator: ["L4", "T4"], max: 8, spot: { onDemandBase: 1 } } },
 *     controlPlane: { allow: ["203.0.113.0/24"] },
 * });
 * export const reference = cluster.reference;
 * ```
 */
export class GpuCluster extends Component {
    /** Name of the cluster in its cloud. */
    readonly clusterName: pulumi.Output<string>;
    /** Address of the control plane. */
    readonly endpoint: pulumi.Output<string>;
    /** Kubeconfig without secrets: it calls the cloud's own credential helper. */
    readonly kubeconfig: pulumi.Output<string>;
    /** What another stack needs to run workloads here: give it to {@link GpuCluster.from}. */
    readonly reference: pulumi.Output<ClusterReference>;
    /** Kubernetes provider, for objects of your own in this cluster. */
    readonly provider?: pulumi.ProviderResource;

    private readonly state?: { readonly handle: ClusterHandle; readonly pools?: readonly PoolInfo[] };

    /**
     * A cluster that exists already: another stack's by its `reference`, an EKS, GKE or AKS cluster by name, or any
     * by kubeconfig. It is never changed or deleted; pools can be added to it.
     *
     * @throws InvalidComponentError listing every problem of the arguments
     */
    static from(
        name: string,
        args: AdoptedGpuClusterArgs,
        opts?: pulumi.ComponentResourceOptions,
    ): GpuCluster {
        return new GpuCluster(name, { ...args, [ADOPTED]: true } as unknown as GpuClusterArgs, opts);
    }

    /** @throws InvalidComponentError listing every problem of the arguments */
    constructor(name: string, args: GpuClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        const declaration = declareCluster(name, args, opts?.parent);
        super("GpuCluster", name, declaration, opts);
        if (!declaration.valid) {
            this.clusterName = this.endpoint = this.kubeconfig = unknownOutput();
            this.reference = unknownOutput();
            this.registerOutputs({});
            return;
        }
        const { spec, settings } = declaration.valid;
        const scope = this.scope(name, settings);
        const cloud = loadCloud(settings.site.cloud);
        const handle =
            spec.kind === "created"
                ? cloud.cluster(spec.cluster, scope)
                : { ...cloud.adoptCluster(spec.cluster, scope), adopted: true };
        const addOns = loadOrchestrator().addOns(
            { install: spec.install, replicas: settings.defaults.controllerReplicas },
            handle,
            scope,
        );
        this.checkCustomizers("GpuCluster", name, scope);
        const ready = [...handle.ready, ...addOns.ready];
        this.state = { handle: { ...handle, ready }, ...plainPools(spec, handle) };
        this.clusterName = handle.clusterName;
        this.endpoint = handle.endpoint;
        this.kubeconfig = handle.kubeconfig;
        this.reference = handle.reference;
        this.provider = handle.provider;
        this.registerOutputs({
            cloud: settings.site.cloud,
            region: settings.site.region,
            clusterName: this.clusterName,
            endpoint: this.endpoint,
            reference: this.reference,
            protect: settings.protect,
            tags: scope.tags(),
            ...(this.monthlyCost ? { monthlyCost: this.monthlyCost } : {}),
        });
    }

    /** The raw resources, by child suffix. Typed for one cloud by `barycenter/aws` and its siblings. */
    get nodes(): Readonly<Record<string, pulumi.Resource>> {
        return this.state?.handle.nodes ?? {};
    }

    /** @internal */
    get handle(): ClusterHandle {
        if (!this.state) {
            throw new Error("a cluster that was refused has no handle");
        }
        return this.state.handle;
    }

    /**
     * The pools, where this program says them; undefined where they come by reference.
     * @internal
     */
    get knownPools(): readonly PoolInfo[] | undefined {
        return this.state?.pools;
    }
}

/** True for a GpuCluster of any copy of this package. */
export function isGpuCluster(given: unknown): given is GpuCluster {
    return (
        pulumi.Resource.isInstance(given) &&
        (given as unknown as { __pulumiType?: string }).__pulumiType === "barycenter:index:GpuCluster"
    );
}

/** Tells the arguments of `from` from those of the constructor: both have `pools`. */
const ADOPTED = Symbol("adopted");

function declareCluster(
    name: string,
    args: GpuClusterArgs,
    parent: pulumi.Resource | undefined,
): Declaration<GpuClusterSpec> {
    const describe = ({ kind, cluster, install }: GpuClusterSpec): Record<string, unknown> => {
        // A kubeconfig may carry credentials, even one that is given as plain text: it stays out of the state.
        const plain: Record<string, unknown> = { ...cluster, adopted: kind === "adopted", install };
        delete plain.kubeconfig;
        delete plain.reference;
        return plain;
    };
    if (typeof args === "object" && args !== null && ADOPTED in args) {
        const { [ADOPTED]: _, ...adopted } = args as AdoptedGpuClusterArgs & { [ADOPTED]: boolean };
        return declare<AdoptedGpuClusterArgs, GpuClusterSpec>("GpuCluster", name, adopted, {
            schema: adoptedGpuClusterSchema,
            parent,
            existing: true,
            demand: adoptedClusterDemand,
            resolve: resolveAdoptedCluster,
            describe,
        });
    }
    return declare<GpuClusterArgs, GpuClusterSpec>("GpuCluster", name, args, {
        schema: gpuClusterSchema,
        parent,
        demand: clusterDemand,
        resolve: resolveCluster,
        describe,
    });
}

function plainPools(spec: GpuClusterSpec, handle: ClusterHandle): { pools?: readonly PoolInfo[] } {
    if (spec.kind === "adopted" && spec.cluster.reference !== undefined) {
        return {};
    }
    return Array.isArray(handle.pools) ? { pools: handle.pools as readonly PoolInfo[] } : {};
}
