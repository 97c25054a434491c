import { accelerator } from "../accelerators";
import type { Catalogue, Price } from "../catalogue/catalogue";
import type { ServiceDemand } from "../demand";
import { HOURS_PER_MONTH } from "../money";
import type { SiteId } from "../site";
import { carbonLine, type CarbonPrice } from "./carbon";
import { line, total, type Offer, type Range, type Refusal } from "./lines";
import { energyKwh, machinesAt, machineText, type Chosen } from "./machine";
import { comparesAccelerators, replicasOf } from "./work";

/** What a managed endpoint costs at a site. */
export function managedOffer(
    demand: ServiceDemand,
    site: SiteId,
    catalogue: Catalogue,
    carbon?: CarbonPrice,
): Offer | Refusal {
    if (site.cloud === "kubernetes") {
        return { reason: "managed", text: "a cluster of your own has no managed endpoints" };
    }
    const { share } = demand;
    const accelerators = share.accelerators.filter((name) => accelerator(name).kind !== "tpu");
    if (accelerators.length < share.accelerators.length && accelerators.length === 0) {
        return { reason: "managed", text: "managed endpoints run on no TPU" };
    }
    const machines = machinesAt(catalogue, site, {
        ...share,
        accelerators,
        spot: false,
        use: "managedEndpoint",
    });
    if ("reason" in machines) {
        return machines;
    }
    const candidates = comparesAccelerators(demand, share.accelerators) ? machines : machines.slice(0, 1);
    const offers = candidates.map((machine) => machineOffer(demand, machine, site, catalogue, carbon));
    const priced = offers.filter((offer): offer is Offer => !("reason" in offer));
    return priced.sort((a, b) => total(a.lines) - total(b.lines))[0] ?? offers[0];
}

function machineOffer(
    demand: ServiceDemand,
    machine: Chosen,
    site: SiteId,
    catalogue: Catalogue,
    carbon: CarbonPrice | undefined,
): Offer | Refusal {
    const price = managedPrice(catalogue, site, machine);
    if (!price) {
        return { reason: "price", text: `${machine.type} has no on-demand price there` };
    }
    const { min, expected, max } = replicasOf(demand, machine.accelerator);
    // A managed endpoint keeps one instance at least.
    const hours: Range = {
        min: Math.max(1, min) * HOURS_PER_MONTH,
        expected: Math.max(1, expected) * HOURS_PER_MONTH,
        max: Math.max(1, max) * HOURS_PER_MONTH,
    };
    const name = demand.id.slice(demand.id.lastIndexOf("/") + 1);
    const energy = (count: number): number => count * energyKwh(machine);
    return {
        lines: [
            line("compute", `${machineText(machine)}, managed endpoint`, "h", hours, price),
            ...carbonLine(carbon, site, catalogue, {
                min: energy(hours.min),
                expected: energy(hours.expected),
                max: energy(hours.max),
            }),
        ],
        accelerators: machine.accelerator === undefined ? {} : { [name]: machine.accelerator },
        machines: [
            {
                type: machine.type,
                most: max,
                spot: false,
                vcpu: machine.vcpu,
                count: machine.count,
                ...(machine.accelerator ? { accelerator: machine.accelerator } : {}),
            },
        ],
    };
}

/** Price of an hour of a managed endpoint's machine: the virtual machine's, times the service's factor. */
function managedPrice(catalogue: Catalogue, site: SiteId, { type }: Chosen): Price | undefined {
    const machine = catalogue.machine(site, type, "onDemand");
    const managed = catalogue.managedFactor(site, type);
    if (!machine || !managed) {
        return undefined;
    }
    // Where the factor is not 1, the price is no better known than the factor.
    const source = managed.factor === 1 ? machine.source : managed.source;
    return { micros: Math.round(machine.micros * managed.factor), source };
}
