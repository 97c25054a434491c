import type { Catalogue } from "../catalogue/catalogue";
import type { ClusterDemand, JobDemand, PoolDemand, ServiceDemand } from "../demand";
import { HOURS_PER_MONTH } from "../money";
import type { SiteId } from "../site";
import {
    isRefusal,
    line,
    OWN_CLUSTER,
    steady,
    total,
    type Line,
    type Offer,
    type Range,
    type Refusal,
} from "./lines";
import { energyKwh, machinesAt, machineText, type Chosen } from "./machine";
import { carbonLine, type CarbonPrice } from "./carbon";
import { comparesAccelerators, nodeHours, poolFor } from "./work";

export type Workload = ServiceDemand | JobDemand;

/** What a cluster costs at a site, with all that runs on it. */
export function clusterOffer(
    demand: ClusterDemand,
    workloads: readonly Workload[],
    site: SiteId,
    catalogue: Catalogue,
    carbon?: CarbonPrice,
): Offer | Refusal {
    if (site.cloud === "kubernetes") {
        return OWN_CLUSTER;
    }
    const parts: Offer[] = [];
    for (const pool of demand.pools) {
        const onPool = workloads.filter((workload) => poolFor(workload.share, demand.pools) === pool);
        const offer = poolOffer(pool, onPool, site, catalogue, carbon);
        if (isRefusal(offer)) {
            return { ...offer, text: `pool '${pool.name}': ${offer.text}` };
        }
        parts.push(offer);
    }
    const surroundings = surroundingLines(demand, workloads, site, catalogue, carbon);
    return "reason" in surroundings
        ? surroundings
        : {
              lines: [...parts.flatMap(({ lines }) => lines), ...surroundings],
              accelerators: Object.assign({}, ...parts.map(({ accelerators }) => accelerators)) as Record<
                  string,
                  string
              >,
              machines: parts.flatMap(({ machines }) => machines),
          };
}

/** The cheapest acceptable accelerator where the work on each is known; else the first that the site sells. */
function poolOffer(
    pool: PoolDemand,
    workloads: readonly Workload[],
    site: SiteId,
    catalogue: Catalogue,
    carbon: CarbonPrice | undefined,
): Offer | Refusal {
    const base = pool.onDemandBase;
    const machines = machinesAt(catalogue, site, {
        accelerators: pool.accelerators,
        count: pool.acceleratorsPerNode,
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
        spot: base === 0,
    });
    if ("reason" in machines) {
        return machines;
    }
    const comparable =
        workloads.length > 0 && workloads.every((each) => comparesAccelerators(each, pool.accelerators));
    const offers = (comparable ? machines : machines.slice(0, 1)).map((machine) =>
        machineOffer(pool, workloads, machine, site, catalogue, carbon),
    );
    const priced = offers.filter((offer): offer is Offer => !isRefusal(offer));
    return priced.sort((a, b) => total(a.lines) - total(b.lines))[0] ?? offers[0];
}

function machineOffer(
    pool: PoolDemand,
    workloads: readonly Workload[],
    machine: Chosen,
    site: SiteId,
    catalogue: Catalogue,
    carbon: CarbonPrice | undefined,
): Offer | Refusal {
    const hours = nodeHours(pool, workloads, machine.accelerator);
    const reserved = Math.min(catalogue.reservedHours(site, machine.type), hours.expected);
    const base = pool.onDemandBase === undefined ? Infinity : pool.onDemandBase * HOURS_PER_MONTH;
    const split = (count: number): { onDemand: number; spot: number } => {
        const paid = Math.max(0, count - reserved);
        return { onDemand: Math.min(paid, base), spot: Math.max(0, paid - base) };
    };
    const lines: Line[] = [];
    for (const purchase of ["onDemand", "spot"] as const) {
        const quantity = map(hours, (count) => split(count)[purchase]);
        if (quantity.max === 0) {
            continue;
        }
        const price = catalogue.machine(site, machine.type, purchase);
        if (!price) {
            return {
                reason: "price",
                text: `${machine.type} has no ${purchase === "spot" ? "spot" : "on-demand"} price there`,
            };
        }
        const text = `${machineText(machine)}, pool ${pool.name}, ${purchase === "spot" ? "spot" : "on demand"}`;
        lines.push(line("compute", text, "h", quantity, price));
    }
    const disk = catalogue.fixed(site, "diskGiB");
    if (disk) {
        const gib = map(hours, (count) => (count / HOURS_PER_MONTH) * pool.diskGiB);
        lines.push(line("storage", `node disks, pool ${pool.name}`, "GiB-month", gib, disk));
    }
    const spot = pool.onDemandBase !== undefined;
    return {
        lines: [
            ...lines,
            ...carbonLine(
                carbon,
                site,
                catalogue,
                map(hours, (count) => count * energyKwh(machine)),
            ),
        ],
        accelerators: machine.accelerator === undefined ? {} : { [pool.name]: machine.accelerator },
        machines: [
            {
                type: machine.type,
                most: pool.max,
                spot,
                vcpu: machine.vcpu,
                count: machine.count,
                ...(machine.accelerator ? { accelerator: machine.accelerator } : {}),
            },
        ],
    };
}

/** Control plane, the add-ons' nodes, NAT gateways and load balancers. */
function surroundingLines(
    demand: ClusterDemand,
    workloads: readonly Workload[],
    site: SiteId,
    catalogue: Catalogue,
    carbon: CarbonPrice | undefined,
): Line[] | Refusal {
    const lines: Line[] = [];
    const add = (what: "controlPlane" | "nat" | "loadBalancer", text: string, count: number): void => {
        const price = catalogue.fixed(site, what);
        if (price && count > 0) {
            lines.push(line("fixed", text, "h", steady(count * HOURS_PER_MONTH), price));
        }
    };
    add("controlPlane", "control plane", demand.existing ? 0 : 1);
    add("nat", "NAT gateway", demand.nat ? 1 : 0);
    add(
        "loadBalancer",
        "load balancers",
        workloads.filter((each) => each.kind === "service" && each.exposed).length,
    );
    if (demand.system) {
        const { vcpu, memoryGiB, min, max } = demand.system;
        const machines = machinesAt(catalogue, site, {
            accelerators: [],
            count: 0,
            vcpu,
            memoryGiB,
            spot: false,
        });
        if ("reason" in machines) {
            return machines;
        }
        const price = catalogue.machine(site, machines[0].type, "onDemand");
        if (!price) {
            return { reason: "price", text: `${machines[0].type} has no on-demand price there` };
        }
        const hours = {
            min: min * HOURS_PER_MONTH,
            expected: min * HOURS_PER_MONTH,
            max: max * HOURS_PER_MONTH,
        };
        lines.push(line("compute", `${machines[0].type}, add-ons, on demand`, "h", hours, price));
        lines.push(
            ...carbonLine(
                carbon,
                site,
                catalogue,
                map(hours, (count) => count * energyKwh(machines[0])),
            ),
        );
    }
    return lines;
}

function map({ min, expected, max }: Range, of: (count: number) => number): Range {
    return { min: of(min), expected: of(expected), max: of(max) };
}
