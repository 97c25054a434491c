import type { ClusterInferenceSpec, SpecProblem } from "../cloud";
import { COUNTED_BY_PROXY, scalesToZero } from "./scaleToZero";
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
    return [
        ...deviceProblems(spec),
        ...(scalesToZero(spec.scaling) ? zeroProblems(spec) : scalingProblems(spec)),
        ...exposureProblems(spec),
    ];
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
    if (!autoscaled(scaling) || scaling.metric === "cpu") {
        return [];
    }
    const [device = "cpu"] = deviceKinds(spec);
    const known = (metric: ServerMetric): boolean => SERVERS[server].query(metric, "", device) !== undefined;
    if (known(scaling.metric)) {
        return [];
    }
    return [
        {
            path: "scaling.metric",
            message:
                `'${scaling.metric}' is no metric that ${server === "custom" ? "a custom container" : server} on ` +
                `${DEVICE_NAME[device]} is known to report: use ${quoted([...METRICS.filter(known), "cpu"])}, ` +
                "or give min and max the same number",
        },
    ];
}

/** A service without replicas has no metrics of its own: those of the proxy in front of it wake it. */
function zeroProblems({ scaling, expose, hostname }: ClusterInferenceSpec): SpecProblem[] {
    const problems: SpecProblem[] = [];
    if (!COUNTED_BY_PROXY.includes(scaling.metric)) {
        problems.push({
            path: "scaling.metric",
            message:
                `'${scaling.metric}' ends with the last replica, so with \`scaling.min\` 0 it would never wake the ` +
                `service: use ${quoted(COUNTED_BY_PROXY)}`,
        });
    }
    if (!Number.isInteger(scaling.target)) {
        problems.push({
            path: "scaling.target",
            message: `${scaling.target} is no whole number, which the proxy of a service with \`scaling.min\` 0 counts to`,
        });
    }
    if (expose === "internal" && hostname === undefined) {
        problems.push({
            path: "hostname",
            message:
                "is required beside `scaling.min` 0: the proxy that holds requests tells services apart by it",
        });
    }
    return problems;
}

function quoted(names: readonly string[]): string {
    return names.map((name) => `'${name}'`).join(" or ");
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
