/**
 * The alternatives that run on machines of the catalogue: managed endpoints, a cluster's services, a cluster's jobs.
 * What they cost is asked of the same offers that place a program.
 */
import type { Catalogue } from "../catalogue/catalogue";
import { PRICED_CLOUDS, type PricedCloud } from "../catalogue/data";
import type { ClusterDemand, PoolDemand, ServiceDemand } from "../demand";
import { HOURS_PER_MONTH } from "../money";
import { clusterOffer } from "../pricing/cluster";
import { isRefusal, total, type Offer, type Refusal } from "../pricing/lines";
import { managedOffer } from "../pricing/managed";
import type { SiteId } from "../site";
import { coldSeconds, type Alternative, type Architecture, type Impossible } from "./alternative";
import type { Instances } from "./curve";
import {
    CPU_NODE_COLD,
    GPU_NODE_COLD,
    MANAGED_LIMITS,
    NODE_KEPT_SECONDS,
    QUEUED_ENDPOINTS,
} from "./provisionedFigures";
import { requestLimits } from "./limits";
import { CPU_REPLICA, type AdviceWorkload } from "./workload";

/** What a managed endpoint, Kubernetes and batch are at a site. */
export function provisionedAt(
    workload: AdviceWorkload,
    site: SiteId,
    catalogue: Catalogue,
): (Alternative | Impossible)[] {
    return isPriced(site.cloud)
        ? [
              ...managedAt(workload, { ...site, cloud: site.cloud }, catalogue),
              ...kubernetesAt(workload, { ...site, cloud: site.cloud }, catalogue),
          ]
        : [];
}

function isPriced(cloud: string): cloud is PricedCloud {
    return (PRICED_CLOUDS as readonly string[]).includes(cloud);
}

type PricedSite = SiteId & { readonly cloud: PricedCloud };

function managedAt(
    workload: AdviceWorkload,
    site: PricedSite,
    catalogue: Catalogue,
): (Alternative | Impossible)[] {
    const limits = MANAGED_LIMITS[site.cloud];
    const offer = managedOffer(endpoint(workload), site, catalogue);
    const cold = coldOf(workload);
    const own = (service: string, reasons: readonly string[], make: (offer: Offer) => Alternative) =>
        isRefusal(offer) || reasons.length > 0
            ? impossible("managed", service, site, [...reasons, ...(isRefusal(offer) ? [offer.text] : [])])
            : make(offer);
    const alternatives = [
        own(limits.service, requestLimits(workload, limits), (found) => ({
            architecture: "managed",
            service: limits.service,
            site,
            scaleToZero: false,
            latency: "interactive",
            cold,
            keptSeconds: Infinity,
            runsOn: machinesOf(found),
            curve: {
                fixed: 0,
                perRequest: 0,
                instances: instancesOf(workload, total(found.lines), Math.max(1, workload.leastReplicas)),
            },
            sources: [...sourcesOf(found), limits.source],
            declare: 'new InferenceService(name, { runOn: "managed", … })',
        })),
    ];
    const queued = QUEUED_ENDPOINTS[site.cloud];
    return queued
        ? [
              ...alternatives,
              own(queued.service, requestLimits(workload, queued), (found) => ({
                  architecture: "managed",
                  service: queued.service,
                  site,
                  scaleToZero: true,
                  latency: "queued",
                  cold,
                  keptSeconds: queued.keptSeconds,
                  runsOn: machinesOf(found),
                  curve: {
                      fixed: 0,
                      perRequest: 0,
                      instances: {
                          ...instancesOf(workload, total(found.lines), 0),
                          tailSeconds: queued.keptSeconds + startOf(workload),
                      },
                  },
                  sources: [...sourcesOf(found), queued.source, cold.source],
              })),
          ]
        : alternatives;
}

const DISTRIBUTION: Readonly<Record<PricedCloud, string>> = { aws: "EKS", gcp: "GKE", azure: "AKS" };

function kubernetesAt(
    workload: AdviceWorkload,
    site: PricedSite,
    catalogue: Catalogue,
): (Alternative | Impossible)[] {
    const name = DISTRIBUTION[site.cloud];
    const cold = coldOf(workload);
    const nodes = nodesAt(workload, site, catalogue, false);
    const spot = nodesAt(workload, site, catalogue, true);
    const common = { architecture: "kubernetes", site, cold } as const;
    const services =
        "reason" in nodes
            ? [impossible("kubernetes", name, site, [nodes.text])]
            : [
                  {
                      ...common,
                      service: name,
                      scaleToZero: false,
                      latency: "interactive" as const,
                      keptSeconds: Infinity,
                      runsOn: machinesOf(nodes.offer),
                      curve: {
                          fixed: nodes.fixed,
                          perRequest: 0,
                          instances: instancesOf(
                              workload,
                              nodes.perMonth,
                              Math.max(1, workload.leastReplicas),
                          ),
                      },
                      sources: sourcesOf(nodes.offer),
                      declare: "new InferenceService(name, { runOn: cluster, … })",
                  },
                  {
                      ...common,
                      service: `${name}, scaled to zero`,
                      scaleToZero: true,
                      latency: "afterColdStart" as const,
                      keptSeconds: NODE_KEPT_SECONDS,
                      runsOn: machinesOf(nodes.offer),
                      curve: {
                          fixed: nodes.fixed,
                          perRequest: 0,
                          instances: {
                              ...instancesOf(workload, nodes.perMonth, 0),
                              tailSeconds: NODE_KEPT_SECONDS + startOf(workload),
                          },
                      },
                      sources: [...sourcesOf(nodes.offer), cold.source],
                      declare:
                          "new InferenceService(name, { runOn: cluster, scaling: { min: 0 }, … }) on a pool with min: 0",
                  },
              ];
    return [...services, batchAt(workload, site, `${name} jobs`, "reason" in spot ? nodes : spot)];
}

