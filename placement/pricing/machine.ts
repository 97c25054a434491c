import { machineFor, type AcceleratorMachine, type AcceleratorName } from "../accelerators";
import type { Catalogue } from "../catalogue/catalogue";
import { cpuMachineFor } from "../machines";
import type { SiteId } from "../site";
import type { Refusal } from "./lines";

/** A machine that carries what is asked, at a site that sells it. */
export interface Chosen {
    readonly type: string;
    readonly vcpu: number;
    /** Accelerators in it. */
    readonly count: number;
    readonly accelerator?: AcceleratorName;
}

export interface Need {
    /** In order of preference; empty for CPU. */
    readonly accelerators: readonly AcceleratorName[];
    readonly count: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** All of it is spot capacity. */
    readonly spot: boolean;
    /** @default node */
    readonly use?: "node" | "managedEndpoint";
}

/** The machines that a site sells for a need: one for each acceptable accelerator, in order of preference. */
export function machinesAt(catalogue: Catalogue, site: SiteId, need: Need): Chosen[] | Refusal {
    if (site.cloud === "kubernetes") {
        return [
            {
                type: "own node",
                vcpu: need.vcpu,
                count: need.count,
                ...(need.accelerators[0] ? { accelerator: need.accelerators[0] } : {}),
            },
        ];
    }
    if (need.accelerators.length === 0) {
        const machine = cpuMachineFor(site.cloud, need, site.region, need.use);
        const found = machine && catalogue.sells(site, machine.type);
        return machine && found
            ? [{ type: machine.type, vcpu: machine.vcpu, count: 0 }]
            : {
                  reason: "machine",
                  text: `no machine with ${need.vcpu} vCPU and ${need.memoryGiB} GiB is sold there`,
              };
    }
    const { cloud } = site;
    const chosen = need.accelerators.flatMap((name) => {
        const machine = sold(catalogue, site, name, { ...need, cloud });
        return machine
            ? [{ type: machine.type, vcpu: machine.vcpu, count: machine.count, accelerator: name }]
            : [];
    });
    return chosen.length > 0
        ? chosen
        : { reason: "machine", text: `${need.accelerators.join(" or ")} is not sold there` };
}

/** The machine that the package would choose on this cloud, if the region sells it. */
function sold(
    catalogue: Catalogue,
    site: SiteId,
    name: AcceleratorName,
    need: Need & { readonly cloud: SiteId["cloud"] },
): AcceleratorMachine | undefined {
    const floor = {
        ...(need.vcpu > 0 ? { vcpu: need.vcpu } : {}),
        ...(need.memoryGiB > 0 ? { memoryGiB: need.memoryGiB } : {}),
    };
    const machine = machineFor(name, need.cloud, {
        count: Math.max(1, need.count),
        ...floor,
        spot: need.spot,
    });
    return machine && catalogue.sells(site, machine.type) ? machine : undefined;
}

/** `g6.xlarge (L4)`, `g6.12xlarge (4 × L4)`, `m7i.xlarge`. */
export function machineText({ type, count, accelerator: name }: Chosen): string {
    return name === undefined ? type : `${type} (${count > 1 ? `${count} × ` : ""}${name})`;
}

/** Watts of one accelerator under load, as its vendor states its design power. */
const ACCELERATOR_WATTS: Readonly<Record<AcceleratorName, number>> = {
    T4: 70,
    L4: 72,
    A10G: 150,
    L40S: 350,
    "A100-40GB": 400,
    "A100-80GB": 400,
    H100: 700,
    H200: 700,
    B200: 1000,
    "tpu-v5e": 200,
    "tpu-v6e": 300,
    Inferentia2: 200,
    Trainium2: 500,
};

/** Watts of a vCPU with its memory and its part of the host. */
const VCPU_WATTS = 5;

/** Power usage effectiveness: what a data centre takes over what its machines take. Median of 2024's disclosures. */
const PUE = 1.15;

/** kWh that an hour of a machine takes from the grid. */
export function energyKwh({ vcpu, count, accelerator: name }: Chosen): number {
    const watts = vcpu * VCPU_WATTS + (name === undefined ? 0 : count * ACCELERATOR_WATTS[name]);
    return (watts * PUE) / 1000;
}
