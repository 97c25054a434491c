import { cloud } from "../../../providers/azure";
import type { ClusterHandle, ClusterSpec, PoolSpec } from "../../../providers/cloud";
import { record, scopeOf, type Recording, type ScopeSettings } from "./support";

export const POOL: PoolSpec = {
    name: "chat",
    accelerator: "A100-80GB",
    machineType: "Standard_NC24ads_A100_v4",
    acceleratorsPerNode: 1,
    vcpu: 24,
    memoryGiB: 220,
    min: 0,
    max: 8,
    diskGiB: 200,
    zones: [],
    labels: { team: "ml" },
    taints: [],
};

export const CPU: PoolSpec = {
    ...POOL,
    name: "general-purpose",
    accelerator: undefined,
    acceleratorsPerNode: 0,
    machineType: "Standard_D8s_v5",
};

const SPEC: ClusterSpec = {
    networkCidr: "10.0.0.0/16",
    zoneCount: 2,
    controlPlane: { allow: ["203.0.113.0/24"] },
    system: { machineType: "Standard_D4s_v5", min: 1, max: 3 },
    pools: [POOL],
    admins: [],
    retainOnDelete: false,
    addOns: ["kserve"],
};

/** A cluster and what it registered. */
export async function made(
    spec: Partial<ClusterSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
): Promise<{ recording: Recording; cluster: ClusterHandle }> {
    let cluster: ClusterHandle | undefined;
    const recording = await record(
        (to) => {
            cluster = cloud.cluster({ ...SPEC, ...spec }, scopeOf(to, { name: "serving", ...settings }));
        },
        { preview },
    );
    return { recording, cluster: cluster! };
}
