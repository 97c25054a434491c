import * as projects from "@pulumi/gcp/projects";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";

/** Services of Google Cloud that a new project has off, by the first label of their host. */
export type ServiceName =
    | "aiplatform"
    | "cloudresourcemanager"
    | "compute"
    | "container"
    | "containerfilesystem"
    | "iam"
    | "iamcredentials"
    | "pubsub"
    | "storagetransfer"
    | "sts";

/** Enabled services. */
export interface EnabledServices {
    /** The raw resources, by child suffix. */
    readonly nodes: Readonly<Record<string, projects.Service>>;
    /** What everything that calls one of them comes after. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * Enables what a component calls, so that its first `up` works in a new project too. One that is on already is only
 * looked up, which takes `serviceusage.services.list` and no right to enable. None is ever disabled: everything else
 * in the project would lose it too.
 */
export function enableServices(
    names: readonly ServiceName[],
    project: pulumi.Output<string>,
    scope: Scope,
): EnabledServices {
    const nodes = Object.fromEntries(
        names.map((name) => {
            const suffix = `api-${name}`;
            const service = scope.child(suffix, projects.Service, {
                project,
                service: `${name}.googleapis.com`,
                disableOnDestroy: false,
            });
            return [suffix, service] as const;
        }),
    );
    return { nodes, ready: Object.values(nodes) };
}
