import type { AcceleratorName } from "../../placement/accelerators";
import type { ManagedInferenceSpec, ScalingSpec } from "../concepts/inference";
import type { MachineSpec, MetricSpec } from "./vertexDeployment/inputs";

/** Accelerators as Vertex AI names them. TPU machines carry theirs by type. */
const ACCELERATOR_TYPE: Partial<Record<AcceleratorName, string>> = {
    T4: "NVIDIA_TESLA_T4",
    L4: "NVIDIA_L4",
    "A100-40GB": "NVIDIA_TESLA_A100",
    "A100-80GB": "NVIDIA_A100_80GB",
    H100: "NVIDIA_H100_80GB",
    H200: "NVIDIA_H200_141GB",
    B200: "NVIDIA_B200",
};

/** Machine of one replica in the API's form. */
export function machineSpec({ machine }: ManagedInferenceSpec): MachineSpec {
    const acceleratorType = machine.accelerator && ACCELERATOR_TYPE[machine.accelerator];
    return {
        machineType: machine.type,
        ...(acceleratorType === undefined ? {} : { acceleratorType, acceleratorCount: machine.count }),
        ...(machine.topology === undefined ? {} : { tpuTopology: machine.topology }),
    };
}

const ONLINE = "aiplatform.googleapis.com/prediction/online";

/** Vertex AI's own target where none of ours can be translated, in percent. */
const DEFAULT_UTILIZATION = 60;

/**
 * The metric that replicas follow. Vertex AI scales on utilisation and on requests a minute; queue depth and
 * concurrency have no counterpart, so the accelerator's utilisation stands in for them (see `scalingNote`).
 */
export function metricSpecs(scaling: ScalingSpec, hasAccelerator: boolean): MetricSpec[] {
    const utilization = hasAccelerator ? `${ONLINE}/accelerator/duty_cycle` : `${ONLINE}/cpu/utilization`;
    switch (scaling.metric) {
        case "gpuUtilization":
            return [{ metricName: `${ONLINE}/accelerator/duty_cycle`, target: Math.round(scaling.target) }];
        case "cpu":
            return [{ metricName: `${ONLINE}/cpu/utilization`, target: Math.round(scaling.target) }];
        case "requestsPerSecond":
            return [{ metricName: `${ONLINE}/request_count`, target: Math.round(scaling.target * 60) }];
        case "queueDepth":
        case "concurrency":
            return [{ metricName: utilization, target: DEFAULT_UTILIZATION }];
    }
}

/** What differs from the scaling that the program asks for; undefined where nothing does. */
export function scalingNote(scaling: ScalingSpec): string | undefined {
    const notes = [
        ...(scaling.metric === "queueDepth" || scaling.metric === "concurrency"
            ? [
                  `Vertex AI can't scale on '${scaling.metric}': it scales at ${DEFAULT_UTILIZATION} % utilisation of ` +
                      `the accelerator, or of the CPU without one`,
              ]
            : []),
        ...(scaling.min === 0 ? ["Vertex AI keeps one replica: it does not scale to zero"] : []),
    ];
    return notes.length === 0 ? undefined : notes.join("; ");
}
