import * as pulumi from "@pulumi/pulumi";
import * as autoscaling from "@pulumi/aws/autoscaling";
import * as eks from "@pulumi/aws/eks";
import type { ClusterSpec, PoolSpec, Taint } from "../cloud";
import type { Children } from "./children";
import { adapterOf } from "./efa";
import { fabric } from "./fabric";
import { autoscalerHints, type AutoscalerHint } from "./autoscalerHints";
import { launchTemplate } from "./launchTemplate";
import { NAMES } from "./names";
import { imageType, kindOf, POOL_LABEL, poolLabels, poolParts, poolTaints, type PoolPart } from "./poolInfo";

/** The cluster that node groups join. */
export interface PoolHost {
    readonly clusterName: pulumi.Input<string>;
    /** Version that nodes follow; the cluster's at their creation where absent. */
    readonly version?: pulumi.Input<string>;
    readonly nodeRoleArn: pulumi.Input<string>;
    /** Ids of the subnets in the zones that a pool names; of all where it names none. */
    readonly subnetIds: (zones: readonly string[], pool: string) => pulumi.Input<pulumi.Input<string>[]>;
    /** Network and security group of the cluster. Functions, because only pools joined by EFA need them. */
    readonly vpcId: () => pulumi.Input<string>;
    readonly securityGroup: () => pulumi.Input<string>;
    /** What must be there before nodes, and outlive them. */
    readonly after: readonly pulumi.Resource[];
}

const EFFECTS: Record<Taint["effect"], string> = {
    NoSchedule: "NO_SCHEDULE",
    PreferNoSchedule: "PREFER_NO_SCHEDULE",
    NoExecute: "NO_EXECUTE",
};

/** Nodes for the add-ons themselves: on-demand, without accelerator or taint. */
export function systemPool(system: ClusterSpec["system"], host: PoolHost, children: Children): eks.NodeGroup {
    const pool = children.within("system");
    const template = launchTemplate(
        { diskGiB: 50, accelerated: false, nodeName: nodeName(host, "system") },
        pool,
    );
    return nodeGroup(
        {
            name: "system",
            labels: { [POOL_LABEL]: "system", "barycenter/capacity": "on-demand" },
            taints: [],
            amiType: imageType(system.machineType, undefined),
            machineType: system.machineType,
            zones: [],
            part: { suffix: "", capacity: "on-demand", min: system.min, max: system.max },
        },
        template,
        host,
        pool,
    );
}

/**
 * The node groups of a pool, each with its own resources, so that a change to one pool touches neither the cluster
 * nor another pool. What EKS can't change in place makes a new group before the old one goes.
 */
export function nodePool(pool: PoolSpec, host: PoolHost, children: Children): pulumi.Resource[] {
    const own = children.within(`pool-${pool.name}`);
    const kind = kindOf(pool);
    const adapter = adapterOf(pool);
    const template = launchTemplate(
        {
            diskGiB: pool.diskGiB,
            accelerated: kind !== undefined,
            nodeName: nodeName(host, pool.name),
            ...(adapter
                ? { fabric: fabric(pool, adapter.cards, host.vpcId(), host.securityGroup(), own) }
                : {}),
        },
        own,
    );
    return poolParts(pool).flatMap((part) => {
        const group = nodeGroup(
            {
                name: pool.name,
                labels: poolLabels(pool, part),
                taints: poolTaints(pool),
                amiType: imageType(pool.machineType, kind),
                machineType: pool.machineType,
                zones: pool.zones,
                part,
            },
            template,
            host,
            own,
        );
        return [group, ...autoscalerHints(pool).map((hint) => autoscalerTag(hint, part, group, own))];
    });
}

interface GroupShape {
    readonly name: string;
    readonly labels: Record<string, string>;
    readonly taints: readonly Taint[];
    readonly amiType: string;
    readonly machineType: string;
    readonly zones: readonly string[];
    readonly part: PoolPart;
}

function nodeGroup(
    shape: GroupShape,
    template: ReturnType<typeof launchTemplate>,
    host: PoolHost,
    children: Children,
): eks.NodeGroup {
    const { scope } = children;
    const { part } = shape;
    const suffix = `nodes${part.suffix}`;
    return children.make(
        suffix,
        eks.NodeGroup,
        {
            // An output, so that the cluster is never deleted before its groups (pulumi/pulumi#9009).
            clusterName: host.clusterName,
            nodeGroupNamePrefix: `${scope.physicalName(NAMES.nodeGroupPrefix, suffix)}-`,
            region: scope.site.region,
            nodeRoleArn: host.nodeRoleArn,
            subnetIds: host.subnetIds(shape.zones, shape.name),
            amiType: shape.amiType,
            capacityType: part.capacity === "spot" ? "SPOT" : "ON_DEMAND",
            instanceTypes: [shape.machineType],
            ...(host.version === undefined ? {} : { version: host.version }),
            launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
            scalingConfig: { minSize: part.min, maxSize: part.max, desiredSize: part.min },
            labels: shape.labels,
            taints: shape.taints.map(({ key, value, effect }) => ({
                key,
                ...(value === undefined ? {} : { value }),
                effect: EFFECTS[effect],
            })),
            updateConfig: {
                maxUnavailable: 1,
                // Spare machines with accelerators may not be had: an update takes a node out before it brings another.
                ...(shape.amiType.endsWith("STANDARD") ? {} : { updateStrategy: "MINIMAL" }),
            },
            nodeRepairConfig: { enabled: true },
            tags: scope.tags(),
        },
        {
            // The autoscaler's (pulumi/pulumi-eks#985). After it, EKS refuses a `min` above the nodes that there are.
            ignoreChanges: ["scalingConfig.desiredSize"],
            // The new group stands before the old one drains, even under a name that a customizer fixes.
            deleteBeforeReplace: false,
            dependsOn: [...host.after],
        },
    );
}

/** A tag on the group that EKS makes for a node group, whose own tags stay with the node group. */
function autoscalerTag(
    { suffix, key, value }: AutoscalerHint,
    part: PoolPart,
    group: eks.NodeGroup,
    children: Children,
): autoscaling.Tag {
    return children.make(`${suffix}${part.suffix}`, autoscaling.Tag, {
        autoscalingGroupName: group.resources.apply(
            (resources) => resources?.[0]?.autoscalingGroups?.[0]?.name ?? "",
        ),
        region: children.scope.site.region,
        tag: { key, value, propagateAtLaunch: false },
    });
}

const nodeName = (host: PoolHost, pool: string): pulumi.Output<string> =>
    pulumi.interpolate`${host.clusterName}-${pool}`;
