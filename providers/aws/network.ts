import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import type { ClusterSpec } from "../cloud";
import type { Scope } from "../scope";
import { lookup } from "./account";
import type { Children } from "./children";
import { createNetwork } from "./createdNetwork";

/** A subnet that nodes run in. */
export interface NodeSubnet {
    readonly id: pulumi.Input<string>;
    /** Its zone, looked up only where a pool asks for zones. */
    readonly zone: () => pulumi.Output<string>;
}

/** The network of a cluster. */
export interface Network {
    readonly vpcId: pulumi.Input<string>;
    readonly subnets: readonly NodeSubnet[];
    /** Where the control plane has its interfaces. */
    readonly controlPlaneSubnets: readonly NodeSubnet[];
    /** What nodes and pods need in order to reach anything, and what must outlive them. */
    readonly ready: readonly pulumi.Resource[];
}

/** The network that the specification brings, or a new one. */
export function network(spec: ClusterSpec, clusterName: string, children: Children): Network {
    if (spec.network) {
        const subnets = spec.network.subnets.map((id) => existingSubnet(id, children.scope));
        return { vpcId: spec.network.network, subnets, controlPlaneSubnets: subnets, ready: [] };
    }
    return createNetwork(spec, clusterName, children);
}

/** A subnet that exists already. */
export function existingSubnet(id: pulumi.Input<string>, scope: Scope): NodeSubnet {
    const { region } = scope.site;
    return {
        id,
        zone: () => ec2.getSubnetOutput({ id, region }, lookup(scope)).availabilityZone,
    };
}

/** Ids of the subnets in the zones that a pool names; of all where it names none. */
export function subnetIds(
    subnets: readonly NodeSubnet[],
    zones: readonly string[],
    pool: string,
): pulumi.Input<pulumi.Input<string>[]> {
    if (zones.length === 0) {
        return subnets.map(({ id }) => id);
    }
    return pulumi.all(subnets.map(({ id, zone }) => pulumi.all([id, zone()]))).apply((known) => {
        // No zone at all is what the mocks of a user's own tests answer.
        const chosen = known.filter(([, zone]) => !zone || zones.includes(zone)).map(([id]) => id);
        if (chosen.length === 0) {
            const present = known.map(([, zone]) => zone).join(", ");
            throw new pulumi.RunError(
                `pool '${pool}' wants ${zones.join(", ")}, but the cluster's subnets are in ${present}`,
            );
        }
        return chosen;
    });
}
