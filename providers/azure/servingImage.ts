import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as pulumi from "@pulumi/pulumi";
import type { ManagedInferenceSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { resourceGroup, worldwideName } from "./context";
import { NAMES } from "./names";
import { SERVERS, word } from "./servers";

/** An image that starts by itself, and what made it. */
export interface ServingImage {
    readonly image: pulumi.Output<string>;
    /** Present where the image was built: pulls need a role on it. */
    readonly registry?: containerregistry.Registry;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/** Seconds that the build may take: images of model servers have many gigabytes. */
const BUILD_SECONDS = 3 * 3600;

/**
 * Image of an endpoint's container.
 *
 * Azure Machine Learning takes neither a command nor arguments for a container, so an image that needs some gets a
 * layer with its entrypoint, which is what Microsoft's own examples for Triton and vLLM build by hand. The build is
 * a task run of a container registry, waited for like any other resource, without Docker on this machine. A custom
 * image that starts by itself is used as it is.
 */
export function servingImage(spec: ManagedInferenceSpec, scope: Scope): ServingImage {
    const base = baseImage(spec, scope);
    const build = dockerfile(spec, base);
    if (!build) {
        return { image: pulumi.output(base), nodes: {} };
    }
    const group = resourceGroup(scope);
    const registry = child(scope, "registry", containerregistry.Registry, {
        registryName: worldwideName(scope, NAMES.containerRegistry, "registry"),
        resourceGroupName: group.name,
        location: scope.site.region,
        sku: { name: "Standard" },
        adminUserEnabled: false,
        anonymousPullEnabled: false,
        tags: scope.tags(),
    });
    const repository =
        scope.name
            .toLowerCase()
            .replace(/[^a-z0-9]+/g, "-")
            .replace(/^-|-$/g, "") || "server";
    const named = build.apply((text) => {
        const tag = scope.physicalName(NAMES.taskRun, "image", text).slice(-8);
        return { tag, reference: `${repository}:${tag}`, task: buildTask(text, `${repository}:${tag}`) };
    });
    const image = child(scope, "image", containerregistry.TaskRun, {
        taskRunName: named.tag.apply((tag) => `image${tag}`),
        registryName: registry.name,
        resourceGroupName: group.name,
        location: scope.site.region,
        runRequest: {
            type: "EncodedTaskRunRequest",
            encodedTaskContent: named.task.apply((text) => Buffer.from(text).toString("base64")),
            platform: { os: "Linux", architecture: "amd64" },
            timeout: BUILD_SECONDS,
            isArchiveEnabled: false,
        },
    });
    return {
        // Through the task run, so that nobody names the image before it is there.
        image: pulumi
            .all([registry.loginServer, named.reference, image.id])
            .apply(([server, reference]) => `${server}/${reference}`),
        registry,
        nodes: { registry, image },
    };
}

/** The given image, or the server's pinned one from the landing zone's registry where it has one. */
function baseImage(spec: ManagedInferenceSpec, scope: Scope): pulumi.Input<string> {
    if (spec.image !== undefined) {
        return spec.image;
    }
    const pinned = SERVERS[spec.server].image;
    if (pinned === undefined) {
        throw new pulumi.RunError(`${scope.name}: a custom server needs an image`);
    }
    const { registry } = scope.site.zone;
    return registry === undefined ? pinned : `${registry}/${pinned.slice(pinned.indexOf("/") + 1)}`;
}

/** Dockerfile of the layer; undefined where the image starts by itself. */
function dockerfile(
    spec: ManagedInferenceSpec,
    base: pulumi.Input<string>,
): pulumi.Output<string> | undefined {
    const { start } = SERVERS[spec.server];
    const { command, args } = spec;
    if (!start && !command && args.length === 0) {
        return undefined;
    }
    return pulumi
        .all([base, pulumi.all([...(command ?? [])]), pulumi.all([...args])])
        .apply(([image, words, rest]) => {
            const lines = [`FROM ${image}`];
            if (start && !command) {
                const script = [
                    findModel(spec),
                    `exec ${[...start(spec), ...rest.map((argument) => word(argument))].join(" ")}`,
                ].join("; ");
                return [...lines, `ENTRYPOINT ${JSON.stringify(["/bin/sh", "-c", script])}`, "CMD []"].join(
                    "\n",
                );
            }
            return [
                ...lines,
                ...(command ? [`ENTRYPOINT ${JSON.stringify(words)}`] : []),
                `CMD ${JSON.stringify(rest)}`,
            ].join("\n");
        });
}

/** The service puts the model's folder, by its last name, under a folder that it tells in a variable. */
function findModel({ model }: ManagedInferenceSpec): string {
    const folder = model?.path.split("/").at(-1) ?? "";
    return `MODEL="$AZUREML_MODEL_DIR/"${word(folder || ".")}; [ -e "$MODEL" ] || MODEL="$AZUREML_MODEL_DIR"`;
}

/** A task of the registry: it writes the Dockerfile, builds, and pushes to itself. */
function buildTask(text: string, reference: string): string {
    const encoded = Buffer.from(text).toString("base64");
    return [
        "version: v1.1.0",
        `stepTimeout: ${BUILD_SECONDS}`,
        "steps:",
        `  - cmd: bash -c 'echo ${encoded} | base64 -d > Dockerfile'`,
        `  - build: -t $Registry/${reference} -f Dockerfile .`,
        `  - push: ["$Registry/${reference}"]`,
        "",
    ].join("\n");
}
