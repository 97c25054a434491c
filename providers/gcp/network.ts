import * as compute from "@pulumi/gcp/compute";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../concepts/cluster";
import type { Scope } from "../scope";
import { splitRange } from "./addressRanges";
import { projectName } from "./context";
import { NAMES } from "./names";

/** Names of the secondary ranges of a created subnet. */
const POD_RANGE = "pods";
const SERVICE_RANGE = "services";

/** What a cluster needs of its network, created or brought. */
export interface ClusterNetwork {
    readonly network: pulumi.Input<string>;
    readonly subnet: pulumi.Input<string>;
    /** Absent where GKE adds the range to the subnet itself. */
    readonly podRange?: pulumi.Input<string>;
    readonly serviceRange?: pulumi.Input<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    /** What must exist before nodes start, and go after them: the way out to registries. */
    readonly ready: readonly pulumi.Resource[];
}

/** The network of a cluster: brought by the program, else by the landing zone, else created. */
export function clusterNetwork(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ClusterNetwork {
    const { network, subnets } = scope.site.zone;
    const brought = spec.network ?? (network === undefined ? undefined : { network, subnets: subnets ?? [] });
    if (brought === undefined) {
        return createNetwork(spec, project, scope, dependsOn);
    }
    const subnet = brought.subnets[0];
    if (subnet === undefined) {
        throw new pulumi.RunError(
            `'${scope.name}' brings a network without a subnet: name the subnet that nodes run in.`,
        );
    }
    return {
        network: brought.network,
        subnet,
        ...("podRange" in brought && brought.podRange !== undefined ? { podRange: brought.podRange } : {}),
        ...("serviceRange" in brought && brought.serviceRange !== undefined
            ? { serviceRange: brought.serviceRange }
            : {}),
        nodes: {},
        ready: [],
    };
}

/**
 * A network of its own: one subnet of the region with ranges for nodes, pods and services, Private Google Access so
 * that models come from Cloud Storage without NAT charges, and NAT for everything else. Subnets span all zones of a
 * region, so the number of zones has no part in it.
 */
function createNetwork(
    spec: ClusterSpec,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ClusterNetwork {
    const region = scope.site.region;
    const ranges = splitRange(spec.networkCidr);
    const name = (suffix: string): pulumi.Output<string> =>
        projectName(scope, NAMES.network, suffix, project);
    const network = scope.child(
        "network",
        compute.Network,
        { name: name("network"), project, autoCreateSubnetworks: false, routingMode: "REGIONAL" },
        { dependsOn: [...dependsOn] },
    );
    const subnet = scope.child("subnet", compute.Subnetwork, {
        name: name("subnet"),
        project,
        region,
        network: network.id,
        ipCidrRange: ranges.nodes,
        secondaryIpRanges: [
            { rangeName: POD_RANGE, ipCidrRange: ranges.pods },
            { rangeName: SERVICE_RANGE, ipCidrRange: ranges.services },
        ],
        privateIpGoogleAccess: true,
    });
    const router = scope.child("router", compute.Router, {
        name: name("router"),
        project,
        region,
        network: network.id,
    });
    const nat = scope.child("nat", compute.RouterNat, {
        name: name("nat"),
        project,
        region,
        router: router.name,
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
        subnetworks: [{ name: subnet.id, sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
        // The default of 64 ports for a VM is used up by one image pull with several layers.
        enableDynamicPortAllocation: true,
        enableEndpointIndependentMapping: false,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
    return {
        network: network.id,
        subnet: subnet.id,
        podRange: POD_RANGE,
        serviceRange: SERVICE_RANGE,
        nodes: { network, subnet, router, nat },
        ready: [nat],
    };
}
