import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesProviderClass } from "../sdk";
import type { Scope } from "../scope";

/** Where and how a cluster is reached. */
export interface ClusterAddress {
    /** `projects/P/locations/L/clusters/C`. */
    readonly id: string;
    readonly name: string;
    /** Host or IP address of the control plane. */
    readonly endpoint: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
}

/**
 * A kubeconfig without a secret: whoever uses it calls Google's credential helper with their own identity, so it can
 * be stored and does not expire.
 */
export function kubeconfig(address: ClusterAddress): string {
    const context = address.name;
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name: context,
                cluster: {
                    server: `https://${address.endpoint}`,
                    "certificate-authority-data": address.certificateAuthority,
                },
            },
        ],
        contexts: [{ name: context, context: { cluster: context, user: context } }],
        "current-context": context,
        users: [
            {
                name: context,
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "gke-gcloud-auth-plugin",
                        installHint:
                            "Install gke-gcloud-auth-plugin: gcloud components install gke-gcloud-auth-plugin",
                        provideClusterInfo: true,
                        interactiveMode: "Never",
                    },
                },
            },
        ],
    });
}

/**
 * A Kubernetes provider for the cluster. Nothing is contacted until it has a resource to make.
 *
 * `clusterIdentifier` is known before the cluster exists and never changes: without it, a kubeconfig that changes or
 * is unknown replaces the provider and all that was made with it (pulumi/pulumi-kubernetes#2745, #4019).
 */
export function clusterProvider(
    config: pulumi.Input<string>,
    clusterIdentifier: pulumi.Input<string>,
    scope: Scope,
    opts: pulumi.CustomResourceOptions = {},
): Provider {
    return scope.child(
        "kubernetes",
        kubernetesProviderClass(),
        { kubeconfig: config, clusterIdentifier },
        // The site's provider is Google Cloud's and no provider of a provider.
        { provider: undefined, ...opts },
    );
}
