/**
 * One program on several clouds: which is the cheapest by how much, and what keeps it from the others.
 */
import type { CloudName } from "../../placement/site";
import type { Placement } from "../../placement/explain";
import type { CloudPlans, ComparedCloud, PlanDocument } from "./document";

/** A cloud on which the program can be placed. */
interface Possible {
    readonly cloud: CloudName;
    readonly placement: Placement;
}

/** Compares the plans of one program by cloud. */
export function compareClouds(plans: CloudPlans["plans"]): ComparedCloud[] {
    const possible: Possible[] = [];
    const prevented: ComparedCloud[] = [];
    for (const [cloud, plan] of Object.entries(plans) as [CloudName, PlanDocument][]) {
        const obstacles = obstaclesOf(cloud, plan);
        if (plan.placement && obstacles.length === 0) {
            possible.push({ cloud, placement: plan.placement });
        } else {
            prevented.push({ cloud, sites: sitesOf(plan.placement?.placed ?? []), obstacles });
        }
    }
    const [cheapest, ...others] = possible.sort(
        (a, b) => a.placement.total.expected - b.placement.total.expected,
    );
    return cheapest === undefined
        ? prevented
        : [
              compared(cheapest, cheapest, true),
              ...others.map((other) =>
                  compared(other, cheapest, other.placement.error.low > cheapest.placement.error.high),
              ),
              ...prevented,
          ];
}

function compared({ cloud, placement }: Possible, cheapest: Possible, sure: boolean): ComparedCloud {
    const { placed, total } = placement;
    const extra = total.expected - cheapest.placement.total.expected;
    return { cloud, sites: sitesOf(placed), total, extra, sure, obstacles: [] };
}

function obstaclesOf(cloud: CloudName, { errors, placement }: PlanDocument): string[] {
    if (errors.length > 0) {
        return errors.map(({ message }) => message);
    }
    if (!placement) {
        return ["nothing of the program has a price"];
    }
    const elsewhere = placement.placed.filter(({ site }) => !site.startsWith(`${cloud}/`));
    const unpriced = new Map<string, string[]>();
    for (const { component, unpriced: reason } of placement.placed) {
        if (reason !== undefined) {
            unpriced.set(reason, [...(unpriced.get(reason) ?? []), component]);
        }
    }
    return [
        ...elsewhere.map(({ component, site }) => `${component} stays at ${site}`),
        ...[...unpriced].map(
            ([reason, components]) => `no price is known for ${components.join(", ")}: ${reason}`,
        ),
    ];
}

function sitesOf(placed: Placement["placed"]): string[] {
    return [...new Set(placed.map(({ site }) => site))].sort();
}
