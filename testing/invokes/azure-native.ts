import { certificate } from "../rules/aws/eks";
import type { Context } from "../rules/types";
import { stringAt } from "../values";
import type { Invoke } from "./index";

/** Azure functions that programs use to reach what they made. */
export const azureNativeInvokes: Readonly<Record<string, Invoke>> = {
    "azure-native:authorization:getClientConfig": (_, { config, uuid }) => ({
        clientId: uuid("client"),
        objectId: uuid("object"),
        subscriptionId: config.subscription,
        tenantId: config.tenant,
    }),
    "azure-native:containerservice:listManagedClusterUserCredentials": (args, context) => ({
        kubeconfigs: [
            { name: "clusterUser", value: kubeconfig(context, stringAt(args, "format") ?? "azure") },
        ],
    }),
    "azure-native:containerservice:listManagedClusterAdminCredentials": (_, context) => ({
        kubeconfigs: [{ name: "clusterAdmin", value: kubeconfig(context, "admin") }],
    }),
    "azure-native:storage:listStorageAccountKeys": (_, { hex, now }) => ({
        keys: ["key1", "key2"].map((keyName) => ({
            keyName,
            value: Buffer.from(hex(keyName, 64), "hex").toString("base64"),
            permissions: "FULL",
            creationTime: now,
        })),
    }),
};

/** The kubeconfig of a cluster that exists here, or of one that is taken to exist, in base64 as Azure sends it. */
function kubeconfig(context: Context, format: string): string {
    const name = context.physical;
    const cluster = context
        .existing("azure-native:containerservice:ManagedCluster")
        .find((each) => each.outputs.name === name);
    const server = `https://${stringAt(cluster?.outputs, "fqdn") ?? `${name}.hcp.${context.region}.azmk8s.io`}:443`;
    const user =
        format === "exec"
            ? {
                  exec: {
                      apiVersion: "client.authentication.k8s.io/v1beta1",
                      command: "kubelogin",
                      args: [
                          "get-token",
                          "--server-id",
                          "6dae42f8-4368-4678-94ff-3960e28e3630",
                          "--login",
                          "azurecli",
                      ],
                      provideClusterInfo: false,
                  },
              }
            : { token: context.hex("token", 64) };
    const config = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server, "certificate-authority-data": certificate(context) } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
        users: [{ name, user }],
    };
    return Buffer.from(JSON.stringify(config)).toString("base64");
}
