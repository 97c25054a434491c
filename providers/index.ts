import * as pulumi from "@pulumi/pulumi";
import { formatSite, type CloudName } from "../placement/site";
import type { Cloud, Orchestrator } from "./cloud";
import type { Site } from "./site";
import { stackState } from "./stackState";

/**
 * A cloud by name. Each of its methods loads its own part of the SDK when it is first used, so a stack loads only
 * what it uses of the clouds it uses.
 */
export function loadCloud(name: CloudName): Cloud {
    switch (name) {
        case "aws":
            return (require("./aws") as typeof import("./aws")).cloud;
        case "gcp":
            return (require("./gcp") as typeof import("./gcp")).cloud;
        case "azure":
            return (require("./azure") as typeof import("./azure")).cloud;
        case "kubernetes":
            return (require("./kubernetes") as typeof import("./kubernetes")).cloud;
    }
}

/** What runs workloads on a cluster of any cloud. */
export function loadOrchestrator(): Orchestrator {
    return (require("./kubernetes") as typeof import("./kubernetes")).orchestrator;
}

const siteProviders = new WeakMap<object, Map<string, pulumi.ProviderResource | undefined>>();

/**
 * The provider of a site whose landing zone names an account, one for all components there; undefined where the
 * default provider serves.
 */
export function siteProvider(site: Site): pulumi.ProviderResource | undefined {
    const known = stackState(siteProviders);
    const key = JSON.stringify([formatSite(site), site.zone.account, site.zone.role, site.zone.kubeconfig]);
    if (!known.has(key)) {
        known.set(key, loadCloud(site.cloud).siteProvider(site.region, site.zone));
    }
    return known.get(key);
}
