import { isDeepStrictEqual } from "node:util";
import { VertexError, type VertexApi } from "./api";
import type { DeploymentInputs, DeploymentState } from "./inputs";
import { orMissing, settle, type Operation, type Wait } from "./operation";

/** A model on an endpoint, as the API answers it. */
interface DeployedModel {
    readonly id: string;
    readonly model?: string;
    readonly dedicatedResources?: {
        readonly minReplicaCount?: number;
        readonly maxReplicaCount?: number;
        readonly autoscalingMetricSpecs?: readonly {
            readonly metricName: string;
            readonly target?: number;
        }[];
    };
    readonly privateEndpoints?: { readonly serviceAttachment?: string };
}

interface Endpoint {
    readonly deployedModels?: readonly DeployedModel[];
    readonly trafficSplit?: Readonly<Record<string, number>>;
    readonly dedicatedEndpointDns?: string;
    readonly privateServiceConnectConfig?: {
        readonly pscAutomationConfigs?: readonly { readonly ipAddress?: string }[];
    };
}

interface Model {
    readonly name: string;
    /** Where the model serves, on whichever endpoint. */
    readonly deployedModels?: readonly { readonly endpoint?: string; readonly deployedModelId?: string }[];
}

const parentOf = (of: DeploymentInputs): string => `projects/${of.project}/locations/${of.location}`;
const modelOf = (of: DeploymentInputs): string => `${parentOf(of)}/models/${of.modelId}`;
const endpointOf = (of: DeploymentInputs): string => `${parentOf(of)}/endpoints/${of.endpoint}`;

/**
 * Uploads the model, deploys it beside what the endpoint serves, and gives it all traffic once it answers. What was
 * there before loses its traffic and stays until its own deletion, so no request is lost.
 *
 * Both ids are hashes, so a run that was interrupted is taken up where it stopped: a model that is registered is not
 * uploaded again, an operation under way is waited for, a model that is deployed is not deployed twice.
 */
export async function create(
    api: VertexApi,
    inputs: DeploymentInputs,
    pause: Wait,
): Promise<DeploymentState> {
    const model = await uploadModel(api, inputs, pause);
    await settleUnfinished(api, inputs, pause);
    const before = await api.call<Endpoint>("GET", endpointOf(inputs));
    if (find(before, inputs) === undefined) {
        await deployModel(api, inputs, model, before, pause).catch(async (error: unknown) => {
            // Nothing is recorded of a failed creation, so a model left in the registry would be nobody's.
            await deleteModel(api, inputs, pause).catch(() => undefined);
            throw error;
        });
    }
    await giveAllTraffic(api, inputs);
    const endpoint = await api.call<Endpoint>("GET", endpointOf(inputs));
    return {
        ...inputs,
        modelName: model.name,
        serviceAttachment: find(endpoint, inputs)?.privateEndpoints?.serviceAttachment ?? "",
        address: addressOf(endpoint) ?? "",
    };
}

/** What the cloud has now; undefined when the model is no longer deployed. */
export async function read(api: VertexApi, state: DeploymentState): Promise<DeploymentState | undefined> {
    const endpoint = await orMissing(api.call<Endpoint>("GET", endpointOf(state)));
    const deployed = endpoint && find(endpoint, state);
    if (endpoint === undefined || deployed === undefined) {
        return undefined;
    }
    const resources = deployed.dedicatedResources ?? {};
    return {
        ...state,
        minReplicas: resources.minReplicaCount ?? state.minReplicas,
        maxReplicas: resources.maxReplicaCount ?? state.maxReplicas,
        metrics: resources.autoscalingMetricSpecs?.map(withTarget) ?? state.metrics,
        serviceAttachment: deployed.privateEndpoints?.serviceAttachment ?? state.serviceAttachment,
        address: addressOf(endpoint) ?? state.address,
    };
}

