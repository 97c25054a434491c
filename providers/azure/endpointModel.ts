import * as machinelearningservices from "@pulumi/azure-native/machinelearningservices";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec, ModelSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { NAMES } from "./names";
import { SERVERS } from "./servers";
import type { WorkspaceTarget } from "./workspace";

/** A model as the workspace knows it. */
export interface RegisteredModel {
    readonly id: pulumi.Output<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * Registers a model that lies in our container: a data store without credentials, read with the endpoint's own
 * identity, and a version whose URI is the long form of a path on it, the only one that the REST API takes for
 * blobs without a key or signature.
 */
export function registerModel(model: ModelSpec, target: WorkspaceTarget, scope: Scope): RegisteredModel {
    const place = { workspaceName: target.name, resourceGroupName: target.resourceGroupName };
    const location = model.store.bucket.apply((bucket) => {
        const [accountName = "", containerName = ""] = bucket.split("/");
        return { accountName, containerName };
    });
    const datastore = child(scope, "datastore", machinelearningservices.Datastore, {
        ...place,
        name: scope.physicalName(NAMES.datastore, "datastore"),
        // Nobody may read it yet when it is made.
        skipValidation: true,
        properties: {
            datastoreType: "AzureBlob",
            accountName: location.accountName,
            containerName: location.containerName,
            endpoint: "core.windows.net",
            protocol: "https",
            credentials: { credentialsType: "None" },
            serviceDataAccessAuthIdentity: "WorkspaceSystemAssignedIdentity",
        },
    });
    const container = child(scope, "model", machinelearningservices.ModelContainer, {
        ...place,
        name: scope.physicalName(NAMES.workspaceAsset, "model"),
        properties: { tags: scope.tags() },
    });
    const version = child(scope, "model-version", machinelearningservices.ModelVersion, {
        ...place,
        name: container.name,
        version: assetVersion(scope, "model-version", { path: model.path, version: model.version }),
        properties: {
            modelType: "custom_model",
            modelUri:
                pulumi.interpolate`azureml:/${target.id}/datastores/${datastore.name}/paths/${model.path}`.apply(
                    longUri,
                ),
            tags: scope.tags(),
            properties: { model: model.name, version: model.version, format: model.format },
        },
    });
    return { id: version.id, nodes: { datastore, model: container, "model-version": version } };
}

/** `azureml://subscriptions/…/resourcegroups/…/workspaces/…`: an ARM id without its provider. */
function longUri(uri: string): string {
    return uri.replace(/\/providers\/Microsoft\.MachineLearningServices\//i, "/");
}

/** Registers an image and the routes that it serves; a new image is a new version, because versions never change. */
export function registerEnvironment(
    spec: ManagedInferenceSpec,
    image: pulumi.Output<string>,
    target: WorkspaceTarget,
    scope: Scope,
): RegisteredModel {
    const place = { workspaceName: target.name, resourceGroupName: target.resourceGroupName };
    const { health } = SERVERS[spec.server];
    const { port } = spec;
    const container = child(scope, "environment", machinelearningservices.EnvironmentContainer, {
        ...place,
        name: scope.physicalName(NAMES.workspaceAsset, "environment"),
        properties: { tags: scope.tags() },
    });
    const version = child(scope, "environment-version", machinelearningservices.EnvironmentVersion, {
        ...place,
        name: container.name,
        version: image.apply((name) => assetVersion(scope, "environment-version", { name, health, port })),
        properties: {
            image,
            osType: "Linux",
            inferenceConfig: {
                startupRoute: { path: health.ready, port },
                livenessRoute: { path: health.live, port },
                readinessRoute: { path: health.ready, port },
                scoringRoute: { path: "/", port },
            },
            tags: scope.tags(),
        },
    });
    return { id: version.id, nodes: { environment: container, "environment-version": version } };
}

/** A version named after its content, since a version of an asset can't be changed. */
function assetVersion(scope: Scope, suffix: string, content: unknown): string {
    return scope.physicalName(NAMES.workspaceAsset, suffix, content).slice(-8);
}
