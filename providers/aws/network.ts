import * as pulumi from "@pulumi/pulumi";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import * as ec2 from "@pulumi/aws/ec2";
import type { ClusterSpec } from "../cloud";
import type { Scope } from "../scope";
import { lookup } from "./account";
import type { Children } from "./children";
import { zoneRanges } from "./subnets";

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
    /** What nodes and pods need in order to reach anything, and what must outlive them. */
    readonly ready: readonly pulumi.Resource[];
}

/** Zones that EKS refuses for a control plane. Source: docs.aws.amazon.com/eks/latest/userguide/network-reqs.html. */
const REFUSED_ZONES = ["use1-az3", "usw1-az2", "cac1-az3"];

/** The network that the specification brings, or a new one. */
export function network(spec: ClusterSpec, clusterName: string, children: Children): Network {
    if (spec.network) {
        return {
            vpcId: spec.network.network,
            subnets: spec.network.subnets.map((id) => existingSubnet(id, children.scope)),
            ready: [],
        };
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
        const chosen = known.filter(([, zone]) => zones.includes(zone)).map(([id]) => id);
        if (chosen.length === 0) {
            const present = known.map(([, zone]) => zone).join(", ");
            throw new pulumi.RunError(
                `pool '${pool}' wants ${zones.join(", ")}, but the cluster's subnets are in ${present}`,
            );
        }
        return chosen;
    });
}

/**
 * A network with a private subnet in each zone, and public ones that hold nothing but NAT gateways and load
 * balancers. Objects of S3 travel through a gateway endpoint, past the NAT gateways and their price a GB.
 */
function createNetwork(spec: ClusterSpec, clusterName: string, children: Children): Network {
    const { scope } = children;
    const { region } = scope.site;
    const tagged = (suffix: string, more: Record<string, string> = {}) => ({
        region,
        tags: { ...scope.tags(), Name: scope.childName(suffix), ...more },
    });
    const vpc = children.make("network", ec2.Vpc, {
        cidrBlock: spec.networkCidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        ...tagged("network"),
    });
    const internet = children.make("internet", ec2.InternetGateway, { vpcId: vpc.id, ...tagged("internet") });
    const publicRoutes = children.make("public-routes", ec2.RouteTable, {
        vpcId: vpc.id,
        ...tagged("public-routes"),
    });
    const publicRoute = children.make("public-route", ec2.Route, {
        region,
        routeTableId: publicRoutes.id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: internet.id,
    });
    const zones = zoneNames(spec.zoneCount, children);
    const owned = { [`kubernetes.io/cluster/${clusterName}`]: "shared" };
    const gateways: ec2.NatGateway[] = [];
    const subnets: NodeSubnet[] = [];
    const privateTables: ec2.RouteTable[] = [];
    const ready: pulumi.Resource[] = [publicRoute];
    // A zone of its own for each gateway in production; elsewhere one serves all zones.
    const gatewayCount = scope.tier === "production" ? spec.zoneCount : 1;
    for (let zone = 0; zone < spec.zoneCount; zone++) {
        const at = { availabilityZone: zones[zone], vpcId: vpc.id };
        const ranges = zoneRanges(spec.networkCidr, zone);
        // The list of zones may change under us; a subnet that exists stays where it is.
        const stay = { ignoreChanges: ["availabilityZone"] };
        const outer = children.make(
            `public-${zone}`,
            ec2.Subnet,
            {
                ...at,
                cidrBlock: ranges.public,
                mapPublicIpOnLaunch: false,
                ...tagged(`public-${zone}`, { ...owned, "kubernetes.io/role/elb": "1" }),
            },
            stay,
        );
        const outerRoutes = children.make(`public-${zone}-routes`, ec2.RouteTableAssociation, {
            region,
            subnetId: outer.id,
            routeTableId: publicRoutes.id,
        });
        if (zone < gatewayCount) {
            const address = children.make(
                `nat-${zone}-address`,
                ec2.Eip,
                { domain: "vpc", ...tagged(`nat-${zone}-address`) },
                { dependsOn: internet },
            );
            gateways.push(
                children.make(
                    `nat-${zone}`,
                    ec2.NatGateway,
                    { subnetId: outer.id, allocationId: address.id, ...tagged(`nat-${zone}`) },
                    // Without a way out the gateway fails, and its address is only released after it.
                    { dependsOn: [publicRoute, outerRoutes] },
                ),
            );
        }
        const inner = children.make(
            `private-${zone}`,
            ec2.Subnet,
            {
                ...at,
                cidrBlock: ranges.private,
                ...tagged(`private-${zone}`, { ...owned, "kubernetes.io/role/internal-elb": "1" }),
            },
            stay,
        );
        const table = children.make(`private-${zone}-table`, ec2.RouteTable, {
            vpcId: vpc.id,
            ...tagged(`private-${zone}-table`),
        });
        const route = children.make(`private-${zone}-route`, ec2.Route, {
            region,
            routeTableId: table.id,
            destinationCidrBlock: "0.0.0.0/0",
            natGatewayId: gateways[Math.min(zone, gateways.length - 1)]!.id,
        });
        const routes = children.make(`private-${zone}-routes`, ec2.RouteTableAssociation, {
            region,
            subnetId: inner.id,
            routeTableId: table.id,
        });
        privateTables.push(table);
        subnets.push({ id: inner.id, zone: () => inner.availabilityZone });
        ready.push(outerRoutes, route, routes);
    }
    ready.push(
        children.make("s3-endpoint", ec2.VpcEndpoint, {
            vpcId: vpc.id,
            serviceName: `com.amazonaws.${region}.s3`,
            vpcEndpointType: "Gateway",
            routeTableIds: privateTables.map(({ id }) => id),
            ...tagged("s3-endpoint"),
        }),
    );
    return { vpcId: vpc.id, subnets, ready };
}

/**
 * Names of the first zones of the region, unknown where they can't be looked up; their number is the
 * specification's, so it never is. Local and Wavelength zones have neither NAT gateways nor control planes.
 */
function zoneNames(count: number, { scope }: Children): readonly pulumi.Output<string>[] {
    const { region } = scope.site;
    const known = getAvailabilityZonesOutput(
        {
            region,
            state: "available",
            excludeZoneIds: REFUSED_ZONES,
            filters: [{ name: "zone-type", values: ["availability-zone"] }],
        },
        lookup(scope),
    );
    return Array.from({ length: count }, (_, index) =>
        known.names.apply((names) => {
            const name = names?.[index];
            // No list at all is what the mocks of a user's own tests answer.
            if (names !== undefined && name === undefined) {
                throw new pulumi.RunError(
                    `${region} has ${names.length} zones that take a cluster, ${count} are asked for`,
                );
            }
            return name ?? "";
        }),
    );
}
