import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import type { ClusterHandle } from "../cloud";
import type { Scope } from "../scope";
import { lookup } from "./account";

/** Tags that name one component, which a resource shared by several can't carry. */
const OWN_TAGS = ["component", "model"];

const trusted = new WeakMap<pulumi.Resource, Map<string, iam.OpenIdConnectProvider>>();

/**
 * AWS's trust in a cluster's token issuer.
 *
 * An account takes one such provider for each URL and refuses the second (EntityAlreadyExists), so all workloads of
 * a cluster share one per account. It stands under the cluster's Kubernetes provider and bears its name, not the
 * first workload's: the order of workloads in the program, and the removal of any, must not move it.
 *
 * Two stacks that trust one issuer in one account meet the same refusal; the second imports the first's.
 */
export function trustedIssuer(
    cluster: ClusterHandle,
    issuer: pulumi.Output<string>,
    audience: string,
    scope: Scope,
): iam.OpenIdConnectProvider {
    const parent = cluster.provider;
    const account = scope.site.zone.account ?? "";
    const known = trusted.get(parent) ?? new Map<string, iam.OpenIdConnectProvider>();
    trusted.set(parent, known);
    const existing = known.get(account);
    if (existing) {
        return existing;
    }
    const { provider } = lookup(scope);
    const tags = Object.entries(scope.tags()).filter(([key]) => !OWN_TAGS.includes(key));
    const made = new iam.OpenIdConnectProvider(
        [logicalName(parent), "aws-issuer", account].filter(Boolean).join("-"),
        { url: issuer, clientIdLists: [audience], tags: Object.fromEntries(tags) },
        { parent, ...(provider ? { provider } : {}) },
    );
    known.set(account, made);
    return made;
}

/** The SDK keeps the name out of its declarations, but its own URN computation depends on it. */
function logicalName(resource: pulumi.Resource): string {
    return (resource as unknown as { __name?: string }).__name ?? "cluster";
}
