import { all } from "@pulumi/pulumi";
import type { AcceleratorName } from "../../placement/accelerators";
import { reachRefusal, type Workplace } from "../../placement/reach";
import type { AccessMode, BatchJobSpec } from "../../providers/cloud";
import type { StoreUse } from "../access";
import { commonFields } from "../declaration";
import type { Settings } from "../declared";
import { environmentOf, environmentSchema } from "../environment";
import { isGpuCluster, type GpuCluster } from "../gpuCluster";
import { Dataset, isModel } from "../modelStore/model";
import { isModelStore, type ModelStore } from "../modelStore/modelStore";
import type { Problem } from "../validation/problem";
import * as is from "../validation/schema";
import {
    acceleratorSchema,
    checkPools,
    namespaceSchema,
    perAcceleratorSchema,
    resourcesOf,
    resourcesSchema,
} from "../workload";
import type { BatchJobArgs, StorePart } from "./args";
import { cronProblem } from "./cron";

const partSchema = is.instance(isStorePart, "a ModelStore, or a model or data set of one");
const partsSchema = is.either((given) => (Array.isArray(given) ? is.listOf(partSchema) : partSchema));

const scheduleSchema = is.either((given) => {
    const reason = typeof given === "string" ? cronProblem(given) : undefined;
    const needed = ["a cron expression such as '0 2 * * *'", reason].filter(Boolean).join(": ");
    return is.textThat(() => reason === undefined, needed);
});

const volumesSchema = is.either((given) =>
    typeof given === "object" ? is.mapOf(is.number(0, 1e9)) : is.number(0, 1e9),
);

export const batchJobSchema = is.fields({
    ...commonFields,
    runOn: is.instance(isGpuCluster, "a GpuCluster"),
    image: is.input(is.text("an image")),
    command: is.optional(is.listOf(is.input(is.text()))),
    args: is.optional(is.listOf(is.input(is.text()))),
    environment: is.optional(environmentSchema),
    reads: is.optional(partsSchema),
    writes: is.optional(partsSchema),
    schedule: is.optional(scheduleSchema),
    timeZone: is.optional(is.text("a time zone such as 'Europe/Berlin'")),
    accelerator: is.optional(acceleratorSchema),
    acceleratorsPerReplica: is.optional(is.integer(1, 16)),
    resources: is.optional(resourcesSchema),
    readGiBPerRun: is.optional(volumesSchema),
    writeGiBPerRun: is.optional(volumesSchema),
    hoursPerRun: is.optional(perAcceleratorSchema(0.001, 10_000)),
    runsPerMonth: is.optional(is.number(0, 1_000_000)),
    parallelism: is.optional(is.integer(1, 10_000)),
    completions: is.optional(is.integer(1, 100_000)),
    retries: is.optional(is.integer(0, 100)),
    deadlineHours: is.optional(is.number(0.01, 24 * 60)),
    keepFinishedHours: is.optional(is.number(0, 24 * 60)),
    spot: is.optional(is.boolean()),
    namespace: is.optional(namespaceSchema),
});

export interface JobSpec {
    readonly cluster: GpuCluster;
    readonly uses: readonly StoreUse[];
    readonly job: BatchJobSpec;
}

