import * as pulumi from "@pulumi/pulumi";
import type { DeploymentInputs } from "./inputs";

/** Arguments of a deployment. */
export type VertexDeploymentArgs = {
    readonly [K in keyof DeploymentInputs]: pulumi.Input<DeploymentInputs[K]>;
};

/**
 * The program that Pulumi's dynamic provider runs to get at `provider.ts`. It is stored in the state of every
 * deployment, so it must never change: hence the package's name and no path, and by hand instead of by
 * `pulumi.dynamic.Resource`, whose serialised text follows the compiler and the SDK's version and would show a change
 * after every upgrade of either.
 *
 * The package is looked for from the program's folder, which is the plugin's working directory, and from the project
 * that the plugin itself is installed in, since an inline program's working directory is a temporary one.
 */
export const PROVIDER_PROGRAM = `
const { createRequire } = require("module");
const { resolve } = require("path");
exports.handler = () => {
    const plugin = Object.keys(require.cache).find((file) => /dynamic-provider.index\\.js$/.test(file));
    const folders = [process.cwd(), ...(plugin ? [resolve(plugin, "../../../../../.."), resolve(plugin, "..")] : [])];
    let missing;
    for (const folder of folders) {
        try {
            return createRequire(resolve(folder, "package.json"))("barycenter/dist/providers/gcp/vertexDeployment/provider.js").provider;
        } catch (error) {
            if (error.code !== "MODULE_NOT_FOUND" && error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw error;
            missing = error;
        }
    }
    throw missing;
};
`;

/** A model deployed on a Vertex AI endpoint. */
export class VertexDeployment extends pulumi.CustomResource {
    /** Id of the model in the registry. */
    declare readonly modelId: pulumi.Output<string>;
    /** Id of the deployment on its endpoint. */
    declare readonly deployedModelId: pulumi.Output<string>;
    /** Full name of the model. */
    declare readonly modelName: pulumi.Output<string>;
    /** Service attachment of a private endpoint; empty on a public one. */
    declare readonly serviceAttachment: pulumi.Output<string>;
    /** Host of the endpoint: a domain, or an address in the site's network; empty where it has neither. */
    declare readonly address: pulumi.Output<string>;

    constructor(name: string, args: VertexDeploymentArgs, opts?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/gcp:VertexDeployment",
            name,
            {
                ...args,
                modelName: undefined,
                serviceAttachment: undefined,
                address: undefined,
                __provider: PROVIDER_PROGRAM,
            },
            opts,
        );
    }
}
