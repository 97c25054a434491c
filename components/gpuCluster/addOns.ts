import type { CloudName } from "../../placement/site";
import { loadCloud } from "../../providers";
import { ADD_ONS, type AddOnMode, type AddOnName, type PoolSpec } from "../../providers/cloud";
import type { GpuClusterArgs } from "./args";

/** Add-ons that a cloud builds in or can't use. */
const NOT_NEEDED: Record<CloudName, readonly AddOnName[]> = {
    aws: [],
    gcp: ["devicePlugin", "neuronPlugin", "efaPlugin", "clusterAutoscaler"],
    azure: ["neuronPlugin", "efaPlugin", "clusterAutoscaler"],
    kubernetes: ["efaPlugin", "clusterAutoscaler"],
};

/** Add-ons that a created cluster gets only when asked: not every cluster has services that scale to zero. */
const ON_DEMAND: readonly AddOnName[] = ["kedaHttp"];

/** True where the nodes of a pool are joined past the kernel, which takes a device plugin. */
export function joined(pools: readonly PoolSpec[], cloud: CloudName): boolean {
    return pools.some((pool) => loadCloud(cloud).poolInfo(pool).fabric !== undefined);
}

/** What becomes of each add-on: what is given, else the fallback, unless the cloud does not need it. */
export function modes(
    cloud: CloudName,
    given: GpuClusterArgs["addOns"],
    fallback: AddOnMode,
): Record<AddOnName, AddOnMode> {
    const off = fallback === "install" ? [...NOT_NEEDED[cloud], ...ON_DEMAND] : NOT_NEEDED[cloud];
    return Object.fromEntries(
        ADD_ONS.map((name) => [name, given?.[name] ?? (off.includes(name) ? "off" : fallback)]),
    ) as Record<AddOnName, AddOnMode>;
}

/** Those that are installed. */
export const installed = (addOns: Record<AddOnName, AddOnMode>): AddOnName[] =>
    ADD_ONS.filter((name) => addOns[name] === "install");

/** Those that the cluster then has. */
export const present = (addOns: Record<AddOnName, AddOnMode>): AddOnName[] =>
    ADD_ONS.filter((name) => addOns[name] !== "off");