export function resolveJob(args: BatchJobArgs, _settings: Settings, problems: Problem[]): JobSpec {
    const accelerators = [args.accelerator ?? []].flat() as AcceleratorName[];
    if (args.acceleratorsPerReplica !== undefined && accelerators.length === 0) {
        problems.push({ path: "acceleratorsPerReplica", message: "needs `accelerator` beside it" });
    }
    if (args.timeZone !== undefined && args.schedule === undefined) {
        problems.push({ path: "timeZone", message: "needs `schedule` beside it" });
    }
    if (args.timeZone !== undefined && !isTimeZone(args.timeZone)) {
        problems.push({
            path: "timeZone",
            message: `'${args.timeZone}' is no IANA time zone such as 'Europe/Berlin'`,
        });
    }
    const parallelism = args.parallelism ?? 1;
    const completions = args.completions ?? parallelism;
    if (parallelism > completions) {
        problems.push({
            path: "parallelism",
            message: `${parallelism} is more than there are completions, which is ${completions}`,
        });
    }
    checkPools(args.runOn, accelerators, args, problems);
    const uses = storeUses(args, problems);
    return {
        cluster: args.runOn,
        uses,
        job: {
            namespace: args.namespace ?? "default",
            image: args.image,
            ...(args.command ? { command: args.command } : {}),
            args: args.args ?? [],
            environment: [...uriVariables(args), ...environmentOf(args.environment)],
            accelerators,
            resources: resourcesOf(
                args.resources,
                accelerators,
                args.acceleratorsPerReplica ?? 1,
                args.runOn.knownPools,
                4,
            ),
            ...(args.schedule !== undefined ? { schedule: args.schedule } : {}),
            timeZone: args.timeZone ?? "Etc/UTC",
            parallelism,
            completions,
            retries: args.retries ?? 3,
            deadlineSeconds: Math.round((args.deadlineHours ?? 24) * 3600),
            ...keptFor(args),
            spotTolerant: args.spot ?? true,
        },
    };
}

/** A Job that Kubernetes deletes would be missing from the cluster, and the next refresh and `up` would run it again. */
function keptFor({ keepFinishedHours, schedule }: BatchJobArgs): { keepFinishedSeconds?: number } {
    const hours = keepFinishedHours ?? (schedule === undefined ? undefined : 24);
    return hours === undefined ? {} : { keepFinishedSeconds: Math.round(hours * 3600) };
}

function parts(given: BatchJobArgs["reads"]): readonly StorePart[] {
    return given === undefined ? [] : ([given].flat() as StorePart[]);
}

/** Stores that it uses, a prefix that is both read and written once. */
function storeUses(args: BatchJobArgs, problems: Problem[]): StoreUse[] {
    const uses = new Map<ModelStore, Map<string, StoreUse>>();
    const add = (part: StorePart, mode: AccessMode, path: string): void => {
        const store = isModelStore(part) ? part : part.store;
        const prefix = isModelStore(part) ? "" : part.path;
        const refusal = store.site && reachRefusal(workplaceOf(args.runOn), store.site);
        if (refusal) {
            problems.push({ path, message: `can't be used: ${refusal}` });
        }
        const ofStore = uses.get(store) ?? new Map<string, StoreUse>();
        const before = ofStore.get(prefix);
        ofStore.set(prefix, {
            store,
            path: prefix,
            mode: before && before.mode !== mode ? "readWrite" : mode,
        });
        uses.set(store, ofStore);
    };
    parts(args.reads).forEach((part, index) => add(part, "read", `reads.${index}`));
    parts(args.writes).forEach((part, index) => add(part, "write", `writes.${index}`));
    return [...uses.values()].flatMap((ofStore) => [...ofStore.values()]);
}

/** The stores that the arguments name. */
export function storesOf(args: BatchJobArgs | undefined): ModelStore[] {
    return [...parts(args?.reads), ...parts(args?.writes)]
        .filter(isStorePart)
        .map((part) => (isModelStore(part) ? part : part.store));
}

function workplaceOf(cluster: GpuCluster): Workplace {
    const { cloud, issuer } = cluster.handle;
    return { kind: "cluster", cloud, trusted: issuer !== undefined };
}

/** The container learns where its data is without the program repeating it. */
function uriVariables(args: BatchJobArgs) {
    const uris = (given: BatchJobArgs["reads"]) =>
        parts(given).map((part) => (isModelStore(part) ? part.uri("") : part.uri));
    return [
        { name: "BARYCENTER_READS", uris: uris(args.reads) },
        { name: "BARYCENTER_WRITES", uris: uris(args.writes) },
    ]
        .filter((variable) => variable.uris.length > 0)
        .map(({ name, uris: outputs }) => ({ name, value: all(outputs).apply((known) => known.join(" ")) }));
}

function isStorePart(given: unknown): given is StorePart {
    return isModelStore(given) || isModel(given) || given instanceof Dataset;
}

function isTimeZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return true;
    } catch {
        return false;
    }
}
