import { ACCELERATOR_NAMES } from "../../placement/accelerators";
import {
    WORKLOAD_DEFAULTS,
    CPU_REPLICA,
    workloadOf,
    type AdviceWorkload,
} from "../../placement/advise/workload";
import type { Catalogue } from "../../placement/catalogue/catalogue";
import { PRICED_CLOUDS } from "../../placement/catalogue/data";
import { placeOf, type Demand, type ServiceDemand } from "../../placement/demand";
import { short } from "../../placement/flows";
import { DEFAULT_REGION, formatSite, type SiteId } from "../../placement/site";
import { nearest } from "../../components/validation/problem";
import { UsageError } from "../errors";

/** What the command line says of a workload, as texts. */
export interface WorkloadFlags {
    readonly requests?: string;
    readonly seconds?: string;
    readonly concurrency?: string;
    readonly peak?: string;
    readonly payload?: string;
    readonly model?: string;
    readonly accelerator?: readonly string[];
    readonly vcpu?: string;
    readonly memory?: string;
    readonly replicas?: string;
    readonly p95?: string;
    readonly deadline?: string;
    readonly cluster?: boolean;
}

type Numeric = Exclude<keyof WorkloadFlags, "accelerator" | "cluster">;

/** What each flag stands for, with its unit and its bounds. */
export const NUMBERS: Readonly<
    Record<
        Numeric,
        {
            readonly field: keyof AdviceWorkload;
            readonly unit: string;
            readonly least: number;
            readonly most: number;
            readonly whole?: true;
        }
    >
> = {
    requests: { field: "requestsPerMonth", unit: "requests a month", least: 1, most: 1e12 },
    seconds: { field: "secondsPerRequest", unit: "seconds", least: 0.0001, most: 86_400 },
    concurrency: { field: "concurrency", unit: "requests at a time", least: 1, most: 1000, whole: true },
    peak: { field: "peak", unit: "times the average", least: 1, most: 1000 },
    payload: { field: "payloadKiB", unit: "KiB", least: 0, most: 1e8 },
    model: { field: "modelGiB", unit: "GiB", least: 0, most: 10_000 },
    vcpu: { field: "vcpu", unit: "vCPU", least: 0.25, most: 192 },
    memory: { field: "memoryGiB", unit: "GiB", least: 0.5, most: 4096 },
    replicas: { field: "leastReplicas", unit: "replicas", least: 0, most: 10_000, whole: true },
    p95: { field: "p95Seconds", unit: "seconds", least: 0.001, most: 86_400 },
    deadline: { field: "deadlineHours", unit: "hours", least: 0.1, most: 720 },
};

/**
 * The workload that flags describe, over what a service of a program says of itself.
 *
 * @throws UsageError with all that is wrong with the flags
 */
export function workloadFrom(flags: WorkloadFlags, said: Partial<AdviceWorkload>): AdviceWorkload {
    const problems: string[] = [];
    const given: Record<string, number> = {};
    for (const [flag, { field, unit, least, most, whole }] of Object.entries(NUMBERS)) {
        const text = flags[flag as Numeric];
        if (text === undefined) {
            continue;
        }
        const value = Number(text);
        if (text.trim() === "" || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
            problems.push(
                `--${flag} '${text}': ${whole ? "a whole number" : "a number"} of ${unit} from ${least} to ${most}`,
            );
        }
        given[field] = value;
    }
    const accelerators = flags.accelerator ?? said.accelerators ?? [];
    for (const name of accelerators.filter(
        (each) => !(ACCELERATOR_NAMES as readonly string[]).includes(each),
    )) {
        const near = nearest(name, ACCELERATOR_NAMES);
        const hint =
            near.length > 0
                ? `did you mean ${near.map((each) => `'${each}'`).join(" or ")}?`
                : `there are ${ACCELERATOR_NAMES.join(", ")}`;
        problems.push(`--accelerator '${name}': no such accelerator; ${hint}`);
    }
    if (flags.requests === undefined && said.requestsPerMonth === undefined) {
        problems.push(
            "--requests: how many requests a month? A service says it with `traffic.requestsPerMonth`",
        );
    }
    if (problems.length > 0) {
        throw new UsageError(["the workload can't be advised on:", ...problems].join("\n  - "));
    }
    return {
        ...WORKLOAD_DEFAULTS,
        ...(accelerators.length === 0 ? CPU_REPLICA : {}),
        ...said,
        accelerators: accelerators as AdviceWorkload["accelerators"],
        ...(flags.cluster ? { clusterExists: true } : {}),
        ...given,
    } as AdviceWorkload;
}

/**
 * What a service of a program says of itself.
 *
 * @throws UsageError for a name that no service has
 */
export function serviceNamed(
    name: string,
    demands: readonly Demand[],
): { readonly service: ServiceDemand; readonly said: Partial<AdviceWorkload> } {
    const services = demands.filter((demand) => demand.kind === "service");
    const service = services.find(({ id }) => id === name || short(id) === name);
    if (service === undefined) {
        const names = services.map(({ id }) => short(id));
        const near = nearest(name, names);
        throw new UsageError(
            `--service ${name}: no service is named so; ` +
                (near.length > 0 ? `did you mean '${near[0]}'?` : `there are ${names.join(", ") || "none"}`),
        );
    }
    const shares = demands.some(
        (demand) =>
            demand.id !== service.id &&
            service.runOn !== "managed" &&
            demand.kind !== "cluster" &&
            demand.kind !== "store" &&
            placeOf(demand) === service.runOn,
    );
    return { service, said: { ...workloadOf(service), clusterExists: shares } };
}

/**
 * The sites to compare at.
 *
 * @throws UsageError for what is no site of the catalogue
 */
export function sitesFrom(names: readonly string[], catalogue: Catalogue): SiteId[] {
    const all = catalogue.sites();
    const asked =
        names.length > 0 ? names : PRICED_CLOUDS.map((cloud) => `${cloud}/${DEFAULT_REGION[cloud]}`);
    const known = all.map(formatSite);
    const problems = asked
        .filter((name) => !known.includes(name))
        .map((name) => {
            const near = nearest(name, known);
            return `--at '${name}': no site of the catalogue${near.length > 0 ? `; did you mean '${near[0]}'?` : `: cloud/region, with one of ${PRICED_CLOUDS.join(", ")}`}`;
        });
    if (problems.length > 0) {
        throw new UsageError(problems.join("\n"));
    }
    return all.filter((site) => asked.includes(formatSite(site)));
}
