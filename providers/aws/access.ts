import type * as pulumi from "@pulumi/pulumi";
import * as eks from "@pulumi/aws/eks";
import type { Children } from "./children";
import { partition } from "./partition";

/** Makes principals administrators of a cluster. */
export function clusterAdmins(
    cluster: eks.Cluster,
    admins: readonly pulumi.Input<string>[],
    children: Children,
): pulumi.Resource[] {
    const { scope } = children;
    const { region } = scope.site;
    return admins.flatMap((principalArn, index) => {
        const entry = children.make(`admin-${index}`, eks.AccessEntry, {
            clusterName: cluster.name,
            region,
            principalArn,
            type: "STANDARD",
            tags: scope.tags(),
        });
        const policy = children.make(
            `admin-${index}-policy`,
            eks.AccessPolicyAssociation,
            {
                clusterName: cluster.name,
                region,
                principalArn,
                policyArn: `arn:${partition(region)}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
                accessScope: { type: "cluster" },
            },
            { dependsOn: entry },
        );
        return [entry, policy];
    });
}
