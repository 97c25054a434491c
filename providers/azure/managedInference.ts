import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import type * as inputs from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type InferenceHandle, type ManagedInferenceSpec, type SpecProblem } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { resourceGroup, worldwideName } from "./context";
import { registerEnvironment, registerModel } from "./endpointModel";
import { scaleDeployment } from "./endpointScaling";
import { onlineEndpoint, routeTraffic } from "./endpointTraffic";
import { NAMES } from "./names";
import { assignRole, ROLES } from "./roles";
import { SERVERS } from "./servers";
import { servingImage } from "./servingImage";
import { userAssignedIdentity } from "./workloadIdentity";
import { isPrivate, workspace } from "./workspace";

/** Seconds between two looks at a container that starts. */
const PROBE_SECONDS = 10;

/** The longest that Azure waits for an answer (learn.microsoft.com how-to-manage-quotas: 180 seconds). */
const REQUEST_SECONDS = 180;

/** What Azure Machine Learning refuses. */
export function managedInferenceProblems(spec: ManagedInferenceSpec): readonly SpecProblem[] {
    return spec.environment
        .filter(({ secret }) => secret !== undefined)
        .map(({ name }) => ({
            path: `environment.${name}`,
            message: "a Secret belongs to a Kubernetes cluster: a managed endpoint has none",
        }));
}

/**
 * An Azure Machine Learning online endpoint with one deployment, which takes all traffic. Whatever `rollout` says, a
 * new revision is a second deployment that takes the traffic over once it is healthy.
 *
 * Private where the landing zone names subnets to reach it from; elsewhere its name is public and a Microsoft Entra
 * token is what guards it.
 */
export function managedInference(spec: ManagedInferenceSpec, scope: Scope): InferenceHandle {
    const identity = userAssignedIdentity(scope, "identity");
    const serving = servingImage(spec, scope);
    const target = workspace(spec, scope, serving.registry?.id);
    const environment = registerEnvironment(spec, serving.image, target, scope);
    const model = spec.model && registerModel(spec.model, target, scope);
    const settings = {
        name: worldwideName(scope, NAMES.onlineEndpoint, ""),
        identityId: identity.id,
        publicNetworkAccess: isPrivate(spec, scope) ? ("Disabled" as const) : ("Enabled" as const),
    };

    const role = { principalId: identity.principalId, principalType: "ServicePrincipal" as const };
    const pull = serving.registry && {
        "image-access": assignRole(scope, "image-access", {
            ...role,
            role: ROLES.acrPull,
            scopeId: serving.registry.id,
        }),
    };
    const artifacts = target.storageId && {
        "workspace-access": assignRole(scope, "workspace-access", {
            ...role,
            role: ROLES.storageBlobDataReader,
            scopeId: target.storageId,
        }),
    };
    const principal = { cloud: "azure" as const, id: identity.principalId };
    const weights = spec.model
        ? spec.model.store.grant(
              principal,
              [{ mode: "read", prefix: spec.model.path }],
              scope.within("model"),
          )
        : NO_ACCESS;
    const access: Record<string, pulumi.Resource> = { ...pull, ...artifacts };

    const endpoint = onlineEndpoint(settings, target, scope);
    const scaled = spec.scaling.max > Math.max(spec.scaling.min, 1);
    const properties = deploymentProperties(spec, environment.id, model?.id);
    const deploymentName = pulumi
        .output(properties)
        .apply((content) => scope.physicalName(NAMES.onlineDeployment, "", content));
    const deployment = child(
        scope,
        "deployment",
        machinelearningservices.OnlineDeployment,
        {
            deploymentName,
            endpointName: endpoint.name,
            workspaceName: target.name,
            resourceGroupName: target.resourceGroupName,
            location: scope.site.region,
            kind: "Managed",
            sku: { name: "Default", capacity: Math.max(spec.scaling.min, 1) },
            properties,
            tags: scope.tags(),
        },
        {
            dependsOn: [...weights.dependencies, ...Object.values(access), ...target.links],
            // A deployment that still has traffic can't be deleted; with its endpoint it goes at once.
            deletedWith: endpoint,
            ignoreChanges: scaled ? ["sku.capacity"] : [],
        },
    );
    const traffic = routeTraffic(settings, deployment, target, scope);
    const autoscale: Record<string, pulumi.Resource> = scaled
        ? { autoscale: scaleDeployment(spec.scaling, endpoint.id, deployment.id, scope) }
        : {};

    return {
        // Through the step that routes traffic: until then the endpoint answers nothing.
        url: pulumi.all([endpoint.properties, traffic.id]).apply(([{ scoringUri }]) => scoringUri),
        revision: deployment.name,
        identity: identity.principalId,
        client: {
            protocol: SERVERS[spec.server].protocol,
            authentication: "Microsoft Entra token for https://ml.azure.com, as `Authorization: Bearer`",
            urlForm: `https://<endpoint>.${scope.site.region}.inference.ml.azure.com/`,
        },
        accelerator: pulumi.output(spec.machine.accelerator ?? ""),
        nodes: {
            ...groupNode(scope),
            ...target.nodes,
            ...serving.nodes,
            identity,
            ...environment.nodes,
            ...model?.nodes,
            ...access,
            endpoint,
            deployment,
            traffic,
            ...autoscale,
        },
    };
}

function groupNode(scope: Scope): Record<string, pulumi.Resource> {
    const { resource } = resourceGroup(scope);
    return resource ? { "resource-group": resource } : {};
}

function deploymentProperties(
    spec: ManagedInferenceSpec,
    environmentId: pulumi.Output<string>,
    modelId: pulumi.Output<string> | undefined,
): inputs.machinelearningservices.ManagedOnlineDeploymentArgs {
    const probe = {
        period: duration(PROBE_SECONDS),
        timeout: duration(PROBE_SECONDS / 2),
        successThreshold: 1,
    };
    const patience = Math.max(Math.ceil(spec.startupSeconds / PROBE_SECONDS), 3);
    const starting = { ...probe, initialDelay: duration(PROBE_SECONDS), failureThreshold: patience };
    const running = { ...probe, initialDelay: duration(spec.startupSeconds), failureThreshold: 30 };
    return {
        endpointComputeType: "Managed",
        instanceType: spec.machine.type,
        environmentId,
        ...(modelId === undefined ? {} : { model: modelId }),
        environmentVariables: Object.fromEntries(
            spec.environment
                .filter(({ value }) => value !== undefined)
                .map(({ name, value }) => [name, pulumi.output(value ?? "")]),
        ),
        scaleSettings: { scaleType: "Default" },
        requestSettings: {
            // The service's own default is one request at a time.
            maxConcurrentRequestsPerInstance: concurrency(spec),
            requestTimeout: duration(REQUEST_SECONDS),
        },
        startupProbe: starting,
        readinessProbe: starting,
        livenessProbe: running,
        appInsightsEnabled: true,
    };
}

/** ISO 8601 with the largest units, as the service writes it back: `PT180S` would be a change after every refresh. */
export function duration(seconds: number): string {
    const parts = [
        [Math.floor(seconds / 3600), "H"],
        [Math.floor((seconds % 3600) / 60), "M"],
        [seconds % 60, "S"],
    ] as const;
    const text = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
    return `PT${text.length > 0 ? text.join("") : "0S"}`;
}

/** Requests in flight that an instance is given: what the scaling aims at, and room above it. */
function concurrency({ scaling }: ManagedInferenceSpec): number {
    const own = scaling.metric === "concurrency" || scaling.metric === "queueDepth" ? scaling.target * 4 : 0;
    return Math.max(Math.ceil(own), 100);
}