function batchAt(
    workload: AdviceWorkload,
    site: PricedSite,
    service: string,
    nodes: Nodes | Refusal,
): Alternative | Impossible {
    const { deadlineHours } = workload;
    const start = startOf(workload);
    const reasons = [
        ...(deadlineHours === undefined
            ? ["callers wait for their answers: no deadline is given within which requests may be gathered"]
            : start + workload.secondsPerRequest > deadlineHours * 3600
              ? [
                    `a run takes ${Math.ceil(start + workload.secondsPerRequest)} s at least, beyond the deadline`,
                ]
              : []),
        ...("reason" in nodes ? [nodes.text] : []),
    ];
    if ("reason" in nodes || reasons.length > 0) {
        return impossible("batch", service, site, reasons);
    }
    const cold = coldOf(workload);
    return {
        architecture: "batch",
        service,
        site,
        scaleToZero: true,
        latency: "batch",
        cold,
        keptSeconds: 0,
        runsOn: machinesOf(nodes.offer),
        curve: {
            fixed: nodes.fixed,
            perRequest: 0,
            instances: {
                ...instancesOf(workload, nodes.perMonth, 0),
                tailSeconds: start,
                runsPerMonth: HOURS_PER_MONTH / (deadlineHours ?? HOURS_PER_MONTH),
            },
        },
        sources: [...sourcesOf(nodes.offer), cold.source],
        declare: "new BatchJob(name, { runOn: cluster, schedule, … }) on a pool with min: 0 and spot: true",
    };
}

/** A cluster's price without any node for the workload, and what one adds. */
interface Nodes {
    readonly offer: Offer;
    readonly fixed: number;
    readonly perMonth: number;
}

function nodesAt(
    workload: AdviceWorkload,
    site: SiteId,
    catalogue: Catalogue,
    spot: boolean,
): Nodes | Refusal {
    const idle = clusterOffer(clusterOf(workload, 0, spot), [], site, catalogue);
    const one = clusterOffer(clusterOf(workload, 1, spot), [], site, catalogue);
    if (isRefusal(idle) || isRefusal(one)) {
        return isRefusal(idle) ? idle : (one as Refusal);
    }
    const fixed = total(idle.lines);
    return { offer: one, fixed, perMonth: total(one.lines) - fixed };
}

/** A cluster as the package makes it unless told otherwise, with one pool for the workload. */
function clusterOf(workload: AdviceWorkload, nodes: number, spot: boolean): ClusterDemand {
    const { accelerators, count, vcpu, memoryGiB, clusterExists } = workload;
    const pool: PoolDemand = {
        name: "workload",
        accelerators,
        acceleratorsPerNode: accelerators.length > 0 ? count : 0,
        ...sizeOf(accelerators.length > 0, vcpu, memoryGiB),
        min: nodes,
        max: Math.max(1, nodes),
        ...(spot ? { onDemandBase: 0 } : {}),
        diskGiB: accelerators.length > 0 ? 200 : 100,
    };
    return {
        id: "cluster",
        kind: "cluster",
        constraints: {},
        pools: [pool],
        ...(clusterExists ? {} : { system: { vcpu: 4, memoryGiB: 16, min: 2, max: 4 } }),
        existing: clusterExists,
        nat: !clusterExists,
    };
}

function endpoint({ accelerators, count, vcpu, memoryGiB, concurrency }: AdviceWorkload): ServiceDemand {
    return {
        id: "service",
        kind: "service",
        constraints: {},
        runOn: "managed",
        share: { accelerators, count, ...sizeOf(accelerators.length > 0, vcpu, memoryGiB) },
        replicas: { min: 1, max: 1 },
        concurrency,
        exposed: false,
    };
}

/** With an accelerator, its machine brings what it has; without one, something is needed. */
function sizeOf(accelerated: boolean, vcpu: number, memoryGiB: number) {
    return accelerated
        ? { vcpu, memoryGiB }
        : { vcpu: vcpu || CPU_REPLICA.vcpu, memoryGiB: memoryGiB || CPU_REPLICA.memoryGiB };
}

function instancesOf(
    { secondsPerRequest, concurrency }: AdviceWorkload,
    perMonth: number,
    least: number,
): Instances {
    return { perMonth, secondsPerRequest: secondsPerRequest / concurrency, least, tailSeconds: 0 };
}

function coldOf({ accelerators }: AdviceWorkload) {
    return accelerators.length > 0 ? GPU_NODE_COLD : CPU_NODE_COLD;
}

function startOf(workload: AdviceWorkload): number {
    return coldSeconds({ cold: coldOf(workload) }, workload);
}

function machinesOf({ machines, lines }: Offer): string {
    return machines[0]?.type ?? lines[0]?.text ?? "";
}

function sourcesOf({ lines }: Offer) {
    return [...new Set(lines.map(({ price }) => price.source))];
}

function impossible(
    architecture: Architecture,
    service: string,
    site: SiteId,
    reasons: readonly string[],
): Impossible {
    return { architecture, service, site, reasons };
}
