import type { Catalogue } from "../catalogue/catalogue";
import type { Source } from "../catalogue/data";
import { HOURS_PER_MONTH } from "../money";
import { machinesAt } from "../pricing/machine";
import type { SiteId } from "../site";
import type { Alternative, Impossible } from "./alternative";
import { SECONDS_PER_MONTH, type Curve } from "./curve";
import { SERVERLESS, type ServerlessGpu, type ServerlessService } from "./serverlessFigures";
import { requestLimits } from "./limits";
import { CPU_REPLICA, type AdviceWorkload } from "./workload";

const GIB_IN_KIB = 1024 * 1024;

/** The serverless services of a site's cloud. One for CPU is left out where the workload wants a GPU that another has. */
export function serverlessAt(
    workload: AdviceWorkload,
    site: SiteId,
    catalogue: Catalogue,
): (Alternative | Impossible)[] {
    const wantsGpu = workload.accelerators.length > 0;
    return SERVERLESS.filter(({ cloud, gpu }) => cloud === site.cloud && (wantsGpu || gpu === undefined)).map(
        (service) => alternativeOf(service, workload, site, catalogue),
    );
}

function alternativeOf(
    service: ServerlessService,
    workload: AdviceWorkload,
    site: SiteId,
    catalogue: Catalogue,
): Alternative | Impossible {
    const { gpu, limits, price, cold, keptSeconds } = service;
    const need = sizeOf(service, workload);
    const gpuMonth = gpu && gpuPerMonth(gpu, site, catalogue);
    const reasons = [
        ...gpuReasons(gpu, workload, site, gpuMonth),
        ...requestLimits(workload, limits),
        ...(need.vcpu > limits.vcpu ? [`${round(need.vcpu)} vCPU, and it has ${limits.vcpu} at most`] : []),
        ...(need.memoryGiB > limits.memoryGiB
            ? [`${round(need.memoryGiB)} GiB of memory, and it has ${limits.memoryGiB} at most`]
            : []),
        ...(workload.modelGiB > limits.modelGiB
            ? [`${round(workload.modelGiB)} GiB of weights, and it holds ${limits.modelGiB} at most`]
            : []),
    ];
    const base = { architecture: "serverless", service: service.service, site } as const;
    if (reasons.length > 0) {
        return { ...base, reasons };
    }
    return {
        ...base,
        scaleToZero: true,
        latency: "afterColdStart",
        cold,
        keptSeconds,
        runsOn: `${round(need.vcpu)} vCPU, ${round(need.memoryGiB)} GiB${gpu ? `, ${gpu.name}` : ""}`,
        curve: curveOf(service, workload, need, gpuMonth?.micros ?? 0),
        ...mostRequests(service, workload),
        sources: [price.source, limits.source, cold.source, ...(gpuMonth ? [gpuMonth.source] : [])],
    };
}

/** What one instance has: the workload's need, or what the service gives at least. */
function sizeOf(
    { gpu, gibPerVcpu }: ServerlessService,
    { vcpu, memoryGiB, accelerators, modelGiB }: AdviceWorkload,
): { readonly vcpu: number; readonly memoryGiB: number } {
    if (gpu && accelerators.length > 0) {
        return { vcpu: Math.max(vcpu, gpu.vcpu), memoryGiB: Math.max(memoryGiB, gpu.memoryGiB) };
    }
    const cpu = vcpu || CPU_REPLICA.vcpu;
    // Weights are in memory with a fifth on top for the work on them.
    const memory = Math.max(memoryGiB || CPU_REPLICA.memoryGiB, modelGiB * 1.2);
    return gibPerVcpu === undefined
        ? { vcpu: cpu, memoryGiB: memory }
        : { vcpu: cpu, memoryGiB: Math.max(memory, cpu * gibPerVcpu) };
}

function gpuReasons(
    gpu: ServerlessGpu | undefined,
    { accelerators, count }: AdviceWorkload,
    { region }: SiteId,
    price: { readonly micros: number } | undefined,
): string[] {
    if (accelerators.length === 0) {
        return [];
    }
    if (gpu === undefined) {
        return ["no accelerator"];
    }
    return [
        ...(accelerators.includes(gpu.name) ? [] : [`its accelerator is the ${gpu.name}`]),
        ...(count > 1 ? [`one accelerator an instance, and ${count} are asked for`] : []),
        ...(gpu.regions.includes(region) ? [] : [`sold in ${gpu.regions.join(", ")} only`]),
        ...(price ? [] : [`no price of a machine with ${gpu.name} is known there`]),
    ];
}

function gpuPerMonth(
    gpu: ServerlessGpu,
    site: SiteId,
    catalogue: Catalogue,
): { readonly micros: number; readonly source: Source } | undefined {
    if (gpu.second !== "machine") {
        return { micros: gpu.second * SECONDS_PER_MONTH, source: gpu.source };
    }
    const machines = machinesAt(catalogue, site, {
        accelerators: [gpu.name],
        count: 1,
        vcpu: gpu.vcpu,
        memoryGiB: 0,
        spot: false,
    });
    const price = "reason" in machines ? undefined : catalogue.machine(site, machines[0].type, "onDemand");
    return price && { micros: price.micros * HOURS_PER_MONTH, source: gpu.source };
}

/** Requests a month whose busy hours fill what the service takes at a time. */
function mostRequests(
    { limits }: ServerlessService,
    { secondsPerRequest, peak }: AdviceWorkload,
): { readonly mostRequests?: number } {
    return limits.concurrency === undefined
        ? {}
        : { mostRequests: (limits.concurrency * SECONDS_PER_MONTH) / (secondsPerRequest * peak) };
}

function curveOf(
    { price, byInstance, concurrent, cold, keptSeconds }: ServerlessService,
    workload: AdviceWorkload,
    need: { readonly vcpu: number; readonly memoryGiB: number },
    gpuMonth: number,
): Curve {
    const seconds = workload.secondsPerRequest / (concurrent ? workload.concurrency : 1);
    const second = need.vcpu * price.vcpuSecond + need.memoryGiB * price.gibSecond;
    const perRequest = price.request + (price.payloadGiB * 2 * workload.payloadKiB) / GIB_IN_KIB;
    return byInstance
        ? {
              fixed: 0,
              perRequest,
              instances: {
                  perMonth: second * SECONDS_PER_MONTH + gpuMonth,
                  secondsPerRequest: seconds,
                  least: 0,
                  tailSeconds: keptSeconds + cold.startSeconds + workload.modelGiB / cold.loadGiBPerSecond,
              },
          }
        : { fixed: 0, perRequest: perRequest + second * seconds };
}

function round(value: number): string {
    return String(Math.round(value * 10) / 10);
}
