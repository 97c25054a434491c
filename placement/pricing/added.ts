/**
 * What a single component costs, from its own declaration and the places of what it uses. The parts of a program add up
 * to its whole as far as they can be told apart: a cluster's figure is what stands there without any workload, a
 * workload's what it adds to that. Several workloads that share a node are each told the part they take.
 */
import type { Catalogue } from "../catalogue/catalogue";
import type { ClusterDemand, Demand, JobDemand, ServiceDemand } from "../demand";
import { flowsOf, USERS } from "../flows";
import type { Micros } from "../money";
import type { SiteId } from "../site";
import { tieredCost } from "../tiers";
import { clusterOffer } from "./cluster";
import { isRefusal, total, type Offer, type Range, type Refusal } from "./lines";
import { managedOffer } from "./managed";
import { storeOffer } from "./store";

/** Where the components are that one uses. */
export interface Surroundings {
    readonly catalogue: Catalogue;
    /** The cluster that it runs on. */
    readonly cluster?: ClusterDemand;
    /** Sites of components by their id. */
    readonly siteOf: (id: string) => SiteId | undefined;
}

/** What a component costs a month, in micro-dollars; undefined where no price is known. */
export function costOf(demand: Demand, site: SiteId, around: Surroundings): Range | undefined {
    const own = ownCost(demand, site, around);
    if (own === undefined || site.cloud === "kubernetes") {
        return undefined;
    }
    const moved = movedCost(demand, around);
    return { min: own.min + moved, expected: own.expected + moved, max: own.max + moved };
}

function ownCost(demand: Demand, site: SiteId, { catalogue, cluster }: Surroundings): Range | undefined {
    switch (demand.kind) {
        case "store":
            return rangeOf(storeOffer(demand, site, catalogue));
        case "cluster":
            return rangeOf(clusterOffer(demand, [], site, catalogue));
        default:
            return demand.runOn === "managed"
                ? rangeOf(managedOffer(demand as ServiceDemand, site, catalogue))
                : cluster && addedTo(cluster, demand, site, catalogue);
    }
}

/** What a workload adds to a cluster that has nothing else to do. */
function addedTo(
    cluster: ClusterDemand,
    workload: ServiceDemand | JobDemand,
    site: SiteId,
    catalogue: Catalogue,
): Range | undefined {
    const idle = rangeOf(clusterOffer(cluster, [], site, catalogue));
    const busy = rangeOf(clusterOffer(cluster, [workload], site, catalogue));
    const most = rangeOf(clusterOffer(cluster, [scaledOut(workload)], site, catalogue));
    return idle && busy && most
        ? {
              min: busy.min - idle.min,
              expected: busy.expected - idle.expected,
              max: most.expected - idle.expected,
          }
        : undefined;
}

/** The workload at its most replicas all month. */
function scaledOut(workload: ServiceDemand | JobDemand): ServiceDemand | JobDemand {
    return workload.kind === "job"
        ? workload
        : { ...workload, replicas: { min: workload.replicas.max, max: workload.replicas.max } };
}

/** What the data costs that a component has moved, each flow by itself. */
function movedCost(demand: Demand, { catalogue, siteOf }: Surroundings): Micros {
    return flowsOf([demand]).flows.reduce((sum, { from, to, gib }) => {
        const source = siteOf(from);
        const target = to === USERS ? ("internet" as const) : siteOf(to);
        const price = source && target && catalogue.transfer(source, target);
        if (!price || price.kind === "free") {
            return sum;
        }
        return (
            sum +
            (price.kind === "flat"
                ? Math.round(gib * price.price.micros)
                : tieredCost(price.price.tiers, gib))
        );
    }, 0);
}

function rangeOf(offer: Offer | Refusal): Range | undefined {
    return isRefusal(offer)
        ? undefined
        : { min: total(offer.lines, "min"), expected: total(offer.lines), max: total(offer.lines, "max") };
}
