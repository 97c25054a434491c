import * as containerservice from "@pulumi/azure-native/containerservice";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesProviderClass } from "../sdk";
import type { Scope } from "../scope";
import { child } from "./children";
import { invokeOptions } from "./context";

/** Application of every AKS cluster's API server in Microsoft Entra (learn.microsoft.com aks/kubelogin-authentication). */
const SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630";

export interface KubeconfigParts {
    readonly name: string;
    readonly endpoint: string;
    /** Base64 of the PEM. */
    readonly certificateAuthority: string;
}

/**
 * Authority that signed the API server's certificate. The cluster resource does not tell it; the kubeconfig for
 * users does, and holds no secret in its exec form. Asked for only once the cluster exists, because the name that it
 * is asked with is an output of the cluster.
 */
export function certificateAuthority(
    clusterName: pulumi.Input<string>,
    resourceGroupName: pulumi.Input<string>,
    scope: Scope,
): pulumi.Output<string> {
    const listed = containerservice.listManagedClusterUserCredentialsOutput(
        { resourceGroupName, resourceName: clusterName, format: "exec" },
        invokeOptions(scope),
    );
    return pulumi.unsecret(listed).apply(({ kubeconfigs }) => {
        const text = Buffer.from(kubeconfigs[0]?.value ?? "", "base64").toString("utf8");
        return /certificate-authority-data"?\s*:\s*"?([A-Za-z0-9+/=]+)/.exec(text)?.[1] ?? "";
    });
}

/**
 * Kubeconfig that asks `kubelogin` for a token when the cluster is contacted. It signs in with the Azure CLI's
 * session; `AAD_LOGIN_METHOD` (`workloadidentity`, `spn`, `msi`) chooses another way where there is none.
 */
export function kubeconfig({ name, endpoint, certificateAuthority: authority }: KubeconfigParts): string {
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": authority } }],
        users: [
            {
                name,
                user: {
                    exec: {
                        apiVersion: "client.authentication.k8s.io/v1beta1",
                        command: "kubelogin",
                        args: ["get-token", "--login", "azurecli", "--server-id", SERVER_ID],
                        interactiveMode: "Never",
                        provideClusterInfo: false,
                    },
                },
            },
        ],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
    });
}

/**
 * Kubernetes provider of a cluster. The identifier keeps the provider, and with it every object in the cluster, from
 * being replaced whenever the kubeconfig changes or is unknown (pulumi-kubernetes#2745).
 */
export function kubernetesProvider(
    scope: Scope,
    settings: { readonly kubeconfig: pulumi.Input<string>; readonly clusterId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
): Provider {
    return child(
        scope,
        "kubernetes",
        kubernetesProviderClass(),
        {
            kubeconfig: settings.kubeconfig,
            clusterIdentifier: settings.clusterId,
            enableServerSideApply: true,
        },
        opts,
    );
}
