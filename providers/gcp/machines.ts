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

/** Machines that a TPU slice spans: chips of the slice over chips of one machine. */
export function hostsOf(topology: string, chipsPerHost: number): number {
    const chips = topology.split("x").reduce((product, side) => product * Number(side), 1);
    return Math.max(1, Math.ceil(chips / Math.max(1, chipsPerHost)));
}
