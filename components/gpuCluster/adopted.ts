import type { Settings } from "../declared";
import type { Problem } from "../validation/problem";
import { installed, modes, present } from "./addOns";
import type { AdoptedGpuClusterArgs } from "./args";
import { describePools, resolvePools } from "./pools";
import { checkOnCloud, type GpuClusterSpec } from "./spec";

export function resolveAdoptedCluster(
    args: AdoptedGpuClusterArgs,
    settings: Settings,
    problems: Problem[],
): GpuClusterSpec {
    const { site } = settings;
    const ways = ["reference", "clusterName", "kubeconfig"] as const;
    const given = ways.filter((way) => args[way] !== undefined);
    if (given.length !== 1) {
        problems.push({
            path: "",
            message: `${given.length === 0 ? "nothing tells" : `${given.join(" and ")} both tell`} which cluster this is: give one of ${ways.join(", ")}`,
        });
    }
    if (args.clusterName !== undefined && site.cloud === "kubernetes") {
        problems.push({
            path: "clusterName",
            message: "names a cluster of a cloud; at a site kubernetes/<context> give kubeconfig",
        });
    }
    if (args.kubeconfig !== undefined && site.cloud !== "kubernetes") {
        problems.push({
            path: "kubeconfig",
            message:
                `tells too little of a cluster on ${site.cloud}: give clusterName or reference, or adopt it at a site ` +
                "kubernetes/<context>",
        });
    }
    if (site.cloud === "azure" && args.clusterName !== undefined && args.resourceGroup === undefined) {
        problems.push({ path: "resourceGroup", message: "is required beside clusterName on azure" });
    }
    if (args.pools && (site.cloud === "kubernetes" || args.kubeconfig !== undefined)) {
        problems.push({
            path: "pools",
            message: "can be added to an EKS, GKE or AKS cluster only: describe these as existingPools",
        });
    }
    if (
        args.clusterName !== undefined &&
        site.cloud === "aws" &&
        args.pools &&
        !args.subnets &&
        !site.zone.subnets
    ) {
        problems.push({
            path: "subnets",
            message: "is required to add pools to an EKS cluster that is adopted by name",
        });
    }
    // A reference says itself which add-ons there are.
    const addOns = modes(site.cloud, args.addOns, args.reference === undefined ? "present" : "off");
    if (addOns.clusterAutoscaler === "install") {
        problems.push({
            path: "addOns.clusterAutoscaler",
            message:
                "'install' needs a cluster that this program creates: let the cluster's owner install it",
        });
    }
    const pools = resolvePools(args.pools ?? {}, "pools", settings, problems);
    checkOnCloud({ pools }, settings, problems);
    return {
        kind: "adopted",
        install: installed(addOns),
        cluster: {
            ...(args.clusterName !== undefined ? { clusterName: args.clusterName } : {}),
            ...(args.resourceGroup !== undefined ? { resourceGroup: args.resourceGroup } : {}),
            ...(args.reference !== undefined ? { reference: args.reference } : {}),
            ...(args.kubeconfig !== undefined ? { kubeconfig: args.kubeconfig } : {}),
            ...(site.cloud === "kubernetes" ? { context: site.region } : {}),
            ...(args.issuer !== undefined ? { issuer: args.issuer } : {}),
            existingPools: describePools(args.existingPools ?? {}, "existingPools", problems),
            pools,
            ...((args.subnets ?? site.zone.subnets) ? { subnets: args.subnets ?? site.zone.subnets } : {}),
            ...(args.nodeRole !== undefined ? { nodeRole: args.nodeRole } : {}),
            addOns: present(addOns),
        },
    };
}
