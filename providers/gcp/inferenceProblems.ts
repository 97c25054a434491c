import type { ManagedInferenceSpec, SpecProblem } from "../cloud";
import type { Site } from "../site";
import { keyProblem } from "./encryption";
import { isPullable, pinnedImage } from "./images";

/** What Vertex AI refuses of a service, told before anything is registered. */
export function managedInferenceProblems(spec: ManagedInferenceSpec, site: Site): readonly SpecProblem[] {
    return [
        ...imageProblems(spec, site),
        ...environmentProblems(spec),
        ...modelProblems(spec),
        ...keyProblems(spec, site),
    ];
}

function keyProblems({ encryptionKey }: ManagedInferenceSpec, { region }: Site): SpecProblem[] {
    const misplaced = keyProblem(encryptionKey, region);
    return misplaced === undefined
        ? []
        : [{ path: "at", message: `the site's 'encryptionKey' ${misplaced}` }];
}

function imageProblems({ server, image }: ManagedInferenceSpec, { zone }: Site): SpecProblem[] {
    // An image that is an output is known to Vertex AI alone, which checks it when the model is uploaded.
    const used =
        image === undefined || typeof image === "string" ? (image ?? pinnedImage(server, zone)) : undefined;
    if (used === undefined) {
        return image === undefined
            ? [{ path: "image", message: "is required: a custom server has none of its own" }]
            : [];
    }
    return isPullable(used)
        ? []
        : [
              {
                  path: "image",
                  message:
                      `Vertex AI pulls from Artifact Registry alone, and '${used}' is elsewhere: make a remote ` +
                      "repository of Artifact Registry for it and give that as the site's 'registry', or name a " +
                      "copy as 'image'",
              },
          ];
}

function environmentProblems({ environment }: ManagedInferenceSpec): SpecProblem[] {
    return environment
        .filter(({ secret }) => secret !== undefined)
        .map(({ name }) => ({
            path: `environment.${name}`,
            message:
                "a Secret belongs to a Kubernetes cluster, and a managed endpoint has none: " +
                "let the container read Secret Manager with the service's identity",
        }));
}

function modelProblems({ model, server }: ManagedInferenceSpec): SpecProblem[] {
    return model === undefined && server === "triton"
        ? [{ path: "model", message: "is required: Triton serves a model repository" }]
        : [];
}
