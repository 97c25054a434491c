import * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec, SpecProblem } from "../cloud";

/** Where SageMaker puts the model's files. */
const MODEL_DIRECTORY = "/opt/ml/model";

/** Characters in the value of a variable. Source: SageMaker API, EnvironmentValue. */
const MAX_VALUE = 1024;

/** Prefix of the variables that a server's image turns into its own options, `SM_VLLM_MAX_MODEL_LEN=8192`. */
const OPTION_PREFIX: Partial<Record<ManagedInferenceSpec["server"], string>> = {
    vllm: "SM_VLLM_",
    huggingface: "OPTION_",
};

/**
 * Environment of the container. SageMaker takes no command or arguments, so a server's arguments become the
 * variables that its image reads.
 */
export function containerEnvironment(spec: ManagedInferenceSpec): pulumi.Output<Record<string, string>> {
    const prefix = OPTION_PREFIX[spec.server];
    const given = pulumi.all(spec.environment.map(({ name, value }) => pulumi.all([name, value ?? ""])));
    return pulumi.all([given, pulumi.all([...spec.args])]).apply(([variables, args]) => ({
        ...serverDefaults(spec),
        ...(prefix === undefined ? {} : options(args, prefix)),
        ...Object.fromEntries(variables),
    }));
}

/** What of the container's start has no equivalent on SageMaker. */
export function environmentProblems(spec: ManagedInferenceSpec): SpecProblem[] {
    const entry = `SageMaker starts the ${spec.server} image by its own entry point`;
    const instead = "use variables of the environment, or an image that holds them";
    const takesOptions = OPTION_PREFIX[spec.server] !== undefined;
    return [
        ...spec.environment
            .filter(({ secret }) => secret !== undefined)
            .map(({ name }) => ({
                path: `environment.${name}`,
                message:
                    "names a Kubernetes Secret, which SageMaker doesn't have: let the container read it from Secrets " +
                    "Manager with its role",
            })),
        ...spec.environment
            .filter(({ value }) => typeof value === "string" && value.length > MAX_VALUE)
            .map(({ name }) => ({
                path: `environment.${name}`,
                message: `is longer than the ${MAX_VALUE} characters that SageMaker takes: let the container read it from a file`,
            })),
        ...(spec.command === undefined
            ? []
            : [{ path: "command", message: `has no effect: ${entry}. ${instead}` }]),
        ...(spec.args.length > 0 && !takesOptions
            ? [{ path: "args", message: `have no effect: ${entry}. ${instead}` }]
            : []),
    ];
}

function serverDefaults(spec: ManagedInferenceSpec): Record<string, string> {
    const devices = spec.resources.accelerators;
    const parallel = devices > 1 ? String(devices) : undefined;
    switch (spec.server) {
        case "vllm":
            return {
                ...(spec.model
                    ? { SM_VLLM_MODEL: MODEL_DIRECTORY, SM_VLLM_SERVED_MODEL_NAME: spec.model.name }
                    : {}),
                ...(parallel === undefined ? {} : { SM_VLLM_TENSOR_PARALLEL_SIZE: parallel }),
                ...(spec.model ? { HF_HUB_OFFLINE: "1" } : {}),
            };
        case "huggingface":
            return {
                ...(spec.model ? { HF_MODEL_ID: MODEL_DIRECTORY, HF_HUB_OFFLINE: "1" } : {}),
                ...(parallel === undefined ? {} : { OPTION_TENSOR_PARALLEL_DEGREE: parallel }),
            };
        default:
            // Triton's image serves the one model of its repository, or the one that
            // SAGEMAKER_TRITON_DEFAULT_MODEL_NAME names (triton-inference-server/server docker/sagemaker/serve).
            return {};
    }
}

/** `--max-model-len 8192 --enforce-eager` as `MAX_MODEL_LEN=8192`, `ENFORCE_EAGER=true`. */
function options(args: readonly string[], prefix: string): Record<string, string> {
    const variables: Record<string, string> = {};
    for (let at = 0; at < args.length; at++) {
        const [flag = "", inline] = args[at]!.split(/=(.*)/s);
        if (!flag.startsWith("--")) {
            throw new pulumi.RunError(
                `argument '${args[at]}' is no option '--name value', which SageMaker could pass on`,
            );
        }
        const next = args[at + 1];
        const value = inline ?? (next !== undefined && !next.startsWith("--") ? args[++at]! : "true");
        variables[`${prefix}${flag.slice(2).toUpperCase().replace(/-/g, "_")}`] = value;
    }
    return variables;
}
