import * as organizations from "@pulumi/gcp/organizations";
import * as pulumi from "@pulumi/pulumi";
import { siteProvider } from "../index";
import type { NameRule } from "../names";
import type { Scope } from "../scope";

/** The variables that @pulumi/gcp reads a project from, in its order. */
const PROJECT_VARIABLES = [
    "GOOGLE_PROJECT",
    "GOOGLE_CLOUD_PROJECT",
    "GCLOUD_PROJECT",
    "CLOUDSDK_CORE_PROJECT",
];

/** Options of an invoke that belongs to a scope: the same provider as the scope's resources. */
export function invokeOptions(scope: Scope): pulumi.InvokeOutputOptions {
    const provider = scope.site.provider ?? siteProvider(scope.site);
    return { parent: scope.component, ...(provider ? { provider } : {}) };
}

/**
 * Project that the scope's resources go to: the landing zone's, else the one of a provider given in code, else the
 * stack's, else that of who deploys.
 */
export function projectOf(scope: Scope): pulumi.Output<string> {
    const known = knownProject(scope);
    return known === undefined
        ? organizations.getClientConfigOutput(invokeOptions(scope)).project
        : pulumi.output(known);
}

/** The scope's project where it is known without asking Google. */
export function knownProject(scope: Scope): string | undefined {
    const { zone, provider } = scope.site;
    return zone.account ?? (provider ? undefined : configuredProject());
}

function configuredProject(): string | undefined {
    return (
        new pulumi.Config("gcp").get("project") ??
        PROJECT_VARIABLES.map((name) => process.env[name]).find(
            (value) => value !== undefined && value !== "",
        )
    );
}

/** Number of a project: service agents are named by it. */
export function projectNumber(project: pulumi.Input<string>, scope: Scope): pulumi.Output<string> {
    return organizations.getProjectOutput({ projectId: project }, invokeOptions(scope)).number;
}

/**
 * Physical name of a resource that is unique in a project: region and project are part of it, because a replacement
 * elsewhere exists together with its predecessor for a while.
 */
export function projectName(
    scope: Scope,
    rule: NameRule,
    suffix: string,
    project: pulumi.Input<string>,
    immutable?: unknown,
): pulumi.Output<string> {
    const region = scope.site.region;
    return pulumi
        .output(project)
        .apply((account) => scope.physicalName(rule, suffix, { account, region, immutable }));
}
