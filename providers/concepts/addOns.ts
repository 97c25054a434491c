import type { Resource } from "@pulumi/pulumi";

/** Add-ons that serving needs, by the name under which each can be turned off or brought. */
export const ADD_ONS = [
    "certManager",
    "gateway",
    "kserve",
    "keda",
    "kedaHttp",
    "metrics",
    "devicePlugin",
    "neuronPlugin",
    "efaPlugin",
    "clusterAutoscaler",
] as const;

export type AddOnName = (typeof ADD_ONS)[number];

/** `install`: by us. `present`: the cluster has it already. `off`: not wanted. */
export type AddOnMode = "install" | "present" | "off";

export interface AddOnsSpec {
    /** Add-ons to install, in any order; the table knows what must come first. */
    readonly install: readonly AddOnName[];
    /** Replicas of controllers, so that one node can go. */
    readonly replicas: number;
}

export interface AddOnsHandle {
    /** Helm releases by add-on. */
    readonly releases: Readonly<Partial<Record<AddOnName, Resource>>>;
    /** What must exist before a workload uses the add-ons. */
    readonly ready: readonly Resource[];
}
