import * as pulumi from "@pulumi/pulumi";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import * as ec2 from "@pulumi/aws/ec2";
import type { ClusterSpec } from "../cloud";
import { lookup } from "./account";
import type { Children } from "./children";
import type { Network, NodeSubnet } from "./network";
import { zoneRanges } from "./subnets";
import { TIER_DEFAULTS } from "../tier";

/** Zones that EKS refuses for a control plane. Source: docs.aws.amazon.com/eks/latest/userguide/network-reqs.html. */
const REFUSED_ZONES = ["use1-az3", "usw1-az2", "cac1-az3"];

/**
 * Zones of the control plane's interfaces: the fewest that EKS takes. It refuses a zone that was not there when the
 * cluster was made (aws/containers-roadmap#2330), so they must not follow the number of zones, which a tier changes.
 */
const CONTROL_PLANE_ZONES = 2;

const EVERYWHERE = "0.0.0.0/0";

/** A network's children, with what all of them share. */
interface Layout {
    readonly children: Children;
    readonly vpcId: pulumi.Output<string>;
    readonly region: string;
    readonly cidr: string;
    readonly tags: (suffix: string, role?: string) => Record<string, string>;
}

/** The public side: where NAT gateways and load balancers stand. */
interface PublicSide {
    readonly internet: ec2.InternetGateway;
    readonly routes: ec2.RouteTable;
    readonly route: ec2.Route;
}

/**
 * A network with a private subnet in each zone, and public ones that hold nothing but NAT gateways and load
 * balancers. Objects of S3 travel through a gateway endpoint, past the NAT gateways and their price a GB.
 */
export function createNetwork(spec: ClusterSpec, clusterName: string, children: Children): Network {
    const { scope } = children;
    const { region } = scope.site;
    const tags: Layout["tags"] = (suffix, role) => ({
        ...scope.tags(),
        Name: scope.childName(suffix),
        ...(role === undefined ? {} : { [`kubernetes.io/cluster/${clusterName}`]: "shared", [role]: "1" }),
    });
    const vpc = children.make("network", ec2.Vpc, {
        cidrBlock: spec.networkCidr,
        enableDnsSupport: true,
        enableDnsHostnames: true,
        region,
        tags: tags("network"),
    });
    const layout: Layout = { children, vpcId: vpc.id, region, cidr: spec.networkCidr, tags };
    const outside = publicSide(layout);
    const names = zoneNames(spec.zoneCount, children);
    // A gateway in each zone in production; elsewhere one serves all zones.
    const gatewayCount = TIER_DEFAULTS[scope.tier].natPerZone ? spec.zoneCount : 1;
    const outer = names.map((name, zone) => publicSubnet(layout, outside, zone, name));
    const gateways = outer
        .slice(0, gatewayCount)
        .map((subnet, zone) => natGateway(layout, outside, zone, subnet));
    const inner = names.map((name, zone) =>
        privateSubnet(layout, zone, name, gateways[Math.min(zone, gateways.length - 1)]!),
    );
    const endpoint = children.make("s3-endpoint", ec2.VpcEndpoint, {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: inner.map(({ table }) => table.id),
        region,
        tags: tags("s3-endpoint"),
    });
    const subnets = inner.map(({ subnet }) => subnet);
    return {
        vpcId: vpc.id,
        subnets,
        controlPlaneSubnets: subnets.slice(0, CONTROL_PLANE_ZONES),
        ready: [
            outside.route,
            ...outer.map(({ association }) => association),
            ...inner.flatMap(({ ready }) => ready),
            endpoint,
        ],
    };
}

function publicSide({ children, vpcId, region, tags }: Layout): PublicSide {
    const internet = children.make("internet", ec2.InternetGateway, {
        vpcId,
        region,
        tags: tags("internet"),
    });
    const routes = children.make("public-routes", ec2.RouteTable, {
        vpcId,
        region,
        tags: tags("public-routes"),
    });
    const route = children.make("public-route", ec2.Route, {
        region,
        routeTableId: routes.id,
        destinationCidrBlock: EVERYWHERE,
        gatewayId: internet.id,
    });
    return { internet, routes, route };
}

interface PublicSubnet {
    readonly subnet: ec2.Subnet;
    readonly association: ec2.RouteTableAssociation;
}

function publicSubnet(
    { children, vpcId, region, cidr, tags }: Layout,
    outside: PublicSide,
    zone: number,
    availabilityZone: pulumi.Input<string>,
): PublicSubnet {
    const subnet = children.make(
        `public-${zone}`,
        ec2.Subnet,
        {
            vpcId,
            region,
            availabilityZone,
            cidrBlock: zoneRanges(cidr, zone).public,
            mapPublicIpOnLaunch: false,
            tags: tags(`public-${zone}`, "kubernetes.io/role/elb"),
        },
        STAY,
    );
    const association = children.make(`public-${zone}-routes`, ec2.RouteTableAssociation, {
        region,
        subnetId: subnet.id,
        routeTableId: outside.routes.id,
    });
    return { subnet, association };
}

/** The list of zones may change under us; a subnet that exists stays where it is. */
const STAY: pulumi.CustomResourceOptions = { ignoreChanges: ["availabilityZone"] };

function natGateway(
    { children, region, tags }: Layout,
    outside: PublicSide,
    zone: number,
    { subnet, association }: PublicSubnet,
): ec2.NatGateway {
    const address = children.make(
        `nat-${zone}-address`,
        ec2.Eip,
        { domain: "vpc", region, tags: tags(`nat-${zone}-address`) },
        { dependsOn: outside.internet },
    );
    return children.make(
        `nat-${zone}`,
        ec2.NatGateway,
        { subnetId: subnet.id, allocationId: address.id, region, tags: tags(`nat-${zone}`) },
        // Without a way out the gateway fails; and the way must not go before the gateway's address does.
        { dependsOn: [outside.route, association] },
    );
}

/** A table of its own for each zone, so that a change in the number of gateways changes a route and nothing else. */
function privateSubnet(
    { children, vpcId, region, cidr, tags }: Layout,
    zone: number,
    availabilityZone: pulumi.Input<string>,
    gateway: ec2.NatGateway,
): { subnet: NodeSubnet; table: ec2.RouteTable; ready: pulumi.Resource[] } {
    const subnet = children.make(
        `private-${zone}`,
        ec2.Subnet,
        {
            vpcId,
            region,
            availabilityZone,
            cidrBlock: zoneRanges(cidr, zone).private,
            tags: tags(`private-${zone}`, "kubernetes.io/role/internal-elb"),
        },
        STAY,
    );
    const table = children.make(`private-${zone}-table`, ec2.RouteTable, {
        vpcId,
        region,
        tags: tags(`private-${zone}-table`),
    });
    const route = children.make(`private-${zone}-route`, ec2.Route, {
        region,
        routeTableId: table.id,
        destinationCidrBlock: EVERYWHERE,
        natGatewayId: gateway.id,
    });
    const association = children.make(`private-${zone}-routes`, ec2.RouteTableAssociation, {
        region,
        subnetId: subnet.id,
        routeTableId: table.id,
    });
    return {
        subnet: { id: subnet.id, zone: () => subnet.availabilityZone },
        table,
        ready: [route, association],
    };
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