/** Changes what can change in place: the number of replicas, how they scale, and labels. */
export async function update(
    api: VertexApi,
    state: DeploymentState,
    inputs: DeploymentInputs,
    pause: Wait,
): Promise<DeploymentState> {
    if (SCALING.some((key) => !isDeepStrictEqual(state[key], inputs[key]))) {
        await rescale(api, inputs, pause);
    }
    if (DESCRIPTION.some((key) => !isDeepStrictEqual(state[key], inputs[key]))) {
        await api.call("PATCH", `${modelOf(inputs)}?updateMask=${DESCRIPTION.join(",")}`, {
            labels: inputs.labels,
            displayName: inputs.displayName,
        });
    }
    const { modelName, serviceAttachment, address } = state;
    return { ...inputs, modelName, serviceAttachment, address };
}

const SCALING = ["minReplicas", "maxReplicas", "metrics"] as const;
const DESCRIPTION = ["labels", "displayName"] as const;

async function rescale(api: VertexApi, inputs: DeploymentInputs, pause: Wait): Promise<void> {
    await settleUnfinished(api, inputs, pause);
    const operation = await api.call<Operation>("POST", `${endpointOf(inputs)}:mutateDeployedModel`, {
        deployedModel: {
            id: inputs.deployedModelId,
            dedicatedResources: {
                minReplicaCount: inputs.minReplicas,
                maxReplicaCount: inputs.maxReplicas,
                autoscalingMetricSpecs: inputs.metrics,
            },
        },
        updateMask: [
            "dedicatedResources.minReplicaCount",
            "dedicatedResources.maxReplicaCount",
            "dedicatedResources.autoscalingMetricSpecs",
        ].join(","),
    });
    await settle(api, operation, pause);
}

/** Takes the model off the endpoint and out of the registry. Missing parts are taken as deleted. */
export async function remove(api: VertexApi, state: DeploymentState, pause: Wait): Promise<void> {
    if ((await orMissing(api.call<Endpoint>("GET", endpointOf(state)))) !== undefined) {
        await settleUnfinished(api, state, pause);
    }
    const endpoint = await orMissing(api.call<Endpoint>("GET", endpointOf(state)));
    if (endpoint !== undefined && find(endpoint, state) !== undefined) {
        const operation = await api.call<Operation>("POST", `${endpointOf(state)}:undeployModel`, {
            deployedModelId: state.deployedModelId,
            ...trafficWithout(endpoint, state.deployedModelId),
        });
        await settle(api, operation, pause);
    }
    const model = await orMissing(api.call<Model>("GET", modelOf(state)));
    // Where only the machines or the endpoint changed, the successor serves the same model.
    const successors = (model?.deployedModels ?? []).filter(
        ({ endpoint: at, deployedModelId }) =>
            deployedModelId !== state.deployedModelId ||
            at?.endsWith(`/endpoints/${state.endpoint}`) !== true,
    );
    if (model !== undefined && successors.length === 0) {
        await deleteModel(api, state, pause);
    }
}

async function deleteModel(api: VertexApi, inputs: DeploymentInputs, pause: Wait): Promise<void> {
    const deletion = await orMissing(api.call<Operation>("DELETE", modelOf(inputs)));
    if (deletion !== undefined) {
        await settle(api, deletion, pause);
    }
}

async function uploadModel(api: VertexApi, inputs: DeploymentInputs, pause: Wait): Promise<Model> {
    const existing = await orMissing(api.call<Model>("GET", modelOf(inputs)));
    if (existing !== undefined) {
        return existing;
    }
    const upload = api.call<Operation>("POST", `${parentOf(inputs)}/models:upload`, {
        modelId: inputs.modelId,
        model: {
            displayName: inputs.displayName,
            labels: inputs.labels,
            containerSpec: inputs.container,
            ...(inputs.artifactUri === undefined ? {} : { artifactUri: inputs.artifactUri }),
            ...(inputs.encryptionKey === undefined
                ? {}
                : { encryptionSpec: { kmsKeyName: inputs.encryptionKey } }),
        },
    });
    const operation = await upload.catch(ignoreExisting);
    if (operation !== undefined) {
        await settle(api, operation, pause);
    }
    return api.call<Model>("GET", modelOf(inputs));
}

/** Waits for what an interrupted run began on the endpoint: it isn't listed on it before it is done. */
async function settleUnfinished(api: VertexApi, inputs: DeploymentInputs, pause: Wait): Promise<void> {
    for (const operation of await unfinished(api, inputs)) {
        // How an earlier operation ended decides nothing here: the endpoint is read afterwards.
        await settle(api, operation, pause).catch((error: unknown) => {
            if (!(error instanceof VertexError)) {
                throw error;
            }
        });
    }
}

