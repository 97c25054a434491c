import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { vertexApi, type Credentials, type VertexApi } from "./api";
import type { DeploymentInputs, DeploymentState } from "./inputs";
import { wait } from "./operation";
import * as operations from "./operations";

/** What makes another deployment. The ids are hashes of everything else that can't change in place. */
const REPLACING = ["project", "location", "endpoint", "modelId", "deployedModelId"] as const;
const CHANGING = ["displayName", "labels", "minReplicas", "maxReplicas", "metrics"] as const;

let configured: Credentials = {};

/**
 * A model deployed on a Vertex AI endpoint. @pulumi/gcp has no resource for it
 * (hashicorp/terraform-provider-google#15303, #25152).
 *
 * This module is loaded in a process of Pulumi's own: its name is part of the state (see `resource.ts`), and it must
 * be able to handle whatever state an older version of it wrote.
 */
export const provider: dynamic.ResourceProvider<DeploymentInputs, DeploymentState> = {
    async configure({ config }) {
        configured = {
            credentials: config.get("gcp:credentials"),
            accessToken: config.get("gcp:accessToken"),
            impersonate: config.get("gcp:impersonateServiceAccount"),
        };
    },

    async diff(_id, olds, news) {
        const replaces = REPLACING.filter((key) => olds[key] !== news[key]);
        const changes =
            replaces.length > 0 || CHANGING.some((key) => !isDeepStrictEqual(olds[key], news[key]));
        // The successor is deployed first, so the endpoint never stops serving.
        return { changes, replaces, deleteBeforeReplace: false };
    },

    async create(inputs) {
        const outs = await operations.create(apiFor(inputs), inputs, wait);
        return { id: idOf(inputs), outs };
    },

    async read(id, state) {
        if (state === undefined) {
            throw new Error(`${id}: a deployment can't be imported, it is declared by an InferenceService`);
        }
        const found = await operations.read(apiFor(state), state);
        // An empty id tells the engine that the resource is gone.
        return found === undefined ? { id: "" } : { id, props: found };
    },

    async update(_id, olds, news) {
        return { outs: await operations.update(apiFor(news), olds, news, wait) };
    },

    async delete(_id, state) {
        await operations.remove(apiFor(state), state, wait);
    },
};

function idOf(inputs: DeploymentInputs): string {
    return `projects/${inputs.project}/locations/${inputs.location}/endpoints/${inputs.endpoint}/deployedModels/${inputs.deployedModelId}`;
}

/** Credentials in the order of the Google Cloud provider: the resource's, the stack's, the environment's. */
function apiFor(inputs: DeploymentInputs): VertexApi {
    const { env } = process;
    return vertexApi(
        inputs.location,
        {
            credentials: configured.credentials ?? env.GOOGLE_CREDENTIALS ?? env.GOOGLE_CLOUD_KEYFILE_JSON,
            accessToken: configured.accessToken ?? env.GOOGLE_OAUTH_ACCESS_TOKEN,
            impersonate:
                inputs.impersonate ?? configured.impersonate ?? env.GOOGLE_IMPERSONATE_SERVICE_ACCOUNT,
        },
        wait,
    );
}
