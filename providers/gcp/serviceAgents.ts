import * as projects from "@pulumi/gcp/projects";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { invokeOptions } from "./context";

/** The account that a Google service acts as in a project. It exists once `ready` is made. */
export interface ServiceAgent {
    /** Its IAM member. */
    readonly member: pulumi.Output<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    readonly ready: readonly pulumi.Resource[];
}

/** The agent of Cloud Storage. Asking for its name makes it. */
export function storageAgent(project: pulumi.Input<string>, scope: Scope): ServiceAgent {
    const { emailAddress } = storage.getProjectServiceAccountOutput({ project }, invokeOptions(scope));
    return { member: pulumi.interpolate`serviceAccount:${emailAddress}`, nodes: {}, ready: [] };
}

/** The agent of GKE. Enabling GKE makes it and gives it its role. */
export function containerAgent(
    project: pulumi.Input<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ServiceAgent {
    const agent = identity("container", project, scope, dependsOn);
    return { member: agent.member, nodes: { agent }, ready: [agent] };
}

/**
 * The agent of Vertex AI. By itself Vertex AI makes it with the first endpoint or model of a project, together with
 * its role: too late for a grant that comes before them. One that is made by name gets no role, so that is granted
 * here, and kept when it leaves the program, since everything of Vertex AI in the project needs it.
 */
export function vertexAgent(
    project: pulumi.Input<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ServiceAgent {
    const agent = identity("aiplatform", project, scope, dependsOn);
    const role = scope.child(
        "agent-role",
        projects.IAMMember,
        { project, role: "roles/aiplatform.serviceAgent", member: agent.member },
        { retainOnDelete: true },
    );
    return { member: agent.member, nodes: { agent, "agent-role": role }, ready: [agent, role] };
}

function identity(
    service: string,
    project: pulumi.Input<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): projects.ServiceIdentity {
    return scope.child(
        "agent",
        projects.ServiceIdentity,
        { project, service: `${service}.googleapis.com` },
        { dependsOn: [...dependsOn] },
    );
}
