import { accelerator, acceleratorsOn, machineFor, type AcceleratorName } from "../../placement/accelerators";
import { cpuMachineFor } from "../../placement/machines";
import { reachRefusal, type Workplace } from "../../placement/reach";
import type {
    ClusterInferenceSpec,
    InferenceSpec,
    ManagedInferenceSpec,
    ScalingSpec,
} from "../../providers/cloud";
import { loadCloud, loadOrchestrator } from "../../providers";
import type { StoreUse } from "../access";
import { commonFields } from "../declaration";
import type { Settings } from "../declared";
import { environmentOf, environmentSchema } from "../environment";
import { isGpuCluster, type GpuCluster } from "../gpuCluster";
import { isModel } from "../modelStore/model";
import { isPlaceOfUsers } from "../placementSchema";
import { show, type Problem } from "../validation/problem";
import * as is from "../validation/schema";
import {
    acceleratorSchema,
    checkPools,
    cores,
    perAcceleratorSchema,
    gibibytes,
    namespaceSchema,
    resourcesOf,
    resourcesSchema,
} from "../workload";
import type { InferenceServiceArgs, ScalingArgs } from "./args";
import { checkModel } from "./model";

const SERVERS = ["triton", "vllm", "huggingface", "custom"] as const;
const METRICS = ["queueDepth", "concurrency", "requestsPerSecond", "gpuUtilization", "cpu"] as const;

export const inferenceServiceSchema = is.fields({
    ...commonFields,
    runOn: is.either((given) =>
        typeof given === "string"
            ? is.oneOf("a way to run a service", ["managed"], "or a GpuCluster itself")
            : is.instance(isGpuCluster, 'a GpuCluster or "managed"'),
    ),
    model: is.optional(is.instance(isModel, "a model of a ModelStore, as store.model('name') gives")),
    server: is.oneOf("a model server", SERVERS),
    image: is.optional(is.input(is.text("an image"))),
    command: is.optional(is.listOf(is.input(is.text()))),
    args: is.optional(is.listOf(is.input(is.text()))),
    port: is.optional(is.integer(1, 65535)),
    environment: is.optional(environmentSchema),
    accelerator: is.optional(acceleratorSchema),
    acceleratorsPerReplica: is.optional(is.integer(1, 16)),
    resources: is.optional(resourcesSchema),
    scaling: is.optional(
        is.fields({
            min: is.optional(is.integer(0, 1000)),
            max: is.optional(is.integer(1, 1000)),
            metric: is.optional(is.oneOf("a scaling metric", METRICS)),
            target: is.optional(is.number(0.001, 1_000_000)),
        }),
    ),
    traffic: is.optional(
        is.fields({
            requestsPerMonth: is.number(0, 1e13),
            secondsPerRequest: is.optional(perAcceleratorSchema(0.0001, 100_000)),
            responseKiB: is.optional(is.number(0, 1e9)),
            weightLoadsPerMonth: is.optional(is.number(0, 1e9)),
            users: is.optional(
                is.textThat(isPlaceOfUsers, "a country such as 'DE' or a site such as 'aws/eu-west-1'"),
            ),
        }),
    ),
    expose: is.optional(is.oneOf("an exposure", ["private", "network", "internet"])),
    hostname: is.optional(is.textLike(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "a host name")),
    namespace: is.optional(namespaceSchema),
    startupSeconds: is.optional(is.integer(10, 3600)),
    drainSeconds: is.optional(is.integer(0, 3600)),
    disruptionBudget: is.optional(is.boolean()),
    spread: is.optional(is.boolean()),
    rollout: is.optional(is.oneOf("a rollout", ["allAtOnce", "canary", "rolling"])),
});

/** A service's specification, by what runs it. */
export type ServiceSpec =
    | {
          readonly kind: "cluster";
          readonly cluster: GpuCluster;
          readonly uses: readonly StoreUse[];
          readonly service: ClusterInferenceSpec;
      }
    | { readonly kind: "managed"; readonly service: ManagedInferenceSpec };

