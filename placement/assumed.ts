import { GROWTH_MONTHS, JOB_HOURS, LOAD_SHARE, SECONDS_PER_REQUEST, type Assumption } from "./assumptions";
import type { Demand } from "./demand";
import { count } from "./flows";

/** What a component's own arguments leave open. */
export function assumed(demand: Demand): Assumption[] {
    const about = (argument: string, text: string): Assumption => ({ component: demand.id, argument, text });
    switch (demand.kind) {
        case "store":
            return demand.growthGiB > 0
                ? [
                      about(
                          "growthGiBPerMonth",
                          `holds ${count(demand.sizeGiB + GROWTH_MONTHS * demand.growthGiB)} GiB on average in its first year`,
                      ),
                  ]
                : [];
        case "service":
            return demand.traffic === undefined
                ? [
                      about(
                          "traffic",
                          `runs at ${LOAD_SHARE * 100} % of the way from its least to its most replicas on average`,
                      ),
                  ]
                : demand.traffic.secondsPerRequest === undefined
                  ? [
                        about(
                            "traffic.secondsPerRequest",
                            `a replica is busy for ${SECONDS_PER_REQUEST} s with a request`,
                        ),
                    ]
                  : [];
        case "job":
            return demand.hoursPerRun === undefined
                ? [about("hoursPerRun", `a pod takes ${JOB_HOURS} h`)]
                : [];
        default:
            return [];
    }
}
