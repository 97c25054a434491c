import type * as pulumi from "@pulumi/pulumi";
import * as eks from "@pulumi/aws/eks";
import { childSuffix } from "../names";
import type { Children } from "./children";
import { partition } from "./partition";

/**
 * Makes principals administrators of a cluster.
 *
 * EKS takes one entry for a principal, so a child is named after its principal where that is plain: by its place in the
 * list, whoever follows a principal that goes would be made again while still there, and refused. An output has nothing
 * but its place.
 */
export function clusterAdmins(
    cluster: eks.Cluster,
    admins: readonly pulumi.Input<string>[],
    children: Children,
): pulumi.Resource[] {
    const { scope } = children;
    const { region } = scope.site;
    return admins.flatMap((principalArn, index) => {
        const who =
            typeof principalArn === "string"
                ? childSuffix(principalArn.split("/").pop()!, principalArn)
                : String(index);
        const entry = children.make(`admin-${who}`, eks.AccessEntry, {
            clusterName: cluster.name,
            region,
            principalArn,
            type: "STANDARD",
            tags: scope.tags(),
        });
        const policy = children.make(
            `cluster-admin-${who}`,
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
