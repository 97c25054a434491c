import * as pulumi from "@pulumi/pulumi";
import type { Provider } from "@pulumi/kubernetes/provider";
import type { Scope } from "../scope";
import { kubernetesProviderClass } from "../sdk";
import type { Children } from "./children";

/** What a kubeconfig says of a cluster. */
export interface ClusterAddress {
    readonly name: pulumi.Input<string>;
    /** ARN. */
    readonly id: pulumi.Input<string>;
    readonly endpoint: pulumi.Input<string>;
    /** Base64 of the PEM. */
    readonly certificateAuthority: pulumi.Input<string>;
}

/** Whom the AWS CLI asks for a token as, where not as its surroundings say. */
export interface Caller {
    /** ARN of a role to assume. */
    readonly role?: string;
    /** Name of a profile. */
    readonly profile?: string;
}

/**
 * Who makes a site's resources, as far as is known, since who made a cluster is who can enter it: the landing zone's
 * role, or what the stack's configuration tells the default provider. The credentials of a provider that was given in
 * code can't be read.
 */
export function callerOf({ site: { provider, zone } }: Scope): Caller {
    if (provider !== undefined || zone.account !== undefined || zone.role !== undefined) {
        return zone.role === undefined ? {} : { role: zone.role };
    }
    const config = new pulumi.Config("aws");
    const profile = config.get("profile");
    const role = config.getObject<{ roleArn?: string }[]>("assumeRoles")?.at(-1)?.roleArn;
    return { ...(profile === undefined ? {} : { profile }), ...(role === undefined ? {} : { role }) };
}

/**
 * Kubeconfig that asks the AWS CLI for a token when the cluster is contacted. It holds no secret, so it may stand in
 * clear text in a state file, and it never expires.
 */
export function kubeconfig(
    cluster: ClusterAddress,
    region: string,
    { role, profile }: Caller,
): pulumi.Output<string> {
    return pulumi.output(cluster).apply(({ name, endpoint, certificateAuthority }) =>
        JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                { name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } },
            ],
            contexts: [{ name, context: { cluster: name, user: name } }],
            "current-context": name,
            users: [
                {
                    name,
                    user: {
                        exec: {
                            apiVersion: "client.authentication.k8s.io/v1beta1",
                            command: "aws",
                            args: [
                                "--region",
                                region,
                                "eks",
                                "get-token",
                                "--cluster-name",
                                name,
                                "--output",
                                "json",
                                ...(profile === undefined ? [] : ["--profile", profile]),
                                ...(role === undefined ? [] : ["--role-arn", role]),
                            ],
                        },
                    },
                },
            ],
        }),
    );
}

/**
 * Kubernetes provider for a cluster. `clusterIdentifier` is set from the first deployment on, because a provider
 * without it is replaced, with every object in the cluster, whenever its kubeconfig changes or is unknown
 * (pulumi/pulumi-kubernetes#2745).
 *
 * This file is the only one here that imports the Kubernetes SDK.
 */
export function kubernetesProvider(
    cluster: ClusterAddress,
    config: pulumi.Output<string>,
    children: Children,
): Provider {
    return children.make(
        "kubernetes",
        kubernetesProviderClass(),
        { kubeconfig: config, clusterIdentifier: cluster.id },
        // A provider is made by the engine itself, not by the site's.
        { provider: undefined },
    );
}
