import type { ManagedInferenceSpec, SpecProblem } from "../cloud";
import type { Site } from "../site";
import { environmentProblems } from "./inferenceEnvironment";
import { imageProblem } from "./inferenceImages";

/** What SageMaker refuses of a service, told before anything is registered. */
export function managedInferenceProblems(spec: ManagedInferenceSpec, site: Site): readonly SpecProblem[] {
    const image = imageProblem(spec, site.region);
    return [
        ...(spec.scaling.min < 1
            ? [
                  {
                      path: "scaling.min",
                      message:
                          "is 0, but a SageMaker endpoint of one model keeps an instance at least: give 1, or run on a " +
                          "cluster, where services scale to zero",
                  },
              ]
            : []),
        ...(spec.server === "custom" && spec.image === undefined
            ? [{ path: "image", message: "is required for a custom server" }]
            : image === undefined
              ? []
              : [{ path: "image", message: image }]),
        ...environmentProblems(spec),
    ];
}
