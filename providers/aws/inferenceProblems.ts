import type { ManagedInferenceSpec, SpecProblem } from "../cloud";
import type { Site } from "../site";
import { environmentProblems } from "./inferenceEnvironment";
import { imageProblem } from "./inferenceImages";
import { KNOWN_SINCE, soldElsewhere } from "./regions";

/** Machines of EC2 that SageMaker has no endpoints on. Source: botocore 1.44.8 sagemaker ProductionVariantInstanceType. */
const WITHOUT_ENDPOINTS = ["trn2.3xlarge"];

/** What SageMaker refuses of a service, told before anything is registered. */
export function managedInferenceProblems(spec: ManagedInferenceSpec, site: Site): readonly SpecProblem[] {
    const image = imageProblem(spec, site);
    return [
        ...(image === undefined ? [] : [{ path: "image", message: image }]),
        ...machineProblems(spec, site),
        ...environmentProblems(spec),
    ];
}

function machineProblems({ machine }: ManagedInferenceSpec, { region }: Site): SpecProblem[] {
    const path = machine.accelerator === undefined ? "resources" : "accelerator";
    if (WITHOUT_ENDPOINTS.includes(machine.type)) {
        return [
            {
                path,
                message: `is ${machine.type} on AWS, which SageMaker doesn't have: ask for more in one machine`,
            },
        ];
    }
    const elsewhere = soldElsewhere(machine.type, region);
    return elsewhere === undefined
        ? []
        : [
              {
                  path,
                  message:
                      `needs ml.${machine.type}, whose ${machine.type} ${region} was not known to sell in ` +
                      `${KNOWN_SINCE}; these were: ${elsewhere.join(", ")}`,
                  warning: true,
              },
          ];
}
