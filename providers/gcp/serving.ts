import * as pulumi from "@pulumi/pulumi";
import type { ClientContract, ManagedInferenceSpec } from "../concepts/inference";
import type { LandingZone } from "../site";
import { pinnedImage } from "./images";
import type { ContainerSpec } from "./vertexDeployment/inputs";

/** How a server runs on Vertex AI and how it is called there. */
export interface Serving {
    readonly container: pulumi.Output<ContainerSpec>;
    /** Copied by Vertex AI for containers that read `AIP_STORAGE_URI`; the known servers read the store themselves. */
    readonly artifactUri?: pulumi.Output<string>;
    /** Method of the endpoint: `predict` wraps requests as `instances`, `rawPredict` passes them on as they are. */
    readonly method: "predict" | "rawPredict";
    readonly protocol: string;
}

interface Server {
    readonly command?: readonly pulumi.Input<string>[];
    readonly args: readonly pulumi.Input<string>[];
    readonly predictRoute?: string;
    readonly healthRoute?: string;
    readonly method: Serving["method"];
    readonly protocol: string;
}

/** Google's limit of a deployment, in seconds. */
const LONGEST_DEPLOYMENT = 7200;

/** Time to pull the image and start a machine, besides what the model takes to load. */
const MACHINE_SECONDS = 900;

/** Whether Vertex AI itself reads the model, to copy it for a container that does not read the store. */
export function copiesModel({ server, model }: ManagedInferenceSpec): boolean {
    return server === "custom" && model !== undefined;
}

/** The container of a managed service. */
export function serving(spec: ManagedInferenceSpec, zone: LandingZone): Serving {
    const server = serverOf(spec);
    const seconds = Math.min(LONGEST_DEPLOYMENT, spec.startupSeconds + MACHINE_SECONDS);
    const command = spec.command ?? server.command;
    const container = pulumi.output({
        // A custom server without an image is refused before (see `managedInferenceProblems`).
        imageUri: spec.image ?? pinnedImage(spec.server, zone) ?? "",
        ...(command === undefined ? {} : { command: [...command] }),
        args: [...server.args, ...spec.args],
        env: spec.environment.map(({ name, value }) => ({ name, value: value ?? "" })),
        ports: [{ containerPort: spec.port }],
        ...(server.predictRoute === undefined ? {} : { predictRoute: server.predictRoute }),
        ...(server.healthRoute === undefined ? {} : { healthRoute: server.healthRoute }),
        deploymentTimeout: `${seconds}s`,
        // Tensor parallelism exchanges through shared memory, of which a container has 64 MiB by default.
        ...(spec.machine.count > 1 ? { sharedMemorySizeMb: "16384" } : {}),
    });
    return {
        container,
        ...(copiesModel(spec) && spec.model ? { artifactUri: spec.model.store.uri(spec.model.path) } : {}),
        method: server.method,
        protocol: server.protocol,
    };
}

function serverOf(spec: ManagedInferenceSpec): Server {
    const { model, port, machine } = spec;
    const name = model?.name ?? "model";
    switch (spec.server) {
        case "triton":
            return {
                // In place of the image's entry point, which takes a command and not the server's flags.
                command: ["tritonserver"],
                args: [
                    ...(model
                        ? [pulumi.interpolate`--model-repository=${model.store.tritonUri(model.path)}`]
                        : []),
                    "--allow-vertex-ai=true",
                    `--vertex-ai-port=${port}`,
                ],
                method: "rawPredict",
                protocol: "KServe V2 inference, as Triton speaks it",
            };
        case "vllm":
            return spec.image === undefined ? googleVllm(spec) : upstreamVllm(spec);
        case "huggingface":
            return {
                args: [
                    `--model_name=${name}`,
                    ...(model ? [pulumi.interpolate`--model_dir=${model.store.uri(model.path)}`] : []),
                    `--http_port=${port}`,
                    ...(machine.count > 1 ? [`--tensor-parallel-size=${machine.count}`] : []),
                ],
                predictRoute: "/openai/v1/chat/completions",
                healthRoute: "/",
                method: "rawPredict",
                protocol: "OpenAI chat completions",
            };
        case "custom":
            return {
                args: [],
                method: "predict",
                protocol: "Vertex AI prediction ({instances} to {predictions})",
            };
    }
}

function googleVllm({ model, port, machine }: ManagedInferenceSpec): Server {
    return {
        command: ["python", "-m", "vllm.entrypoints.api_server"],
        args: [
            "--host=0.0.0.0",
            `--port=${port}`,
            ...(model ? [pulumi.interpolate`--model=${model.store.uri(model.path)}`] : []),
            `--tensor-parallel-size=${Math.max(1, machine.count)}`,
        ],
        predictRoute: "/generate",
        healthRoute: "/ping",
        method: "predict",
        protocol:
            'Vertex AI prediction: instances with "prompt", or with "@requestFormat": "chatCompletions" and "messages"',
    };
}

/** vLLM's own image, which takes models from an object store through its streamer. */
function upstreamVllm({ model, port, machine }: ManagedInferenceSpec): Server {
    return {
        args: [
            "--host=0.0.0.0",
            `--port=${port}`,
            ...(model
                ? [
                      pulumi.interpolate`--model=${model.store.uri(model.path)}`,
                      "--load-format=runai_streamer",
                      `--served-model-name=${model.name}`,
                  ]
                : []),
            `--tensor-parallel-size=${Math.max(1, machine.count)}`,
        ],
        predictRoute: "/v1/chat/completions",
        healthRoute: "/health",
        method: "rawPredict",
        protocol: "OpenAI chat completions",
    };
}

/** How clients call a managed service. */
export function clientContract(spec: ManagedInferenceSpec, { method, protocol }: Serving): ClientContract {
    const path = `/v1/projects/PROJECT/locations/REGION/endpoints/ENDPOINT:${method}`;
    return {
        protocol,
        authentication: "OAuth 2.0 access token of a principal with roles/aiplatform.user, as a bearer token",
        urlForm:
            spec.expose === "internet"
                ? `https://ENDPOINT.REGION-NUMBER.prediction.vertexai.goog${path}`
                : `http://ADDRESS${path}, with ADDRESS in the site's network`,
    };
}
