import * as projects from "@pulumi/gcp/projects";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { identityAccount } from "./workloadIdentity";

/** What nodes run as. */
export interface NodeIdentity {
    readonly account: serviceaccount.Account;
    /** Rights that nodes need before they start. */
    readonly grants: readonly pulumi.Resource[];
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * Logs, metrics and autoscaling of a node, and images from the project's own registry. Image streaming wants the last
 * one: without it pods don't start (terraform-google-modules/terraform-google-kubernetes-engine#2251).
 */
const NODE_ROLES = {
    "node-role": "roles/container.defaultNodeServiceAccount",
    "node-registry": "roles/artifactregistry.reader",
    "node-streaming": "roles/serviceusage.serviceUsageConsumer",
};

/** A service account for nodes, in place of the project's default one, which is an editor of the whole project. */
export function nodeIdentity(
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[] = [],
): NodeIdentity {
    const account = identityAccount("node-identity", project, scope, dependsOn);
    const grants = Object.entries(NODE_ROLES).map(
        ([suffix, role]) =>
            [
                suffix,
                scope.child(suffix, projects.IAMMember, { project, role, member: account.member }),
            ] as const,
    );
    return {
        account,
        grants: grants.map(([, resource]) => resource),
        nodes: { "node-identity": account, ...Object.fromEntries(grants) },
    };
}
