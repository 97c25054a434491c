import type { SpecProblem } from "../cloud";
import type { ClusterSpec, PoolSpec } from "../concepts/cluster";
import type { Site } from "../site";
import { keyProblem } from "./encryption";
import { regionsWithT4 } from "./zones";

/** What GKE refuses of a cluster or of pools that are added to one, told before anything is registered. */
export function clusterProblems(
    { pools, encryptionKey }: Pick<ClusterSpec, "pools" | "encryptionKey">,
    { region }: Site,
): readonly SpecProblem[] {
    const misplaced = keyProblem(encryptionKey, region);
    return [
        ...(misplaced === undefined ? [] : [{ path: "encryptionKey", message: misplaced }]),
        ...pools.flatMap((pool) => poolProblems(pool, region)),
    ];
}

function poolProblems(pool: PoolSpec, region: string): SpecProblem[] {
    const elsewhere = pool.zones.filter((zone) => !new RegExp(`^${region}-[a-z0-9]+$`).test(zone));
    if (elsewhere.length > 0) {
        return [
            {
                path: `pools.${pool.name}.zones`,
                message: `${elsewhere.map((zone) => `'${zone}'`).join(", ")} is no zone of ${region}, such as '${region}-a'`,
            },
        ];
    }
    // Zones that the program names are believed: the list of those with T4 may have grown.
    return pool.accelerator === "T4" && pool.zones.length === 0 && !regionsWithT4().includes(region)
        ? [
              {
                  path: `pools.${pool.name}.accelerator`,
                  message:
                      `no zone of ${region} is known to have T4: name the pool's \`zones\` where one has it now, or ` +
                      `choose a region of ${regionsWithT4().join(", ")}`,
              },
          ]
        : [];
}
