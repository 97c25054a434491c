import { ACCELERATOR_NAMES, accelerator } from "../../placement/accelerators";
import type { PricedCloud } from "../../placement/catalogue/data";
import { CPU_MACHINES } from "../../placement/machines";

/** The machine types that the package may ever choose on a cloud. */
export function machineTypes(cloud: PricedCloud): string[] {
    const accelerated = ACCELERATOR_NAMES.flatMap((name) => accelerator(name).machines[cloud] ?? []);
    return [...accelerated, ...CPU_MACHINES[cloud]].map((machine) => machine.type);
}
