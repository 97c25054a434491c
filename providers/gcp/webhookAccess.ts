import * as compute from "@pulumi/gcp/compute";
import type * as container from "@pulumi/gcp/container";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { projectName } from "./context";
import { NAMES } from "./names";
import type { ClusterNetwork } from "./network";
import type { NodeIdentity } from "./nodeIdentity";

/** Ports of the add-ons' webhooks and metrics servers: KEDA 6443 and 9443, KServe and Envoy Gateway 9443, cert-manager 10250. */
const PORTS = ["6443", "9443", "10250"];

/**
 * Lets the control plane reach the webhooks of the add-ons on private nodes: GKE itself opens 443 and 10250 alone,
 * and a webhook that can't be reached refuses every object (kedacore/keda-docs#384). Only in a network of our own: in
 * one that is brought, its owner decides.
 */
export function webhookAccess(
    cluster: container.Cluster,
    network: ClusterNetwork,
    identity: NodeIdentity,
    project: pulumi.Output<string>,
    scope: Scope,
): Readonly<Record<string, compute.Firewall>> {
    if (!("network" in network.nodes)) {
        return {};
    }
    const firewall = scope.child("webhooks", compute.Firewall, {
        name: projectName(scope, NAMES.network, "webhooks", project),
        project,
        network: network.network,
        direction: "INGRESS",
        // With Private Service Connect the control plane has one address and no range of its own.
        sourceRanges: cluster.privateClusterConfig.apply(({ masterIpv4CidrBlock, privateEndpoint }) => [
            masterIpv4CidrBlock || `${privateEndpoint}/32`,
        ]),
        targetServiceAccounts: [identity.account.email],
        allows: [{ protocol: "tcp", ports: PORTS }],
    });
    return { webhooks: firewall };
}
