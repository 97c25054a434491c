import type { AcceleratorName } from "../placement/accelerators";
import type { Share } from "../placement/demand";
import type { ResourcesArgs } from "./resources";
import { cores, gibibytes } from "./workload";

/** What one replica or pod takes of a node. */
export function shareOf(
    accelerator: AcceleratorName | readonly AcceleratorName[] | undefined,
    count: number | undefined,
    resources: ResourcesArgs | undefined,
    fallbackGiB: number,
): Share {
    const accelerators = [accelerator ?? []].flat() as AcceleratorName[];
    const accelerated = accelerators.length > 0;
    return {
        accelerators,
        count: accelerated ? (count ?? 1) : 0,
        vcpu: cores(resources?.cpu ?? (accelerated ? "0" : "2")),
        memoryGiB: gibibytes(resources?.memory ?? (accelerated ? "0Gi" : `${fallbackGiB}Gi`)),
    };
}
