import { isIP } from "node:net";
import { cpuMachineFor } from "../../placement/machines";
import type { CloudName } from "../../placement/site";
import { loadCloud } from "../../providers";
import {
    ADD_ONS,
    type AddOnMode,
    type AddOnName,
    type AdoptedClusterSpec,
    type ClusterReference,
    type ClusterSpec,
    type PoolSpec,
} from "../../providers/cloud";
import { commonFields } from "../declaration";
import type { Settings } from "../declared";
import { show, type Problem } from "../validation/problem";
import * as is from "../validation/schema";
import type { AdoptedGpuClusterArgs, GpuClusterArgs } from "./args";
import { describePools, poolsSchema, resolvePools } from "./pools";

const CIDR = is.textThat(isCidr, "a CIDR block such as '203.0.113.0/24'");

const addOnsSchema = is.fields(
    Object.fromEntries(
        ADD_ONS.map((name) => [name, is.optional(is.oneOf("a mode", ["install", "present", "off"]))]),
    ),
);

export const gpuClusterSchema = is.fields({
    ...commonFields,
    pools: poolsSchema,
    version: is.optional(is.textLike(/^1\.\d{2}$/, "a Kubernetes minor version such as '1.34'")),
    network: is.optional(
        is.fields({
            network: is.input(is.text()),
            subnets: is.listOf(is.input(is.text())),
            podRange: is.optional(is.input(is.text())),
            serviceRange: is.optional(is.input(is.text())),
        }),
    ),
    networkCidr: is.optional(CIDR),
    controlPlane: is.optional(
        is.either((given) =>
            typeof given === "string"
                ? is.oneOf("an access to the control plane", ["private"], "{ allow: [CIDR blocks] }")
                : is.fields({ allow: is.listOf(CIDR) }),
        ),
    ),
    system: is.optional(
        is.fields({
            vcpu: is.optional(is.integer(2, 64)),
            memoryGiB: is.optional(is.number(4, 512)),
            min: is.optional(is.integer(1, 100)),
            max: is.optional(is.integer(1, 100)),
        }),
    ),
    addOns: is.optional(addOnsSchema),
    admins: is.optional(is.listOf(is.input(is.text("a principal")))),
    encryptionKey: is.optional(is.input(is.text())),
    kubeconfig: is.optional(is.input(is.text())),
    issuer: is.optional(is.input(is.text())),
});

export const adoptedGpuClusterSchema = is.fields({
    ...commonFields,
    reference: is.optional(is.input(is.instance(isReference, "the `reference` output of a GpuCluster"))),
    clusterName: is.optional(is.text("a cluster name")),
    resourceGroup: is.optional(is.text("a resource group")),
    kubeconfig: is.optional(is.input(is.text())),
    issuer: is.optional(is.input(is.text())),
    existingPools: is.optional(poolsSchema),
    pools: is.optional(poolsSchema),
    subnets: is.optional(is.listOf(is.input(is.text()))),
    nodeRole: is.optional(is.input(is.text())),
    addOns: is.optional(addOnsSchema),
});

function isReference(given: unknown): given is ClusterReference {
    return typeof given === "object" && given !== null && "version" in given && "cloud" in given;
}

/** A cluster's specification, created or adopted, with the add-ons to install. */
export type GpuClusterSpec = { readonly install: readonly AddOnName[] } & (
    | { readonly kind: "created"; readonly cluster: ClusterSpec }
    | { readonly kind: "adopted"; readonly cluster: AdoptedClusterSpec }
);

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
            admins: args.admins ?? [],
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

/** What the cloud itself has to say against it. */
function checkOnCloud(
    spec: Pick<ClusterSpec, "pools" | "encryptionKey">,
    { site }: Settings,
    problems: Problem[],
): void {
    problems.push(...(loadCloud(site.cloud).clusterProblems?.(spec, site) ?? []));
}

function zoneNetwork({ site }: Settings): ClusterSpec["network"] {
    const { network, subnets } = site.zone;
    return network !== undefined && subnets !== undefined ? { network, subnets } : undefined;
}

function systemPool(
    { system = {} }: GpuClusterArgs,
    cloud: Exclude<CloudName, "kubernetes">,
    { tier, site }: Settings,
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
    const min = system.min ?? (tier === "dev" ? 1 : 2);
    const max = system.max ?? Math.max(min + 2, 3);
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

function isCidr(block: string): boolean {
    const [address = "", length = "", ...rest] = block.split("/");
    return isIP(address) === 4 && /^\d{1,2}$/.test(length) && Number(length) <= 32 && rest.length === 0;
}

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
function joined(pools: readonly PoolSpec[], cloud: CloudName): boolean {
    return pools.some((pool) => loadCloud(cloud).poolInfo(pool).fabric !== undefined);
}

function modes(
    cloud: CloudName,
    given: GpuClusterArgs["addOns"],
    fallback: AddOnMode,
): Record<AddOnName, AddOnMode> {
    const off = fallback === "install" ? [...NOT_NEEDED[cloud], ...ON_DEMAND] : NOT_NEEDED[cloud];
    return Object.fromEntries(
        ADD_ONS.map((name) => [name, given?.[name] ?? (off.includes(name) ? "off" : fallback)]),
    ) as Record<AddOnName, AddOnMode>;
}

const installed = (addOns: Record<AddOnName, AddOnMode>): AddOnName[] =>
    ADD_ONS.filter((name) => addOns[name] === "install");

const present = (addOns: Record<AddOnName, AddOnMode>): AddOnName[] =>
    ADD_ONS.filter((name) => addOns[name] !== "off");
