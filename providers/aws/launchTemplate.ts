import type * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import type { Children } from "./children";
import type { Fabric } from "./fabric";
import { NAMES } from "./names";

/** What the nodes of a group are like. */
export interface NodeShape {
    readonly diskGiB: number;
    readonly accelerated: boolean;
    readonly nodeName: pulumi.Input<string>;
    readonly fabric?: Fabric;
}

/**
 * Launch template of a node group. It is the only way by which tags reach instances, disks and interfaces: those of
 * the node group stay with the node group (pulumi/pulumi-eks#658).
 */
export function launchTemplate(shape: NodeShape, children: Children): ec2.LaunchTemplate {
    const { scope } = children;
    const { region } = scope.site;
    const tags = scope.tags();
    const nodeTags = { ...tags, Name: shape.nodeName };
    return children.make("template", ec2.LaunchTemplate, {
        name: scope.physicalName(NAMES.launchTemplate, "template"),
        region,
        blockDeviceMappings: [
            {
                // Root device of Amazon Linux 2023.
                deviceName: "/dev/xvda",
                ebs: {
                    volumeType: "gp3",
                    volumeSize: shape.diskGiB,
                    encrypted: "true",
                    deleteOnTermination: "true",
                    // Images of GPU servers have 10 GiB and more: at gp3's base of 125 MiB/s they take minutes to unpack.
                    ...(shape.accelerated ? { throughput: 500, iops: 4000 } : {}),
                },
            },
        ],
        // One hop: pods can't reach the metadata service, hence not the node's role.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
            resourceType,
            tags: nodeTags,
        })),
        ...(shape.fabric ?? {}),
        tags,
    });
}
