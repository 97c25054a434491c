/**
 * Machine series whose VMs boot from Hyperdisk alone: they refuse every persistent disk type, and GKE's default of
 * `pd-balanced` with it. cloud.google.com/compute/docs/disks/hyperdisks and .../machine-resource; TPU series as in
 * GoogleCloudPlatform/cluster-toolkit modules/compute/gke-node-pool.
 */
const HYPERDISK_ONLY = ["a3-ultragpu", "a4", "a4x", "c4", "c4a", "c4d", "ct6e", "g4", "n4", "tpu7x"];

/** Type of a boot disk that a machine takes. Never `pd-standard`, which the accelerator series refuse. */
export function bootDiskType(machineType: string): string {
    const hyperdisk = HYPERDISK_ONLY.some((series) => machineType.startsWith(`${series}-`));
    return hyperdisk ? "hyperdisk-balanced" : "pd-balanced";
}

/**
 * Local SSDs of 375 GB that come with a machine and can't be left out.
 * cloud.google.com/compute/docs/accelerator-optimized-machines.
 */
const LOCAL_SSDS: Readonly<Record<string, number>> = {
    "a2-ultragpu-1g": 1,
    "a2-ultragpu-2g": 2,
    "a2-ultragpu-4g": 4,
    "a2-ultragpu-8g": 8,
    "a3-highgpu-1g": 2,
    "a3-highgpu-2g": 4,
    "a3-highgpu-4g": 8,
    "a3-highgpu-8g": 16,
    "a3-ultragpu-8g": 32,
    "a4-highgpu-8g": 32,
};

/** Local SSDs that come with a machine. */
export function localSsds(machineType: string): number {
    return LOCAL_SSDS[machineType] ?? 0;
}
