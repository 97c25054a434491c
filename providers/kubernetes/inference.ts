import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import type { core } from "@pulumi/kubernetes/types/input";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1";
import type { ClusterHandle, ClusterInferenceSpec, InferenceHandle, WorkloadAccess } from "../cloud";
import type { Scope } from "../scope";
import { podParts, serviceAccountOf } from "./access";
import { containerEnvironment } from "./environment";
import { API_KEY_HEADER, exposeService, keySecret } from "./exposure";
import { objectLabels } from "./labels";
import { modelLoading } from "./modelLoading";
import { podMonitor } from "./monitoring";
import { NAMES } from "./names";
import { namespaceOf } from "./namespaces";
import { predictor } from "./predictor";
import { entrance, entryAddress, scalesToZero } from "./scaleToZero";
import { autoscaled, needsPrometheus, scaledObject } from "./scaling";
import { place } from "./scheduling";
import { SERVERS } from "./servers";

/**
 * A model server on a cluster: a KServe InferenceService in Standard mode, with its account, scaling, disruption
 * budget, monitor and exposure. The same objects are registered whether the cluster's pools are known or not.
 *
 * KServe's `canaryTrafficPercent` is never set: Standard mode ignores it without a word (kserve/kserve#5335).
 *
 * @throws RunError when an add-on that the service needs is known to be absent
 */
export function inference(
    spec: ClusterInferenceSpec,
    workload: WorkloadAccess,
    cluster: ClusterHandle,
    outer: Scope,
): InferenceHandle {
    requireAddOns(spec, cluster, outer.name);
    const scope = outer.using(cluster.provider);
    const service = scope.physicalName(NAMES.inferenceService);
    const server = SERVERS[spec.server];
    const before = [...cluster.ready, ...namespaceOf(spec.namespace, scope, cluster)];

    const account = serviceAccountOf(workload, spec.namespace, scope, before);
    const parts = podParts(workload, spec.namespace, scope, before);
    const environment = containerEnvironment(spec.environment, spec.namespace, scope, before);
    const loading = modelLoading(spec, parts, scope.site.zone.registry);
    const placement = pulumi.output(cluster.pools).apply((pools) =>
        place(pools, {
            accelerators: spec.accelerators,
            resources: spec.resources,
            spotTolerant: true,
            preferSpot: false,
        }),
    );
    const labels = { ...objectLabels(scope, spec.server), ...workload.access.podLabels };
    const pods = predictor(spec, {
        service,
        labels,
        workload,
        loading,
        environment: environment.variables,
        placement,
        cluster,
        scope,
    });
    const revision = revisionOf(spec, pods.container);

    const inferenceService = scope.child(
        "service",
        CustomResource,
        {
            apiVersion: "serving.kserve.io/v1beta1",
            kind: "InferenceService",
            metadata: {
                name: service,
                namespace: spec.namespace,
                // KServe makes no route for it: routes are ours, and only for services that are exposed.
                labels: {
                    ...objectLabels(scope, spec.server),
                    "networking.kserve.io/visibility": "cluster-local",
                },
                annotations: {
                    "serving.kserve.io/deploymentMode": "Standard",
                    // `external` leaves the number of replicas to our ScaledObject, `none` holds it at the minimum.
                    "serving.kserve.io/autoscalerClass": autoscaled(spec.scaling) ? "external" : "none",
                },
            },
            spec: { predictor: pods.predictor },
        },
        { dependsOn: [...before, account, ...workload.access.dependencies] },
    );
    const after = [...before, inferenceService];
    const front = entrance(spec, service, scope, after);
    // After the route whose requests it counts: a scaler that finds none falls back to the CPU and wakes nothing.
    const scaler = scaledObject(spec, service, scope, front ? [...after, front.route] : after);
    const monitor = podMonitor(spec, service, cluster, scope, before);
    const budget = disruptionBudget(spec, service, scope, before);
    const exposure = exposeService(spec, service, server.port(spec), cluster.cloud, scope, after);
    const inCluster = front
        ? `http://${entryAddress(spec, service)}`
        : `http://${service}-predictor.${spec.namespace}.svc.cluster.local`;

    return {
        url: exposure?.url ?? pulumi.output(inCluster),
        revision,
        identity: pulumi.output(`system:serviceaccount:${spec.namespace}:${workload.serviceAccount}`),
        client: {
            protocol: server.protocol,
            authentication: authentication(spec, service),
            urlForm: urlForm(spec, inCluster),
        },
        accelerator: placement.accelerator,
        nodes: {
            service: inferenceService,
            account,
            ...parts.nodes,
            ...environment.nodes,
            ...front?.nodes,
            ...(scaler ? { scaler } : {}),
            ...(monitor ? { monitor } : {}),
            ...(budget ? { budget } : {}),
            ...exposure?.nodes,
        },
    };
}

function authentication({ expose }: ClusterInferenceSpec, service: string): string {
    switch (expose) {
        case "cluster":
            return "none: every pod of the cluster can call it";
        case "internal":
            return "none: everyone in the network can call it";
        case "internet":
            return `a key in the header ${API_KEY_HEADER}, one of those in the Secret '${keySecret(service)}'`;
    }
}

function urlForm({ expose, hostname }: ClusterInferenceSpec, inCluster: string): string {
    if (expose === "cluster") {
        return inCluster;
    }
    return hostname === undefined ? "http://<address of the load balancer>" : `https://${hostname}`;
}

/** One replica at a time may be evicted. KServe makes no budgets (kserve/kserve#4574). */
function disruptionBudget(
    spec: ClusterInferenceSpec,
    service: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): PodDisruptionBudget | undefined {
    if (!spec.disruptionBudget || spec.scaling.max < 2) {
        return undefined;
    }
    return scope.child(
        "budget",
        PodDisruptionBudget,
        {
            metadata: { name: service, namespace: spec.namespace, labels: objectLabels(scope, "budget") },
            spec: {
                maxUnavailable: 1,
                selector: { matchLabels: { app: `isvc.${service}-predictor` } },
            },
        },
        { dependsOn: [...dependsOn] },
    );
}

/** What is served: the model's version and place, and what the container runs. Not how it is probed or placed. */
function revisionOf(
    { model }: ClusterInferenceSpec,
    { image, command, args, env }: core.v1.Container,
): pulumi.Output<string> {
    const served = {
        container: { image, command, args, env },
        model: model && { name: model.name, version: model.version, uri: model.store.uri(model.path) },
    };
    const hash = pulumi
        .output(served)
        .apply((known) => createHash("sha256").update(JSON.stringify(known)).digest("hex").slice(0, 12));
    // A secret in the container can't be read from a hash, and a secret revision would hide what is deployed.
    return pulumi.unsecret(hash);
}

function requireAddOns(spec: ClusterInferenceSpec, { addOns }: ClusterHandle, name: string): void {
    if (!Array.isArray(addOns)) {
        return;
    }
    const needed = [
        "kserve",
        ...(autoscaled(spec.scaling) ? ["keda"] : []),
        ...(scalesToZero(spec.scaling) ? ["kedaHttp"] : []),
        ...(needsPrometheus(spec) ? ["metrics"] : []),
        ...(spec.hostname !== undefined ? ["gateway"] : []),
    ];
    const missing = needed.filter((addOn) => !(addOns as readonly string[]).includes(addOn));
    if (missing.length > 0) {
        throw new pulumi.RunError(
            `'${name}' needs ${missing.join(" and ")} on its cluster, where ${missing.length === 1 ? "it is" : "they are"} 'off': ` +
                "say 'install' or 'present' in the cluster's `addOns`",
        );
    }
}
