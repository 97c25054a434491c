import { cpuMachineFor } from "../../placement/machines";
import type { CloudName } from "../../placement/site";
import type { ClusterSpec } from "../../providers/cloud";
import type { Settings } from "../declared";
import { show, type Problem } from "../validation/problem";
import { installed, joined, modes, present } from "./addOns";
import type { GpuClusterArgs } from "./args";
import { systemNodes } from "./demand";
import { describePools, resolvePools } from "./pools";
import { checkOnCloud, type GpuClusterSpec } from "./spec";

export function resolveCluster(
    args: GpuClusterArgs,
    settings: Settings,
    problems: Problem[],
): GpuClusterSpec {
    const { site, defaults } = settings;
    if (Object.keys(args.pools).length === 0) {
        problems.push({ path: "pools", message: "names no pool: a cluster needs one at least" });
    }
    if (site.cloud === "kubernetes") {
        return resolveOwn(args, settings, problems);
    }
    if (args.kubeconfig !== undefined || args.issuer !== undefined) {
        problems.push({
            path: args.kubeconfig !== undefined ? "kubeconfig" : "issuer",
            message: `belongs to a cluster of your own, at a site kubernetes/<context>; this one is created on ${site.cloud}`,
        });
    }
    checkCidrs(args, problems);
    const network = args.network ?? zoneNetwork(settings);
    if (network && args.networkCidr !== undefined) {
        problems.push({
            path: "networkCidr",
            message: "belongs to a created network; this cluster brings its own",
        });
    }
    if (network && site.cloud === "aws" && network.subnets.length < 2) {
        problems.push({
            path: "network.subnets",
            message: "names fewer than two: EKS needs subnets in two zones",
        });
    }
    if (network && network.subnets.length === 0) {
        problems.push({ path: "network.subnets", message: "names none: say where nodes run" });
    }
    const pools = resolvePools(args.pools, "pools", settings, problems);
    const addOns = modes(site.cloud, args.addOns, "install");
    if (args.addOns?.efaPlugin === undefined && !joined(pools, site.cloud)) {
        addOns.efaPlugin = "off";
    }
    if ((args.controlPlane ?? "private") === "private" && installed(addOns).length > 0) {
        problems.push({
            path: "controlPlane",
            message:
                "is private, so `pulumi up` must run inside the network to install the add-ons; " +
                "name the CIDR blocks that may reach it with `controlPlane: { allow: [...] }`",
            warning: true,
        });
    }
    const encryptionKey = args.encryptionKey ?? site.zone.encryptionKey;
    checkOnCloud({ pools, ...(encryptionKey !== undefined ? { encryptionKey } : {}) }, settings, problems);
    return {
        kind: "created",
        install: installed(addOns),
        cluster: {
            ...(args.version !== undefined ? { version: args.version } : {}),
            ...(network ? { network } : {}),
            networkCidr: args.networkCidr ?? "10.0.0.0/16",
            zoneCount: defaults.zones,
            controlPlane: args.controlPlane ?? "private",
            system: systemPool(args, site.cloud, settings, problems),
            pools,
            ...(encryptionKey !== undefined ? { encryptionKey } : {}),
            admins: [...new Set(args.admins)],
            retainOnDelete: false,
            addOns: present(addOns),
        },
    };
}

/** A cluster of the user's own: nothing of it is created but the add-ons that are asked for. */
function resolveOwn(args: GpuClusterArgs, { site }: Settings, problems: Problem[]): GpuClusterSpec {
    const foreign = ["version", "network", "networkCidr", "admins", "encryptionKey"] as const;
    for (const property of foreign.filter((name) => args[name] !== undefined)) {
        problems.push({
            path: property,
            message: "belongs to a cluster that is created; this one is your own",
        });
    }
    // These mean the same on every cloud, so a program that also runs on one keeps them.
    for (const property of (["controlPlane", "system"] as const).filter((name) => args[name] !== undefined)) {
        problems.push({ path: property, message: "has no effect on a cluster of your own", warning: true });
    }
    const addOns = modes("kubernetes", args.addOns, "present");
    const kubeconfig = args.kubeconfig ?? site.zone.kubeconfig;
    return {
        kind: "adopted",
        install: installed(addOns),
        cluster: {
            context: site.region,
            ...(kubeconfig !== undefined ? { kubeconfig } : {}),
            ...(args.issuer !== undefined ? { issuer: args.issuer } : {}),
            existingPools: describePools(args.pools, "pools", problems),
            pools: [],
            addOns: present(addOns),
        },
    };
}

function zoneNetwork({ site }: Settings): ClusterSpec["network"] {
    const { network, subnets } = site.zone;
    return network !== undefined && subnets !== undefined ? { network, subnets } : undefined;
}

function systemPool(
    { system = {} }: GpuClusterArgs,
    cloud: Exclude<CloudName, "kubernetes">,
    { defaults, site }: Settings,
    problems: Problem[],
): ClusterSpec["system"] {
    const need = { vcpu: system.vcpu ?? 4, memoryGiB: system.memoryGiB ?? 16 };
    const machine = cpuMachineFor(cloud, need, site.region);
    if (!machine) {
        problems.push({
            path: "system",
            message: `${cloud} has no machine with ${need.vcpu} vCPU and ${need.memoryGiB} GiB`,
        });
    }
    const { min, max } = systemNodes(system, defaults);
    if (min > max) {
        problems.push({ path: "system.min", message: `${min} is above max, which is ${max}` });
    }
    return { machineType: machine?.type ?? "", min, max };
}

function checkCidrs(args: GpuClusterArgs, problems: Problem[]): void {
    if (args.networkCidr !== undefined) {
        const length = Number(args.networkCidr.split("/")[1]);
        if (length < 16 || length > 20) {
            problems.push({
                path: "networkCidr",
                message: `${show(args.networkCidr)} is no range from /16 to /20`,
            });
        }
    }
    if (typeof args.controlPlane === "object") {
        args.controlPlane.allow.forEach((block, index) => {
            if (block.endsWith("/0")) {
                problems.push({
                    path: `controlPlane.allow.${index}`,
                    message: `${show(block)} opens the control plane to everyone: name the blocks that need it`,
                });
            }
        });
        if (args.controlPlane.allow.length === 0) {
            problems.push({ path: "controlPlane.allow", message: "names no block: use 'private' for none" });
        }
    }
}
