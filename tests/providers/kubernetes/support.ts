import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { LogicalTags } from "../../../cost/tags";
import type { CloudName } from "../../../placement/site";
import {
    NO_ACCESS,
    type ClusterHandle,
    type ClusterInferenceSpec,
    type ModelSpec,
    type ObjectStoreHandle,
    type PodAccess,
    type PoolInfo,
    type WorkloadAccess,
} from "../../../providers/cloud";
import { Scope, type Customizers } from "../../../providers/scope";
import type { LandingZone } from "../../../providers/site";
import type { Tier } from "../../../providers/tier";

/** A resource as the engine would be asked for it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>;
    readonly provider: string;
}

/** What a program registered. */
export class Recording {
    readonly resources: Registered[] = [];
    /** Options of each child, by suffix. */
    readonly options = new Map<string, pulumi.CustomResourceOptions>();

    /** The one resource of that name. */
    named(name: string): Registered {
        const found = this.resources.filter((resource) => resource.name === name);
        if (found.length !== 1) {
            throw new Error(
                `${found.length} resources are called '${name}'; there are: ${this.names.join(", ")}`,
            );
        }
        return found[0]!;
    }

    has(name: string): boolean {
        return this.resources.some((resource) => resource.name === name);
    }

    get names(): string[] {
        return this.resources.map((resource) => resource.name);
    }

    /** Names and types, in an order that does not depend on timing. */
    get shape(): string[] {
        return this.resources.map(({ type, name }) => `${type} ${name}`).sort();
    }

    /** Logical names of what a child waits for. */
    waitsFor(suffix: string): string[] {
        const options = this.options.get(suffix);
        if (!options) {
            throw new Error(
                `no child has the suffix '${suffix}'; there are: ${[...this.options.keys()].join(", ")}`,
            );
        }
        return [options.dependsOn ?? []].flat().map((on) => (on as unknown as { __name: string }).__name);
    }
}

/** Runs a program under mocks, with every computed value unknown in a preview. */
export async function record(
    program: (recording: Recording) => void,
    { preview = false }: { preview?: boolean } = {},
): Promise<Recording> {
    const recording = new Recording();
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs, id, provider }) => {
                recording.resources.push({ type, name, inputs, provider: provider ?? "" });
                const metadata = { ...(inputs.metadata as object | undefined) } as { name?: string };
                const state = preview
                    ? inputs
                    : { ...inputs, metadata: { ...metadata, name: metadata.name ?? `${name}-1a2b` } };
                return { id: id || `${name}-id`, state };
            },
            call: ({ inputs }) => ({ ...inputs }),
        },
        "project",
        "stack",
        preview,
        "organization",
    );
    program(recording);
    // Not in the declarations, but the only way to wait for what a program registered without ending the process.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return recording;
}

class TestComponent extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Test", name);
    }
}

export interface ScopeSettings {
    readonly name?: string;
    readonly cloud?: CloudName;
    readonly region?: string;
    readonly zone?: LandingZone;
    readonly tier?: Tier;
    readonly protect?: boolean;
    readonly customize?: Customizers;
    readonly tags?: LogicalTags;
}

/** A scope as a component makes it, whose children's options are recorded. */
export function scopeOf(recording: Recording, settings: ScopeSettings = {}): Scope {
    const name = settings.name ?? "chat";
    const customize = new Proxy<Customizers>(
        {},
        {
            get: (_, suffix: string) => (args: unknown, opts: pulumi.CustomResourceOptions) => {
                settings.customize?.[suffix]?.(args, opts);
                recording.options.set(suffix, { ...opts });
            },
        },
    );
    return Scope.of(new TestComponent(name), name, {
        site: {
            cloud: settings.cloud ?? "aws",
            region: settings.region ?? "eu-west-1",
            zone: settings.zone ?? {},
        },
        tier: settings.tier ?? "dev",
        tags: {
            owner: "ml",
            "cost-centre": "42",
            component: name,
            "managed-by": "barycenter",
            ...settings.tags,
        },
        protect: settings.protect ?? false,
        customize,
    });
}

export const L4_POOL: PoolInfo = {
    name: "l4",
    accelerator: "L4",
    acceleratorsPerNode: 1,
    machineType: "g6.2xlarge",
    vcpu: 8,
    memoryGiB: 32,
    min: 0,
    max: 8,
    spot: false,
    onDemandBase: 0,
    nodeSelector: { "barycenter/pool": "l4" },
    taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }],
    resourceName: "nvidia.com/gpu",
};

export const CPU_POOL: PoolInfo = {
    name: "cpu",
    acceleratorsPerNode: 0,
    vcpu: 8,
    memoryGiB: 32,
    min: 0,
    max: 4,
    spot: false,
    onDemandBase: 0,
    nodeSelector: { "barycenter/pool": "cpu" },
    taints: [],
};

export const ALL_ADD_ONS = ["certManager", "gateway", "kserve", "keda", "kedaHttp", "metrics"];

/** A cluster of some cloud with a provider, and a node pool that everything must wait for. */
export function clusterOf(given: Partial<ClusterHandle> = {}): ClusterHandle {
    const provider = new Provider("serving-provider", { kubeconfig: "{}", clusterIdentifier: "id" });
    const nodes = new pulumi.ComponentResource("test:index:Nodes", "nodes");
    return {
        cloud: "aws",
        region: "eu-west-1",
        clusterName: pulumi.output("serving"),
        endpoint: pulumi.output("https://cluster"),
        issuer: pulumi.output("https://issuer"),
        kubeconfig: pulumi.output("{}"),
        provider,
        pools: [L4_POOL],
        addOns: ALL_ADD_ONS,
        reference: pulumi.output({} as never),
        nodes: {},
        ready: [nodes],
        ...given,
    };
}

/** An output that is not known, as those of a preview. */
export function unknown<T>(): pulumi.Output<T> {
    return pulumi.output(pulumi.unknown as T) as pulumi.Output<T>;
}

const store = {
    uri: (path: string) => pulumi.output(`s3://weights/${path}`),
} as ObjectStoreHandle;

export const MODEL: ModelSpec = {
    name: "llama",
    version: "3",
    format: "huggingface",
    sizeGiB: 16,
    store,
    path: "models/llama/3",
};

export const SERVICE: ClusterInferenceSpec = {
    model: MODEL,
    server: "vllm",
    args: [],
    port: 8080,
    environment: [],
    accelerators: ["L4"],
    resources: { cpu: "6", memory: "24Gi", accelerators: 1 },
    scaling: { min: 1, max: 4, metric: "queueDepth", target: 8 },
    startupSeconds: 600,
    drainSeconds: 60,
    namespace: "default",
    expose: "cluster",
    disruptionBudget: true,
    spread: true,
};

export function workload(access: Partial<PodAccess> = {}): WorkloadAccess {
    return { serviceAccount: "chat", access: { ...NO_ACCESS, ...access } };
}

/** The value of an output; undefined while it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    const known = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
    return known.isKnown.then((is) => (is ? known.promise() : undefined));
}

export function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
    return (output as unknown as { isSecret: Promise<boolean> }).isSecret;
}

/** A resource's inputs without the engine's mark around secrets. */
export function plain<T>(value: T): T {
    const mark = "4dabf18193072939515e22adb298388d";
    return JSON.parse(
        JSON.stringify(value, (_, item: unknown) =>
            typeof item === "object" && item !== null && mark in item
                ? (item as unknown as { value: unknown }).value
                : item,
        ),
    ) as T;
}
