import type { AdviceWorkload } from "./workload";

/** What a request may take and carry. */
export interface RequestLimits {
    readonly seconds: number;
    readonly payloadKiB: number;
}

/** Why a workload's requests are too much for a service. */
export function requestLimits(
    { secondsPerRequest, payloadKiB }: AdviceWorkload,
    limits: RequestLimits,
): string[] {
    return [
        ...(secondsPerRequest > limits.seconds
            ? [`a request takes ${secondsPerRequest} s, and it gives ${limits.seconds} at most`]
            : []),
        ...(payloadKiB > limits.payloadKiB
            ? [`a payload of ${payloadKiB} KiB, and it takes ${limits.payloadKiB} at most`]
            : []),
    ];
}
