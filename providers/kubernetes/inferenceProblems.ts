import type { ClusterInferenceSpec, SpecProblem } from "../cloud";
import { autoscaled } from "./scaling";
import { deviceKinds, SERVERS, type DeviceKind, type ServerMetric } from "./servers";

const METRICS: readonly ServerMetric[] = ["queueDepth", "concurrency", "requestsPerSecond", "gpuUtilization"];

const DEVICE_NAME: Record<DeviceKind, string> = {
    nvidia: "NVIDIA",
    tpu: "TPU",
    neuron: "AWS Neuron",
    cpu: "the CPU",
};

/** What can't be served on a cluster. Pure: known before anything is registered. */
export function inferenceProblems(spec: ClusterInferenceSpec): readonly SpecProblem[] {
    return [...deviceProblems(spec), ...scalingProblems(spec), ...exposureProblems(spec)];
}

function deviceProblems({ accelerators, server, image }: ClusterInferenceSpec): SpecProblem[] {
    const kinds = deviceKinds({ accelerators });
    if (kinds.length > 1) {
        return [
            {
                path: "accelerator",
                message:
                    `${accelerators.join(", ")} are of several kinds (${kinds.map((kind) => DEVICE_NAME[kind]).join(", ")}), ` +
                    "and one image and one device request can't serve them: name one kind",
            },
        ];
    }
    const [kind = "cpu"] = kinds;
    if (image !== undefined || server === "custom" || SERVERS[server].images[kind] !== undefined) {
        return [];
    }
    return [
        {
            path: "image",
            message: `is required: ${server} has no pinned image for ${DEVICE_NAME[kind]}`,
        },
    ];
}

function scalingProblems(spec: ClusterInferenceSpec): SpecProblem[] {
    const { scaling, server } = spec;
    const problems: SpecProblem[] = [];
    if (scaling.min === 0) {
        // vllm-project/production-stack#1003: without something that holds requests, zero may never wake.
        problems.push({
            path: "scaling.min",
            message:
                "0 is not possible: the server's own metrics end with its last replica and nothing holds requests " +
                "until the next, so the service would never wake. The least is 1",
        });
    }
    if (!autoscaled(scaling) || scaling.metric === "cpu") {
        return problems;
    }
    const [device = "cpu"] = deviceKinds(spec);
    const known = (metric: ServerMetric): boolean => SERVERS[server].query(metric, "", device) !== undefined;
    if (!known(scaling.metric)) {
        const others = [...METRICS.filter(known), "cpu"];
        problems.push({
            path: "scaling.metric",
            message:
                `'${scaling.metric}' is no metric that ${server === "custom" ? "a custom container" : server} on ` +
                `${DEVICE_NAME[device]} is known to report: use ${others.map((name) => `'${name}'`).join(" or ")}, ` +
                "or give min and max the same number",
        });
    }
    return problems;
}

function exposureProblems({ expose, hostname }: ClusterInferenceSpec): SpecProblem[] {
    if (expose === "internet" && hostname === undefined) {
        return [{ path: "hostname", message: "is required on the internet: TLS needs a name" }];
    }
    if (expose === "cluster" && hostname !== undefined) {
        return [
            {
                path: "hostname",
                message: "needs `expose` beside it: a private service has its name in the cluster",
            },
        ];
    }
    return [];
}
