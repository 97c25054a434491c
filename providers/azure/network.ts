import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../cloud";
import type { NameRule } from "../names";
import type { Scope } from "../scope";
import { child } from "./children";
import { overlaps, subnetOf } from "./cidr";
import { regionalName, type ResourceGroup } from "./context";
import { NAMES } from "./names";

/** Where a cluster's nodes are. */
export interface NodeNetwork {
    readonly subnetId: pulumi.Input<string>;
    /** Range of a network of ours; a cluster can't move to another network. */
    readonly cidr?: string;
    /** Address ranges inside the cluster; they may not overlap with the network's. */
    readonly podCidr: string;
    readonly serviceCidr: string;
    readonly dnsServiceIP: string;
    /** How nodes reach the internet. */
    readonly outboundType: "userAssignedNATGateway" | "loadBalancer";
    /** Address that nodes come from, where it is ours to know. */
    readonly egress?: pulumi.Output<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/** AKS's own default for services, 10.0.0.0/16, is also our default for networks, so neither default is taken. */
const POD_RANGES = ["10.244.0.0/16", "192.168.0.0/16", "172.24.0.0/16"];
const SERVICE_RANGES = ["172.20.0.0/16", "10.96.0.0/16"];

/** The network that is brought, or a new one. */
export function nodeNetwork(spec: ClusterSpec, scope: Scope, group: ResourceGroup): NodeNetwork {
    const brought = spec.network?.subnets[0] ?? scope.site.zone.subnets?.[0];
    if (brought !== undefined) {
        return { ...innerRanges(), subnetId: brought, outboundType: "loadBalancer", nodes: {} };
    }
    return createdNetwork(spec, scope, group);
}

function createdNetwork(spec: ClusterSpec, scope: Scope, group: ResourceGroup): NodeNetwork {
    const location = scope.site.region;
    const resourceGroupName = group.name;
    const tags = scope.tags();
    // A NAT gateway serves the subnets of one network, and an address one gateway: all three change together.
    const named = (rule: NameRule, suffix: string): string =>
        regionalName(scope, rule, suffix, spec.networkCidr);
    const vnet = child(scope, "network", network.VirtualNetwork, {
        virtualNetworkName: named(NAMES.virtualNetwork, "network"),
        resourceGroupName,
        location,
        addressSpace: { addressPrefixes: [spec.networkCidr] },
        tags,
    });
    const address = child(scope, "nat-address", network.PublicIPAddress, {
        publicIpAddressName: named(NAMES.publicIPAddress, "nat-address"),
        resourceGroupName,
        location,
        sku: { name: "Standard" },
        publicIPAllocationMethod: "Static",
        tags,
    });
    const nat = child(scope, "nat", network.NatGateway, {
        natGatewayName: named(NAMES.natGateway, "nat"),
        resourceGroupName,
        location,
        sku: { name: "Standard" },
        publicIpAddresses: [{ id: address.id }],
        idleTimeoutInMinutes: 10,
        tags,
    });
    const subnet = child(scope, "nodes", network.Subnet, {
        subnetName: scope.physicalName(NAMES.subnet, "nodes"),
        virtualNetworkName: vnet.name,
        resourceGroupName,
        addressPrefix: subnetOf(spec.networkCidr, 2, 0),
        natGateway: { id: nat.id },
        // Blobs by the backbone: no NAT charge for each GiB of weights.
        serviceEndpoints: [{ service: "Microsoft.Storage" }],
        defaultOutboundAccess: false,
    });
    const endpoints: Record<string, pulumi.Resource> =
        spec.controlPlane === "private"
            ? {
                  endpoints: child(
                      scope,
                      "endpoints",
                      network.Subnet,
                      {
                          subnetName: scope.physicalName(NAMES.subnet, "endpoints"),
                          virtualNetworkName: vnet.name,
                          resourceGroupName,
                          addressPrefix: subnetOf(spec.networkCidr, 2, 1),
                          privateEndpointNetworkPolicies: "Disabled",
                          defaultOutboundAccess: false,
                      },
                      // Two writes to one network at a time end in AnotherOperationInProgress.
                      { dependsOn: [subnet] },
                  ),
              }
            : {};
    return {
        ...innerRanges(spec.networkCidr),
        subnetId: subnet.id,
        cidr: spec.networkCidr,
        outboundType: "userAssignedNATGateway",
        egress: address.ipAddress.apply((ip) => ip ?? ""),
        nodes: { network: vnet, "nat-address": address, nat, nodes: subnet, ...endpoints },
    };
}

/** The first ranges that leave the network's alone. */
function innerRanges(cidr?: string): Pick<NodeNetwork, "podCidr" | "serviceCidr" | "dnsServiceIP"> {
    const free = (ranges: readonly string[]): string =>
        ranges.find((range) => cidr === undefined || !overlaps(range, cidr)) ?? ranges[0]!;
    const serviceCidr = free(SERVICE_RANGES);
    return {
        podCidr: free(POD_RANGES),
        serviceCidr,
        dnsServiceIP: serviceCidr.replace(/\.0\/\d+$/, ".10"),
    };
}
