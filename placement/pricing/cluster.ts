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
    const parts: PoolOffer[] = [];
    // What one pool uses of a reservation is not there for the next.
    const reservedHours = (type: string): number =>
        parts
            .filter(({ reserved }) => reserved.type === type)
            .reduce((left, { reserved }) => left - reserved.hours, catalogue.reservedHours(site, type));
    for (const pool of demand.pools) {
        const onPool = workloads.filter((workload) => poolFor(workload.share, demand.pools) === pool);
        const offer = poolOffer(pool, onPool, site, catalogue, reservedHours, carbon);
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

/** An offer for one pool, with the hours of a reservation that it uses. */
interface PoolOffer extends Offer {
    readonly reserved: { readonly type: string; readonly hours: number };
}

/** The cheapest acceptable accelerator where the work on each is known; else the first that the site sells. */
function poolOffer(
    pool: PoolDemand,
    workloads: readonly Workload[],
    site: SiteId,
    catalogue: Catalogue,
    reservedHours: (type: string) => number,
    carbon: CarbonPrice | undefined,
): PoolOffer | Refusal {
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
        machineOffer(pool, workloads, machine, site, catalogue, reservedHours, carbon),
    );
    const priced = offers.filter((offer): offer is PoolOffer => !isRefusal(offer));
    return priced.sort((a, b) => total(a.lines) - total(b.lines))[0] ?? offers[0];
}

function machineOffer(
    pool: PoolDemand,
    workloads: readonly Workload[],
    machine: Chosen,
    site: SiteId,
    catalogue: Catalogue,
    reservedHours: (type: string) => number,
    carbon: CarbonPrice | undefined,
): PoolOffer | Refusal {
    const node = {
        count: Math.max(pool.acceleratorsPerNode, machine.count),
        vcpu: pool.vcpu,
        memoryGiB: pool.memoryGiB,
    };
    const { all: hours, onDemand } = nodeHours(pool, workloads, node, machine.accelerator);
    const reserved = reservedHours(machine.type);
    const quantities = {
        onDemand: map(onDemand, (count) => Math.max(0, count - reserved)),
        spot: {
            min: hours.min - onDemand.min,
            expected: hours.expected - onDemand.expected,
            max: hours.max - onDemand.max,
        },
    };
    const lines: Line[] = [];
    for (const purchase of ["onDemand", "spot"] as const) {
        const quantity = quantities[purchase];
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
        reserved: { type: machine.type, hours: Math.min(reserved, onDemand.expected) },
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
    const free = demand.existing || (demand.freeControlPlane === true && site.cloud === "azure");
    add("controlPlane", "control plane", free ? 0 : 1);
    // Cloud NAT and Azure's gateway serve a whole region.
    const nats = site.cloud === "aws" ? (demand.zonalNats ?? 1) : 1;
    add("nat", nats > 1 ? `${nats} NAT gateways` : "NAT gateway", demand.nat ? nats : 0);
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
        const guests = workloads.filter(({ share }) => poolFor(share, demand.pools) === undefined);
        // What runs beside the add-ons needs nodes besides theirs.
        const more = nodeHours(
            { min: 0, max: Math.max(0, max - min) },
            guests,
            { count: 0, vcpu, memoryGiB },
            undefined,
        ).all;
        const hours = map(more, (count) => min * HOURS_PER_MONTH + count);
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
