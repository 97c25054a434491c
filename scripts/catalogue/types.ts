import { ACCELERATOR_NAMES, accelerator } from "../../placement/accelerators";
import type { PricedCloud } from "../../placement/catalogue/data";
import { allCpuMachines } from "../../placement/machines";

/** The machine types that the package may ever choose on a cloud. */
export function machineTypes(cloud: PricedCloud): string[] {
    const accelerated = ACCELERATOR_NAMES.flatMap((name) => accelerator(name).machines[cloud] ?? []);
    return [...accelerated, ...allCpuMachines(cloud)].map((machine) => machine.type);
}
