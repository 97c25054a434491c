import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type { PoolSpec } from "../cloud";
import type { Children } from "./children";
import { NAMES } from "./names";

/**
 * Network cards with EFA, by machine type.
 * Source: docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html.
 */
const EFA_CARDS: Readonly<Record<string, number>> = {
    "p4d.24xlarge": 4,
    "p4de.24xlarge": 4,
    "p5.48xlarge": 32,
    "p5en.48xlarge": 16,
    "p6-b200.48xlarge": 8,
    "trn2.48xlarge": 16,
};

/** The part of a launch template that joins nodes by EFA. */
export interface Fabric {
    readonly networkInterfaces: ec2.LaunchTemplateArgs["networkInterfaces"];
    readonly placement: ec2.LaunchTemplateArgs["placement"];
}

/**
 * True where a pool's nodes are joined by EFA: whole machines that have it, more than one of them, and one zone
 * named. Nodes so joined stand close together in one zone, which makes capacity harder to get; and a zone that is
 * derived could change and replace the pool, so it has to be said.
 */
export function wantsFabric(pool: PoolSpec): boolean {
    return EFA_CARDS[pool.machineType] !== undefined && pool.max > 1 && pool.zones.length === 1;
}

/** Placement group, security group and network interfaces of a pool that is joined by EFA. */
export function fabric(
    pool: PoolSpec,
    vpcId: pulumi.Input<string>,
    clusterSecurityGroup: pulumi.Input<string>,
    children: Children,
): Fabric {
    const { scope } = children;
    const { region } = scope.site;
    const tags = scope.tags();
    const group = children.make("placement", ec2.PlacementGroup, {
        name: scope.physicalName(NAMES.placementGroup, "placement"),
        strategy: "cluster",
        region,
        tags,
    });
    const security = children.make("fabric", ec2.SecurityGroup, {
        name: scope.physicalName(NAMES.securityGroup, "fabric"),
        description: `EFA traffic of pool ${pool.name}`,
        vpcId,
        region,
        tags,
    });
    // EFA bypasses the kernel and honours only rules that name the group itself, in both directions.
    const self = {
        securityGroupId: security.id,
        referencedSecurityGroupId: security.id,
        ipProtocol: "-1",
        region,
        tags,
    };
    children.make("fabric-in", vpc.SecurityGroupIngressRule, self);
    children.make("fabric-out", vpc.SecurityGroupEgressRule, self);
    const cards = EFA_CARDS[pool.machineType] ?? 0;
    return {
        placement: { groupName: group.name },
        networkInterfaces: Array.from({ length: cards }, (_, card) => ({
            networkCardIndex: card,
            deviceIndex: card === 0 ? 0 : 1,
            // Further cards carry EFA alone and so take no addresses from the subnet.
            interfaceType: card === 0 ? "efa" : "efa-only",
            deleteOnTermination: "true",
            associatePublicIpAddress: "false",
            // With interfaces of its own a template no longer gets the cluster's group from EKS.
            securityGroups: [clusterSecurityGroup, security.id],
        })),
    };
}