async function unfinished(api: VertexApi, inputs: DeploymentInputs): Promise<Operation[]> {
    const found: Operation[] = [];
    for (let page = ""; ;) {
        const { operations = [], nextPageToken = "" } = await api.call<{
            operations?: readonly Operation[];
            nextPageToken?: string;
        }>("GET", `${endpointOf(inputs)}/operations?pageSize=100${page}`);
        found.push(...operations.filter(({ done }) => done !== true));
        if (nextPageToken === "") {
            return found;
        }
        page = `&pageToken=${encodeURIComponent(nextPageToken)}`;
    }
}

async function deployModel(
    api: VertexApi,
    inputs: DeploymentInputs,
    model: Model,
    endpoint: Endpoint,
    pause: Wait,
): Promise<void> {
    const serving = endpoint.deployedModels?.length ? endpoint.trafficSplit : undefined;
    const deployment = api.call<Operation>("POST", `${endpointOf(inputs)}:deployModel`, {
        deployedModel: {
            id: inputs.deployedModelId,
            displayName: inputs.displayName,
            model: model.name,
            serviceAccount: inputs.serviceAccount,
            dedicatedResources: {
                machineSpec: inputs.machine,
                minReplicaCount: inputs.minReplicas,
                maxReplicaCount: inputs.maxReplicas,
                autoscalingMetricSpecs: inputs.metrics,
                ...(inputs.spot ? { spot: true } : {}),
            },
        },
        // "0" is the model being deployed. The first takes all traffic, a successor none before it answers.
        trafficSplit: serving === undefined || sum(serving) === 0 ? { "0": 100 } : { ...serving, "0": 0 },
    });
    const operation = await deployment.catch(ignoreExisting);
    if (operation !== undefined) {
        await settle(api, operation, pause);
    }
}

/** An id that exists was made by a run that was interrupted: the ids are hashes of our own. */
function ignoreExisting(error: unknown): undefined {
    if (error instanceof VertexError && error.reason === "ALREADY_EXISTS") {
        return undefined;
    }
    throw error;
}

async function giveAllTraffic(api: VertexApi, inputs: DeploymentInputs): Promise<void> {
    const { trafficSplit = {} } = await api.call<Endpoint>("GET", endpointOf(inputs));
    if (trafficSplit[inputs.deployedModelId] !== 100) {
        await api.call("PATCH", `${endpointOf(inputs)}?updateMask=trafficSplit`, {
            trafficSplit: { [inputs.deployedModelId]: 100 },
        });
    }
}

/**
 * A model is undeployed only without traffic. The last one may go with all of it; otherwise its share goes to another.
 */
function trafficWithout(endpoint: Endpoint, id: string): { trafficSplit?: Record<string, number> } {
    const split = endpoint.trafficSplit ?? {};
    const others = (endpoint.deployedModels ?? []).filter((deployed) => deployed.id !== id);
    if ((split[id] ?? 0) === 0) {
        return {};
    }
    const heir = others[0];
    return { trafficSplit: heir === undefined ? {} : { [heir.id]: 100 } };
}

function find(endpoint: Endpoint, inputs: DeploymentInputs): DeployedModel | undefined {
    return endpoint.deployedModels?.find((deployed) => deployed.id === inputs.deployedModelId);
}

/** Host without a scheme, which the API's own description shows and its answers lack. */
function addressOf({ dedicatedEndpointDns, privateServiceConnectConfig }: Endpoint): string | undefined {
    return (
        dedicatedEndpointDns?.replace(/^https:\/\//, "") ??
        privateServiceConnectConfig?.pscAutomationConfigs?.[0]?.ipAddress
    );
}

function sum(split: Readonly<Record<string, number>>): number {
    return Object.values(split).reduce((total, share) => total + share, 0);
}

function withTarget(metric: { readonly metricName: string; readonly target?: number }): {
    metricName: string;
    target: number;
} {
    return { metricName: metric.metricName, target: metric.target ?? 60 };
}
