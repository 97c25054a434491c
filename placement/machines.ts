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

const awsFamilies = (generation: string, vcpus: readonly number[]): CpuMachine[] =>
    (
        [
            ["c", 2],
            ["m", 4],
            ["r", 8],
        ] as const
    ).flatMap(([family, memoryPerVcpu]) =>
        sizes((v) => `${family}${generation}.${awsSize(v)}`, vcpus, memoryPerVcpu),
    );

/**
 * General-purpose machines by cloud: compute (2 GiB a vCPU), balanced (4) and memory (8) families. Families as in the
 * price lists of 2026-06 and 2026-07.
 */
const CPU_MACHINES: Record<Exclude<CloudName, "kubernetes">, readonly CpuMachine[]> = {
    aws: awsFamilies("7i", [2, 4, 8, 16, 32, 48, 64, 96, 192]),
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

/**
 * AWS regions that lack some family of the seventh generation and have the sixth. Sources: spot prices of 2025-07
 * (alexei-led/spotinfo internal/spot/data/spot-advisor-data.json); China assumed.
 */
const AWS_SIXTH_GENERATION = [
    ...[
        "af-south-1",
        "ap-east-1",
        "ap-northeast-3",
        "ap-south-2",
        "ca-west-1",
        "cn-north-1",
        "cn-northwest-1",
    ],
    ...["eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "me-south-1"],
];

const AWS_SIXTH = awsFamilies("6i", [2, 4, 8, 16, 32, 48, 64, 96, 128]);

/** AWS regions without a compute family of either generation. Source: as above. */
const AWS_WITHOUT_COMPUTE = ["ap-southeast-3", "ap-southeast-4", "eu-central-2", "me-central-1"];

/** Every general-purpose machine that may be chosen somewhere on a cloud. */
export function allCpuMachines(cloud: Exclude<CloudName, "kubernetes">): readonly CpuMachine[] {
    const elsewhere = [...(MANAGED_CPU_MACHINES[cloud] ?? []), ...(cloud === "aws" ? AWS_SIXTH : [])];
    const all = [...CPU_MACHINES[cloud], ...elsewhere];
    return [...new Map(all.map((machine) => [machine.type, machine])).values()];
}

/** General-purpose machines that a region of a cloud sells, as far as is known. */
export function cpuMachines(cloud: Exclude<CloudName, "kubernetes">, region: string): readonly CpuMachine[] {
    if (cloud !== "aws") {
        return CPU_MACHINES[cloud];
    }
    const machines = AWS_SIXTH_GENERATION.includes(region) ? AWS_SIXTH : CPU_MACHINES.aws;
    return AWS_WITHOUT_COMPUTE.includes(region)
        ? machines.filter(({ type }) => !type.startsWith("c"))
        : machines;
}

/**
 * The machine of a region with the fewest vCPU, then the least memory, that has what is asked; undefined where none
 * has.
 */
export function cpuMachineFor(
    cloud: Exclude<CloudName, "kubernetes">,
    need: { readonly vcpu: number; readonly memoryGiB: number },
    region: string,
    use: "node" | "managedEndpoint" = "node",
): CpuMachine | undefined {
    const machines = (use === "managedEndpoint" && MANAGED_CPU_MACHINES[cloud]) || cpuMachines(cloud, region);
    return machines
        .filter((machine) => machine.vcpu >= need.vcpu && machine.memoryGiB >= need.memoryGiB)
        .sort((a, b) => a.vcpu - b.vcpu || a.memoryGiB - b.memoryGiB || a.type.localeCompare(b.type))[0];
}
