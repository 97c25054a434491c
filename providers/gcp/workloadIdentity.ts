import * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type ServiceAccountSpec, type WorkloadIdentity } from "../concepts/identity";
import type { Scope } from "../scope";
import { projectName, projectOf } from "./context";
import { federate } from "./federation";
import { NAMES } from "./names";
import { enableServices } from "./services";

/**
 * A Google service account that a Kubernetes service account may act as: through GKE's own workload identity pool on
 * GKE, through a pool that trusts the cluster's token issuer elsewhere.
 *
 * Both go by a service account, so a grant reads the same wherever the workload runs, and services that don't take
 * federated principals take it too.
 *
 * @throws RunError when the cluster is another cloud's and its token issuer is not known, or the names of namespace and
 * service account are too long for it
 */
export function workloadIdentity(spec: ServiceAccountSpec, scope: Scope): WorkloadIdentity {
    const project = projectOf(scope);
    // A project with a cluster has what its workloads need.
    const services = isNative(spec)
        ? { nodes: {}, ready: [] }
        : enableServices(["iam", "iamcredentials", "sts"], project, scope);
    const account = identityAccount("identity", project, scope, services.ready);
    const federation = isNative(spec) ? undefined : federate(spec, account, project, scope);
    const binding = scope.child("identity-binding", serviceaccount.IAMMember, {
        serviceAccountId: account.name,
        role: "roles/iam.workloadIdentityUser",
        member: federation?.member ?? nativeMember(spec),
    });
    return {
        cloud: "gcp",
        id: account.member,
        pod: {
            ...NO_ACCESS,
            ...(federation?.pod ?? {
                serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": account.email },
            }),
            dependencies: [binding, ...(federation?.pod.dependencies ?? [])],
        },
        nodes: {
            identity: account,
            "identity-binding": binding,
            ...services.nodes,
            ...federation?.nodes,
        },
    };
}

function isNative({ cluster }: ServiceAccountSpec): boolean {
    return cluster.cloud === "gcp";
}

/** A service account for something that this program runs. */
export function identityAccount(
    suffix: string,
    project: pulumi.Output<string>,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[] = [],
): serviceaccount.Account {
    return scope.child(
        suffix,
        serviceaccount.Account,
        {
            accountId: projectName(scope, NAMES.serviceAccount, suffix, project),
            project,
            displayName: scope.childName(suffix).slice(0, 100),
            // The name is a hash of our own identity: an account of that name was made by an `up` that was interrupted.
            createIgnoreAlreadyExists: true,
        },
        { dependsOn: [...dependsOn] },
    );
}

/** The Kubernetes service account as GKE's pool names it. The reference comes after the cluster, and so the pool, exists. */
function nativeMember(spec: ServiceAccountSpec): pulumi.Output<string> {
    const clusterProject = spec.cluster.reference.apply((reference) => reference.account);
    return pulumi.interpolate`serviceAccount:${clusterProject}.svc.id.goog[${spec.namespace}/${spec.serviceAccount}]`;
}
