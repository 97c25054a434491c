import {
    ACCELERATOR_NAMES,
    accelerator,
    type AcceleratorMachine,
    type AcceleratorName,
} from "./accelerators";
import type { PricedCloud } from "./catalogue/data";
import { allCpuMachines, type CpuMachine } from "./machines";

/** A machine type that the package may choose. */
export interface MachineType extends CpuMachine {
    /** What it carries; absent for a general-purpose machine. */
    readonly accelerator?: { readonly name: AcceleratorName; readonly machine: AcceleratorMachine };
}

/** All machine types that the package may choose on a cloud. */
export function machineTypes(cloud: PricedCloud): MachineType[] {
    const accelerated = ACCELERATOR_NAMES.flatMap((name) =>
        (accelerator(name).machines[cloud] ?? []).map((machine): MachineType => ({
            type: machine.type,
            vcpu: machine.vcpu,
            memoryGiB: machine.memoryGiB,
            accelerator: { name, machine },
        })),
    );
    return [...accelerated, ...allCpuMachines(cloud)];
}
