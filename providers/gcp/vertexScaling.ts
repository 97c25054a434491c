import type { AcceleratorName } from "../../placement/accelerators";
import type { ManagedInferenceSpec } from "../concepts/inference";
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

type Machine = ManagedInferenceSpec["machine"];

/** Vertex AI's name of the GPU; undefined on machines of CPU or TPU. */
function gpuOf({ accelerator }: Machine): string | undefined {
    return accelerator && ACCELERATOR_TYPE[accelerator];
}

/** Machine of one replica in the API's form. */
export function machineSpec({ machine }: { readonly machine: Machine }): MachineSpec {
    const acceleratorType = gpuOf(machine);
    return {
        machineType: machine.type,
        ...(acceleratorType === undefined ? {} : { acceleratorType, acceleratorCount: machine.count }),
        ...(machine.topology === undefined ? {} : { tpuTopology: machine.topology }),
    };
}

const ONLINE = "aiplatform.googleapis.com/prediction/online";

/** Vertex AI's own target where none of ours can be translated, in percent. */
const DEFAULT_UTILIZATION = 60;

type Scaled = Pick<ManagedInferenceSpec, "scaling" | "machine">;

/**
 * The metric that replicas follow. Vertex AI scales on utilisation and on requests a minute; queue depth and
 * concurrency have no counterpart, so the GPU's utilisation stands in for them, or the CPU's where the machine has no
 * GPU: the duty cycle goes with `acceleratorCount`, which TPU machines have not (see `scalingNote`).
 */
export function metricSpecs({ scaling, machine }: Scaled): MetricSpec[] {
    if (isReplaced({ scaling, machine })) {
        const metric = gpuOf(machine) === undefined ? "cpu/utilization" : "accelerator/duty_cycle";
        return [{ metricName: `${ONLINE}/${metric}`, target: DEFAULT_UTILIZATION }];
    }
    switch (scaling.metric) {
        case "requestsPerSecond":
            return [{ metricName: `${ONLINE}/request_count`, target: Math.round(scaling.target * 60) }];
        case "cpu":
            return [{ metricName: `${ONLINE}/cpu/utilization`, target: Math.round(scaling.target) }];
        default:
            return [{ metricName: `${ONLINE}/accelerator/duty_cycle`, target: Math.round(scaling.target) }];
    }
}

/** Whether Vertex AI has no such metric for that machine. */
function isReplaced({ scaling: { metric }, machine }: Scaled): boolean {
    return (
        metric === "queueDepth" ||
        metric === "concurrency" ||
        (metric === "gpuUtilization" && gpuOf(machine) === undefined)
    );
}

/** What differs from the scaling that the program asks for; undefined where nothing does. */
export function scalingNote({ scaling, machine }: Scaled): string | undefined {
    const notes = [
        ...(isReplaced({ scaling, machine })
            ? [
                  `Vertex AI can't scale on '${scaling.metric}' here: it scales at ${DEFAULT_UTILIZATION} % utilisation ` +
                      `of the ${gpuOf(machine) === undefined ? "CPU" : "GPU"}`,
              ]
            : []),
        ...(scaling.min === 0 ? ["Vertex AI keeps one replica: it does not scale to zero"] : []),
    ];
    return notes.length === 0 ? undefined : notes.join("; ");
}
