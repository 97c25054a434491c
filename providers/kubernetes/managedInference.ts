import * as pulumi from "@pulumi/pulumi";
import type { InferenceHandle, SpecProblem } from "../cloud";

const REASON = "'managed' needs a cloud: a cluster of your own has no managed endpoints";

export function managedInferenceProblems(): readonly SpecProblem[] {
    return [{ path: "runOn", message: REASON }];
}

/** @throws RunError always */
export function managedInference(): InferenceHandle {
    throw new pulumi.RunError(REASON);
}