export function resolveService(
    args: InferenceServiceArgs,
    settings: Settings,
    problems: Problem[],
): ServiceSpec | undefined {
    const accelerators = [args.accelerator ?? []].flat() as AcceleratorName[];
    if (args.server === "custom" && args.image === undefined) {
        problems.push({ path: "image", message: "is required for a custom server" });
    }
    if (args.server !== "custom" && args.model === undefined) {
        problems.push({
            path: "model",
            message: `is required: ${args.server} serves a model of a ModelStore`,
        });
    }
    if (args.acceleratorsPerReplica !== undefined && accelerators.length === 0) {
        problems.push({ path: "acceleratorsPerReplica", message: "needs `accelerator` beside it" });
    }
    if (args.model) {
        const pools = args.runOn === "managed" ? undefined : args.runOn.knownPools;
        const use = {
            model: args.model,
            server: args.server,
            accelerators,
            count: args.acceleratorsPerReplica ?? 1,
            ...(pools ? { pools } : {}),
            tuned: args.args !== undefined || args.command !== undefined || args.image !== undefined,
        };
        checkModel(use, problems);
    }
    return args.runOn === "managed"
        ? resolveManaged(args, accelerators, settings, problems)
        : resolveOnCluster(args, args.runOn, accelerators, settings, problems);
}

function resolveOnCluster(
    args: InferenceServiceArgs,
    cluster: GpuCluster,
    accelerators: AcceleratorName[],
    settings: Settings,
    problems: Problem[],
): ServiceSpec {
    checkAccess(
        args,
        { kind: "cluster", cloud: cluster.handle.cloud, trusted: cluster.handle.issuer !== undefined },
        problems,
    );
    checkPools(cluster, accelerators, args, problems);
    const exposures = { private: "cluster", network: "internal", internet: "internet" } as const;
    const service: ClusterInferenceSpec = {
        ...common(args, accelerators, cluster, settings, problems),
        namespace: args.namespace ?? "default",
        expose: exposures[args.expose ?? "private"],
        ...(args.hostname !== undefined ? { hostname: args.hostname } : {}),
        disruptionBudget: args.disruptionBudget ?? settings.defaults.disruptionBudget,
        spread: args.spread ?? settings.defaults.spread,
    };
    problems.push(...loadOrchestrator().inferenceProblems(service));
    const uses = args.model
        ? [{ store: args.model.store, path: args.model.path, mode: "read" as const }]
        : [];
    return { kind: "cluster", cluster, uses, service };
}

function resolveManaged(
    args: InferenceServiceArgs,
    accelerators: AcceleratorName[],
    settings: Settings,
    problems: Problem[],
): ServiceSpec | undefined {
    const { site } = settings;
    if (site.cloud === "kubernetes") {
        problems.push({
            path: "runOn",
            message: "'managed' needs a cloud: a cluster of your own has no managed endpoints",
        });
        return undefined;
    }
    for (const property of ["namespace", "hostname", "disruptionBudget", "spread"] as const) {
        if (args[property] !== undefined) {
            problems.push({ path: property, message: "belongs to a cluster: a managed endpoint has none" });
        }
    }
    checkAccess(args, { kind: "managed", ...site }, problems);
    const base = common(args, accelerators, undefined, settings, problems);
    if (base.scaling.min === 0) {
        problems.push({
            path: "scaling.min",
            message: "0 is not possible on a managed endpoint: its least is 1 instance",
        });
    }
    const machine = managedMachine(args, accelerators, base, settings, problems);
    if (!machine) {
        return undefined;
    }
    const encryptionKey = site.zone.encryptionKey;
    const service: ManagedInferenceSpec = {
        ...base,
        machine,
        expose: args.expose === "internet" ? "internet" : "network",
        rollout: args.rollout ?? settings.defaults.rollout,
        ...(encryptionKey !== undefined ? { encryptionKey } : {}),
    };
    problems.push(...loadCloud(site.cloud).managedInferenceProblems(service, site));
    return { kind: "managed", service };
}

