import type { ClusterSpec, PoolSpec, SpecProblem } from "../cloud";
import type { Site } from "../site";
import { KNOWN_SINCE, soldElsewhere } from "./regions";

/** What AWS has to say against a cluster or the pools added to one, told before anything is registered. */
export function clusterProblems(
    { pools }: Pick<ClusterSpec, "pools">,
    { region }: Site,
): readonly SpecProblem[] {
    return pools.flatMap((pool) => offerProblems(pool, region));
}

/** The offer grows, so what is not known to be sold is told and not refused. */
function offerProblems({ name, machineType }: PoolSpec, region: string): SpecProblem[] {
    const elsewhere = soldElsewhere(machineType, region);
    return elsewhere === undefined
        ? []
        : [
              {
                  path: `pools.${name}`,
                  message:
                      `needs ${machineType}, which ${region} was not known to sell in ${KNOWN_SINCE}; ` +
                      `these were: ${elsewhere.join(", ")}`,
                  warning: true,
              },
          ];
}
