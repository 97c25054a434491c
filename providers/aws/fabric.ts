import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import type { PoolSpec } from "../cloud";
import type { Children } from "./children";
import { NAMES } from "./names";

/** The part of a launch template that joins nodes by EFA. */
export interface Fabric {
    readonly networkInterfaces: ec2.LaunchTemplateArgs["networkInterfaces"];
    readonly placement: ec2.LaunchTemplateArgs["placement"];
}

/** Placement group, security group and network interfaces of a pool that is joined by EFA. */
export function fabric(
    pool: PoolSpec,
    cards: number,
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
    return {
        placement: { groupName: group.name },
        networkInterfaces: Array.from({ length: cards }, (_, card) => ({
            networkCardIndex: card,
            deviceIndex: card === 0 ? 0 : 1,
            // Further cards carry EFA alone and so take no addresses from the subnet.
            interfaceType: card === 0 ? "efa" : "efa-only",
            deleteOnTermination: "true",
            // Nothing on public addresses, which EC2 refuses beside several interfaces, "false" too
            // (aws/karpenter-provider-aws#5666); the subnets give none.
            // With interfaces of its own a template no longer gets the cluster's group from EKS.
            securityGroups: [clusterSecurityGroup, security.id],
        })),
    };
}
