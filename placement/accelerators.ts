import type { CloudName } from "./site";

/** A machine type that carries accelerators. */
export interface AcceleratorMachine {
    readonly type: string;
    /** Accelerators in one machine (chips for TPU, devices for Neuron). */
    readonly count: number;
    readonly vcpu: number;
    readonly memoryGiB: number;
    /** Not sold on demand: spot, flex-start or a reservation. */
    readonly spotOnly?: true;
    /** TPU slice shape of one machine, as GKE wants it. */
    readonly topology?: string;
}

/** What every cloud calls an accelerator, and the machines that carry it. */
export interface Accelerator {
    readonly kind: "nvidia" | "tpu" | "neuron";
    /** Memory of one accelerator in GiB, as its vendor states it. */
    readonly memoryGiB: number;
    /** GKE's own name: `guestAccelerators.type`, or the value of the TPU node label. */
    readonly gkeName?: string;
    /** Machines by cloud, smallest first. A cloud that is absent does not sell it. */
    readonly machines: Partial<Record<CloudName, readonly AcceleratorMachine[]>>;
}

const m = (type: string, count: number, vcpu: number, memoryGiB: number): AcceleratorMachine => ({
    type,
    count,
    vcpu,
    memoryGiB,
});
const spotOnly = (machine: AcceleratorMachine): AcceleratorMachine => ({ ...machine, spotOnly: true });
const tpu = (machine: AcceleratorMachine, topology: string): AcceleratorMachine => ({ ...machine, topology });

/**
 * Accelerators by standard name.
 *
 * Machine types as in the price lists of AWS (2026-07-20), Google Cloud (2026-07-30) and Azure (2026-06-18).
 * On Azure `H100` with one or two devices a machine is the H100 NVL with 94 GB. Google sells
 * `a3-highgpu-1g` to `-4g`, `a3-ultragpu-8g` and `a4-highgpu-8g` only as spot, flex-start or by reservation.
 */
