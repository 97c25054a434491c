import type { ManagedInferenceSpec, SpecProblem } from "../cloud";
import type { Site } from "../site";
import { environmentProblems } from "./inferenceEnvironment";
import { imageProblem } from "./inferenceImages";

/** What SageMaker refuses of a service, told before anything is registered. */
export function managedInferenceProblems(spec: ManagedInferenceSpec, site: Site): readonly SpecProblem[] {
    const image = imageProblem(spec, site);
    return [
        ...(image === undefined ? [] : [{ path: "image", message: image }]),
        ...environmentProblems(spec),
    ];
}
