import type { CloudName } from "./site";

/** A general-purpose machine type. */
export interface CpuMachine {
    readonly type: string;
    readonly vcpu: number;
    readonly memoryGiB: number;
}

const sizes = (
    name: (vcpu: number) => string,
    vcpus: readonly number[],
    memoryPerVcpu: number,
): CpuMachine[] => vcpus.map((vcpu) => ({ type: name(vcpu), vcpu, memoryGiB: vcpu * memoryPerVcpu }));

const awsSize = (vcpu: number): string =>
    vcpu === 2 ? "large" : vcpu === 4 ? "xlarge" : `${vcpu / 4}xlarge`;

/**
 * General-purpose machines by cloud: compute (2 GiB a vCPU), balanced (4) and memory (8) families that every
 * region of the cloud has. Families as in the price lists of 2026-06 and 2026-07.
 */
export const CPU_MACHINES: Record<Exclude<CloudName, "kubernetes">, readonly CpuMachine[]> = {
    aws: [
        ...sizes((v) => `c7i.${awsSize(v)}`, [2, 4, 8, 16, 32, 48, 64, 96, 192], 2),
        ...sizes((v) => `m7i.${awsSize(v)}`, [2, 4, 8, 16, 32, 48, 64, 96, 192], 4),
        ...sizes((v) => `r7i.${awsSize(v)}`, [2, 4, 8, 16, 32, 48, 64, 96, 192], 8),
    ],
    gcp: [
        ...sizes((v) => `n2-standard-${v}`, [2, 4, 8, 16, 32, 48, 64, 80, 96, 128], 4),
        ...sizes((v) => `n2-highmem-${v}`, [2, 4, 8, 16, 32, 48, 64, 80], 8),
    ],
    azure: [
        ...sizes((v) => `Standard_F${v}s_v2`, [2, 4, 8, 16, 32, 48, 64, 72], 2),
        ...sizes((v) => `Standard_D${v}s_v5`, [2, 4, 8, 16, 32, 48, 64, 96], 4),
        ...sizes((v) => `Standard_E${v}s_v5`, [2, 4, 8, 16, 20, 32, 48, 64], 8),
    ],
};

/**
 * General-purpose machines of a cloud's managed endpoints, where these don't take the cloud's newest: Azure Machine
 * Learning takes none of the v5 families (learn.microsoft.com reference-managed-online-endpoints-vm-sku-list, 2025-05).
 */
const MANAGED_CPU_MACHINES: Partial<typeof CPU_MACHINES> = {
    azure: [
        ...sizes((v) => `Standard_F${v}s_v2`, [2, 4, 8, 16, 32, 48, 64, 72], 2),
        ...sizes((v) => `Standard_D${v}as_v4`, [2, 4, 8, 16, 32, 48, 64, 96], 4),
        ...sizes((v) => `Standard_E${v}s_v3`, [2, 4, 8, 16, 32, 48], 8),
        { type: "Standard_E64s_v3", vcpu: 64, memoryGiB: 432 },
    ],
};

/** The machine with the fewest vCPU, then the least memory, that has what is asked; undefined where none has. */
export function cpuMachineFor(
    cloud: Exclude<CloudName, "kubernetes">,
    need: { readonly vcpu: number; readonly memoryGiB: number },
    use: "node" | "managedEndpoint" = "node",
): CpuMachine | undefined {
    const machines = (use === "managedEndpoint" && MANAGED_CPU_MACHINES[cloud]) || CPU_MACHINES[cloud];
    return machines
        .filter((machine) => machine.vcpu >= need.vcpu && machine.memoryGiB >= need.memoryGiB)
        .sort((a, b) => a.vcpu - b.vcpu || a.memoryGiB - b.memoryGiB || a.type.localeCompare(b.type))[0];
}