export const ACCELERATORS = {
    T4: {
        kind: "nvidia",
        memoryGiB: 16,
        gkeName: "nvidia-tesla-t4",
        machines: {
            aws: [
                m("g4dn.xlarge", 1, 4, 16),
                m("g4dn.2xlarge", 1, 8, 32),
                m("g4dn.4xlarge", 1, 16, 64),
                m("g4dn.12xlarge", 4, 48, 192),
            ],
            gcp: [
                m("n1-standard-4", 1, 4, 15),
                m("n1-standard-8", 1, 8, 30),
                m("n1-standard-16", 2, 16, 60),
                m("n1-standard-32", 4, 32, 120),
            ],
            azure: [
                m("Standard_NC4as_T4_v3", 1, 4, 28),
                m("Standard_NC8as_T4_v3", 1, 8, 56),
                m("Standard_NC16as_T4_v3", 1, 16, 110),
                m("Standard_NC64as_T4_v3", 4, 64, 440),
            ],
        },
    },
    L4: {
        kind: "nvidia",
        memoryGiB: 24,
        gkeName: "nvidia-l4",
        machines: {
            aws: [
                m("g6.xlarge", 1, 4, 16),
                m("g6.2xlarge", 1, 8, 32),
                m("g6.4xlarge", 1, 16, 64),
                m("g6.8xlarge", 1, 32, 128),
                m("g6.12xlarge", 4, 48, 192),
                m("g6.48xlarge", 8, 192, 768),
            ],
            gcp: [
                m("g2-standard-4", 1, 4, 16),
                m("g2-standard-8", 1, 8, 32),
                m("g2-standard-12", 1, 12, 48),
                m("g2-standard-16", 1, 16, 64),
                m("g2-standard-32", 1, 32, 128),
                m("g2-standard-24", 2, 24, 96),
                m("g2-standard-48", 4, 48, 192),
                m("g2-standard-96", 8, 96, 384),
            ],
        },
    },
    A10G: {
        kind: "nvidia",
        memoryGiB: 24,
        machines: {
            aws: [
                m("g5.xlarge", 1, 4, 16),
                m("g5.2xlarge", 1, 8, 32),
                m("g5.4xlarge", 1, 16, 64),
                m("g5.12xlarge", 4, 48, 192),
                m("g5.48xlarge", 8, 192, 768),
            ],
        },
    },
    L40S: {
        kind: "nvidia",
        memoryGiB: 48,
        machines: {
            aws: [
                m("g6e.xlarge", 1, 4, 32),
                m("g6e.2xlarge", 1, 8, 64),
                m("g6e.4xlarge", 1, 16, 128),
                m("g6e.12xlarge", 4, 48, 384),
                m("g6e.48xlarge", 8, 192, 1536),
            ],
        },
    },
    "A100-40GB": {
        kind: "nvidia",
        memoryGiB: 40,
        gkeName: "nvidia-tesla-a100",
        machines: {
            aws: [m("p4d.24xlarge", 8, 96, 1152)],
            gcp: [
                m("a2-highgpu-1g", 1, 12, 85),
                m("a2-highgpu-2g", 2, 24, 170),
                m("a2-highgpu-4g", 4, 48, 340),
                m("a2-highgpu-8g", 8, 96, 680),
            ],
            azure: [m("Standard_ND96asr_v4", 8, 96, 900)],
        },
    },
    "A100-80GB": {
        kind: "nvidia",
        memoryGiB: 80,
        gkeName: "nvidia-a100-80gb",
        machines: {
            aws: [m("p4de.24xlarge", 8, 96, 1152)],
            gcp: [
                m("a2-ultragpu-1g", 1, 12, 170),
                m("a2-ultragpu-2g", 2, 24, 340),
                m("a2-ultragpu-4g", 4, 48, 680),
                m("a2-ultragpu-8g", 8, 96, 1360),
            ],
            azure: [
                m("Standard_NC24ads_A100_v4", 1, 24, 220),
                m("Standard_NC48ads_A100_v4", 2, 48, 440),
                m("Standard_NC96ads_A100_v4", 4, 96, 880),
                m("Standard_ND96amsr_A100_v4", 8, 96, 1800),
            ],
        },
    },
    H100: {
        kind: "nvidia",
        memoryGiB: 80,
        gkeName: "nvidia-h100-80gb",
        machines: {
            aws: [m("p5.4xlarge", 1, 16, 256), m("p5.48xlarge", 8, 192, 2048)],
            gcp: [
                spotOnly(m("a3-highgpu-1g", 1, 26, 234)),
                spotOnly(m("a3-highgpu-2g", 2, 52, 468)),
                spotOnly(m("a3-highgpu-4g", 4, 104, 936)),
                m("a3-highgpu-8g", 8, 208, 1872),
            ],
            azure: [
                m("Standard_NC40ads_H100_v5", 1, 40, 320),
                m("Standard_NC80adis_H100_v5", 2, 80, 640),
                m("Standard_ND96isr_H100_v5", 8, 96, 1900),
            ],
        },
    },
    H200: {
        kind: "nvidia",
        memoryGiB: 141,
        gkeName: "nvidia-h200-141gb",
        machines: {
            aws: [m("p5en.48xlarge", 8, 192, 2048)],
            gcp: [spotOnly(m("a3-ultragpu-8g", 8, 224, 2952))],
            azure: [m("Standard_ND96isr_H200_v5", 8, 96, 1850)],
        },
    },
    B200: {
        kind: "nvidia",
        memoryGiB: 180,
        gkeName: "nvidia-b200",
        machines: {
            aws: [m("p6-b200.48xlarge", 8, 192, 2048)],
            gcp: [spotOnly(m("a4-highgpu-8g", 8, 224, 3968))],
        },
    },
    "tpu-v5e": {
        kind: "tpu",
        memoryGiB: 16,
        gkeName: "tpu-v5-lite-podslice",
        machines: {
            gcp: [
                tpu(m("ct5lp-hightpu-1t", 1, 24, 48), "1x1"),
                tpu(m("ct5lp-hightpu-4t", 4, 112, 192), "2x2"),
                tpu(m("ct5lp-hightpu-8t", 8, 224, 384), "2x4"),
            ],
        },
    },
    "tpu-v6e": {
        kind: "tpu",
        memoryGiB: 32,
        gkeName: "tpu-v6e-slice",
        machines: {
            gcp: [
                tpu(m("ct6e-standard-1t", 1, 44, 176), "1x1"),
                tpu(m("ct6e-standard-4t", 4, 180, 720), "2x2"),
                tpu(m("ct6e-standard-8t", 8, 180, 1440), "2x4"),
            ],
        },
    },
    Inferentia2: {
        kind: "neuron",
        memoryGiB: 32,
        machines: {
            aws: [
                m("inf2.xlarge", 1, 4, 16),
                m("inf2.8xlarge", 1, 32, 128),
                m("inf2.24xlarge", 6, 96, 384),
                m("inf2.48xlarge", 12, 192, 768),
            ],
        },
    },
    Trainium2: {
        kind: "neuron",
        memoryGiB: 96,
        machines: { aws: [m("trn2.3xlarge", 1, 12, 128), m("trn2.48xlarge", 16, 192, 2048)] },
    },
} as const satisfies Record<string, Accelerator>;

/** Standard name of an accelerator. */
export type AcceleratorName = keyof typeof ACCELERATORS;

export const ACCELERATOR_NAMES = Object.keys(ACCELERATORS) as AcceleratorName[];

/** The accelerator of that name. */
export function accelerator(name: AcceleratorName): Accelerator {
    return ACCELERATORS[name];
}

/** Names of the accelerators that a cloud sells; all of them for a cluster that the user brings. */
export function acceleratorsOn(cloud: CloudName): AcceleratorName[] {
    return cloud === "kubernetes"
        ? ACCELERATOR_NAMES
        : ACCELERATOR_NAMES.filter((name) => accelerator(name).machines[cloud] !== undefined);
}

/** What a pool asks of one machine. */
export interface MachineNeed {
    /** Accelerators in one machine. */
    readonly count: number;
    readonly vcpu?: number;
    readonly memoryGiB?: number;
    /** Every machine of the pool is spot capacity. */
    readonly spot: boolean;
}

/** The smallest machine of a cloud that carries what is needed, or undefined where there is none. */
export function machineFor(
    name: AcceleratorName,
    cloud: CloudName,
    need: MachineNeed,
): AcceleratorMachine | undefined {
    return accelerator(name).machines[cloud]?.find(
        (machine) =>
            machine.count >= need.count &&
            machine.vcpu >= (need.vcpu ?? 0) &&
            machine.memoryGiB >= (need.memoryGiB ?? 0) &&
            (need.spot || !machine.spotOnly),
    );
}