function managedMachine(
    args: InferenceServiceArgs,
    accelerators: readonly AcceleratorName[],
    base: InferenceSpec,
    { site, accelerators: pinned = {} }: Settings,
    problems: Problem[],
): ManagedInferenceSpec["machine"] | undefined {
    if (site.cloud === "kubernetes") {
        return undefined;
    }
    const need = {
        vcpu: Math.ceil(cores(args.resources?.cpu)),
        memoryGiB: gibibytes(args.resources?.memory),
    };
    if (accelerators.length === 0) {
        const least = { vcpu: Math.max(need.vcpu, 2), memoryGiB: gibibytes(base.resources.memory) };
        const machine = cpuMachineFor(site.cloud, least, site.region, "managedEndpoint");
        if (!machine) {
            problems.push({
                path: "resources",
                message: `${site.cloud} has no managed machine with ${least.vcpu} vCPU and ${least.memoryGiB} GiB`,
            });
            return undefined;
        }
        return { ...machine, count: 0 };
    }
    const count = args.acceleratorsPerReplica ?? 1;
    // What a pin chose comes before the order of preference, as long as it is still acceptable.
    const chosen = accelerators.filter((name) => Object.values(pinned).includes(name));
    for (const name of [...chosen, ...accelerators]) {
        const machine = machineFor(name, site.cloud, { count, ...need, spot: false });
        if (machine && accelerator(name).kind !== "tpu") {
            return { ...machine, accelerator: name };
        }
    }
    problems.push({
        path: "accelerator",
        message: `${site.cloud} has no managed machine with ${count} × ${accelerators.join(" or ")}. It sells: ${acceleratorsOn(site.cloud).join(", ")}`,
    });
    return undefined;
}

function common(
    args: InferenceServiceArgs,
    accelerators: AcceleratorName[],
    cluster: GpuCluster | undefined,
    settings: Settings,
    problems: Problem[],
): InferenceSpec {
    const weights = args.model?.sizeGiB ?? 0;
    return {
        ...(args.model ? { model: args.model.spec() } : {}),
        server: args.server,
        ...(args.image !== undefined ? { image: args.image } : {}),
        ...(args.command ? { command: args.command } : {}),
        args: args.args ?? [],
        port: args.port ?? 8080,
        environment: environmentOf(args.environment),
        accelerators,
        resources: resourcesOf(
            args.resources,
            accelerators,
            args.acceleratorsPerReplica ?? 1,
            cluster?.knownPools,
            Math.max(4, Math.ceil(weights * 1.5) + 2),
        ),
        scaling: resolveScaling(args.scaling, accelerators, settings, problems),
        // The weights are read from disk into memory at 50 MB/s or faster, after the image and they are local.
        startupSeconds: args.startupSeconds ?? Math.min(3600, Math.max(300, 180 + Math.ceil(30 * weights))),
        drainSeconds: args.drainSeconds ?? 60,
    };
}

const DEFAULT_TARGET: Record<ScalingSpec["metric"], number> = {
    queueDepth: 8,
    concurrency: 8,
    requestsPerSecond: 10,
    gpuUtilization: 70,
    cpu: 70,
};

/** At zero there is neither a queue nor a CPU to look at, only requests. */
function defaultMetric(min: number, accelerators: readonly AcceleratorName[]): ScalingSpec["metric"] {
    if (min === 0) {
        return "concurrency";
    }
    return accelerators.length > 0 ? "queueDepth" : "cpu";
}

function resolveScaling(
    given: ScalingArgs = {},
    accelerators: readonly AcceleratorName[],
    { defaults }: Settings,
    problems: Problem[],
): ScalingSpec {
    const min = given.min ?? Math.min(defaults.minReplicas, given.max ?? defaults.minReplicas);
    const max = given.max ?? Math.max(defaults.maxReplicas, min);
    const metric = given.metric ?? defaultMetric(min, accelerators);
    if (min > max) {
        problems.push({ path: "scaling.min", message: `${min} is above max, which is ${max}` });
    }
    const target = given.target ?? DEFAULT_TARGET[metric];
    if ((metric === "cpu" || metric === "gpuUtilization") && target > 100) {
        problems.push({
            path: "scaling.target",
            message: `${target} is no per cent, which ${metric} is measured in`,
        });
    }
    if (metric === "gpuUtilization" && accelerators.length === 0) {
        problems.push({ path: "scaling.metric", message: "'gpuUtilization' needs `accelerator` beside it" });
    }
    return { min, max, metric, target };
}

function checkAccess(args: InferenceServiceArgs, workplace: Workplace, problems: Problem[]): void {
    const store = args.model?.store.site;
    const refusal = store && reachRefusal(workplace, store);
    if (refusal) {
        problems.push({ path: "model", message: `${show(args.model?.name)} can't be read: ${refusal}` });
    }
}
