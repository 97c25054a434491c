import * as pulumi from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import type { ClusterHandle, ClusterInferenceSpec, WorkloadAccess } from "../cloud";
import type { Scope } from "../scope";
import { publicText } from "./environment";
import { imageFrom } from "../serverImages";
import type { ModelLoading } from "./modelLoading";
import { gibibytes } from "./quantities";
import { graceSeconds, type PodPlacement } from "./scheduling";
import { deviceKinds, SERVERS } from "./servers";

/** Seconds until every proxy has taken a pod that goes out of its endpoints; requests still come until then. */
const ENDPOINT_REMOVAL_SECONDS = 10;
const PROBE_SECONDS = 10;

export interface PredictorContext {
    readonly service: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly workload: WorkloadAccess;
    readonly loading: ModelLoading;
    readonly environment: readonly core.v1.EnvVar[];
    readonly placement: pulumi.Output<PodPlacement>;
    readonly cluster: ClusterHandle;
    readonly scope: Scope;
}

/**
 * The predictor of an InferenceService: a pod of our own, with everything in it said.
 *
 * `containers`, not `model` with a `runtime`: KServe's runtimes are old (Triton 23.05) or unpinned (vLLM `latest`),
 * and with one of our own every change of the image would be two objects changed and two rollouts, each of which
 * needs spare accelerators. One object is one rollout, and no other team's runtime can change what is served.
 */
export function predictor(
    spec: ClusterInferenceSpec,
    context: PredictorContext,
): { predictor: Record<string, unknown>; container: core.v1.Container } {
    const { service, labels, workload, loading, placement, cluster } = context;
    const server = SERVERS[spec.server];
    const grace = placement.apply(({ spot }) =>
        graceSeconds(ENDPOINT_REMOVAL_SECONDS + spec.drainSeconds, spot, cluster.cloud),
    );
    const container = containerOf(spec, context, grace);
    const shared = sharedMemory(spec);
    return {
        container,
        predictor: {
            minReplicas: spec.scaling.min,
            maxReplicas: spec.scaling.max,
            labels,
            deploymentStrategy: { type: "RollingUpdate", rollingUpdate: rollingUpdate(spec, placement) },
            serviceAccountName: workload.serviceAccount,
            automountServiceAccountToken: false,
            // Kubernetes would set VLLM_PORT=tcp://… for a Service called `vllm`, which vLLM reads as its port.
            enableServiceLinks: false,
            terminationGracePeriodSeconds: grace,
            securityContext: {
                seccompProfile: { type: "RuntimeDefault" },
                ...(server.user === undefined ? {} : { runAsNonRoot: true, runAsUser: server.user }),
            },
            nodeSelector: placement.apply(({ nodeSelector }) => nodeSelector),
            affinity: placement.apply(({ nodeAffinity }) => (nodeAffinity ? { nodeAffinity } : undefined)),
            tolerations: placement.tolerations,
            ...(spec.spread && spec.scaling.max > 1 ? { topologySpreadConstraints: spread(service) } : {}),
            ...(loading.initContainers.length > 0 ? { initContainers: loading.initContainers } : {}),
            containers: [container],
            volumes: [...loading.volumes, ...(shared ? [shared.volume] : [])],
        },
    };
}

function containerOf(
    spec: ClusterInferenceSpec,
    { loading, environment, placement, scope }: PredictorContext,
    grace: pulumi.Output<number>,
): core.v1.Container {
    const server = SERVERS[spec.server];
    const [device = "cpu"] = deviceKinds(spec);
    const shared = sharedMemory(spec);
    const exit = grace.apply((seconds) => seconds - ENDPOINT_REMOVAL_SECONDS);
    const pinned = server.images[device];
    const command = spec.command ?? server.command;
    const probe = { periodSeconds: PROBE_SECONDS, timeoutSeconds: 5 };
    return {
        // KServe looks for this name.
        name: "kserve-container",
        image: spec.image ?? (pinned === undefined ? "" : imageFrom(scope.site.zone.registry, pinned)),
        ...(command ? { command: publicText(command, "command", scope) } : {}),
        args: [...server.args(spec, { exit }), ...publicText(spec.args, "args", scope)],
        env: [
            ...Object.entries(server.environment).map(([name, value]) => ({ name, value })),
            ...environment,
        ],
        ports: [
            { name: "http1", containerPort: server.port(spec), protocol: "TCP" },
            ...server.extraPorts.map((port) => ({ ...port, protocol: "TCP" })),
        ],
        // Limits are said for the CPU too: KServe's default of 1 would stand beside a larger request and be refused.
        resources: { requests: placement.quantities, limits: placement.quantities },
        startupProbe: {
            ...server.readiness(spec),
            ...probe,
            failureThreshold: Math.ceil(spec.startupSeconds / PROBE_SECONDS),
        },
        readinessProbe: { ...server.readiness(spec), ...probe, failureThreshold: 3 },
        ...(server.liveness ? { livenessProbe: { ...server.liveness, ...probe, failureThreshold: 6 } } : {}),
        // Requests still arrive while the pod leaves the endpoints: a server that stops at once fails them
        // (triton-inference-server/server#6230). The kubelet's own sleep needs no shell in the image.
        lifecycle: { preStop: { sleep: { seconds: ENDPOINT_REMOVAL_SECONDS } } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [...loading.mounts, ...(shared ? [shared.mount] : [])],
    };
}

/** The 64 MiB of /dev/shm that a container gets are too few for processes that pass tensors. Counts as memory used. */
function sharedMemory(
    spec: ClusterInferenceSpec,
): { volume: core.v1.Volume; mount: core.v1.VolumeMount } | undefined {
    const { sharedMemory: need } = SERVERS[spec.server];
    if (need === "never" || (need === "several accelerators" && spec.resources.accelerators < 2)) {
        return undefined;
    }
    const mebibytes = Math.max(256, Math.floor((gibibytes(spec.resources.memory) * 1024) / 4));
    return {
        volume: { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: `${mebibytes}Mi` } },
        mount: { name: "shared-memory", mountPath: "/dev/shm" },
    };
}

/**
 * A new replica first where the pools have room for one more than the service's most; else one goes before the next
 * comes, or the rollout would wait for an accelerator for ever (kserve/kserve#4748).
 */
function rollingUpdate(
    { scaling }: ClusterInferenceSpec,
    placement: pulumi.Output<PodPlacement>,
): pulumi.Output<{ maxSurge: number; maxUnavailable: number }> {
    return placement.apply(({ accelerator, capacity }) =>
        accelerator === "" || capacity > scaling.max
            ? { maxSurge: 1, maxUnavailable: 0 }
            : { maxSurge: 0, maxUnavailable: 1 },
    );
}

/** Over zones and nodes where there are several; never at the price of not starting. */
function spread(service: string): core.v1.TopologySpreadConstraint[] {
    return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        topologyKey,
        maxSkew: 1,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { app: `isvc.${service}-predictor` } },
    }));
}
