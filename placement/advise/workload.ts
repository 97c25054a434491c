import type { AcceleratorName } from "../accelerators";
import { SECONDS_PER_REQUEST } from "../assumptions";
import type { ServiceDemand } from "../demand";
import { figureFor } from "../pricing/work";

/** One workload, as advice on its architecture needs it. Its name is in no figure. */
export interface AdviceWorkload {
    readonly requestsPerMonth: number;
    /** Seconds that a replica is busy with one request. */
    readonly secondsPerRequest: number;
    /** Requests that a replica handles at a time. */
    readonly concurrency: number;
    /** Load of the busiest hours over the month's average. */
    readonly peak: number;
    /** Size of a request or a response, whichever is larger. */
    readonly payloadKiB: number;
    /** Weights that a replica loads when it starts. */
    readonly modelGiB: number;
    /** In order of preference; empty for CPU. */
    readonly accelerators: readonly AcceleratorName[];
    /** Accelerators of one replica. */
    readonly count: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** Replicas that run whatever the load, where an architecture keeps some. */
    readonly leastReplicas: number;
    /** Time within which 95 of 100 requests must be answered. Absent: any cold start is borne. */
    readonly p95Seconds?: number;
    /** Hours that a request may wait to be worked on together with others. Absent: callers wait for their answers. */
    readonly deadlineHours?: number;
    /** A cluster is there anyway: its control plane and its add-ons' nodes cost nothing more. */
    readonly clusterExists: boolean;
}

/** Load of the busiest hours over the average: one working day's hours in a week of 168. Assumed. */
export const PEAK = 4;

/** KiB of a request or response: a long prompt. Assumed. */
export const PAYLOAD_KIB = 64;

/** vCPU and GiB of a replica on CPU. Assumed. */
export const CPU_REPLICA = { vcpu: 2, memoryGiB: 4 } as const;

/** What a workload is unless it says otherwise; all of it is told with the advice. */
export const WORKLOAD_DEFAULTS = {
    secondsPerRequest: SECONDS_PER_REQUEST,
    concurrency: 1,
    peak: PEAK,
    payloadKiB: PAYLOAD_KIB,
    modelGiB: 0,
    accelerators: [],
    count: 1,
    vcpu: 0,
    memoryGiB: 0,
    leastReplicas: 1,
    clusterExists: false,
} as const satisfies Partial<AdviceWorkload>;

/** The parts of a workload that a service of a program says itself. */
export function workloadOf(service: ServiceDemand): Partial<AdviceWorkload> {
    const { share, traffic, concurrency, replicas, model } = service;
    const seconds = figureFor(traffic?.secondsPerRequest, share.accelerators[0]);
    return {
        ...(traffic ? { requestsPerMonth: traffic.requestsPerMonth } : {}),
        ...(seconds === undefined ? {} : { secondsPerRequest: seconds }),
        ...(traffic?.responseKiB === undefined ? {} : { payloadKiB: traffic.responseKiB }),
        ...(model ? { modelGiB: model.sizeGiB } : {}),
        concurrency,
        accelerators: share.accelerators,
        count: Math.max(1, share.count),
        vcpu: share.vcpu,
        memoryGiB: share.memoryGiB,
        leastReplicas: Math.max(1, replicas.min),
    };
}
