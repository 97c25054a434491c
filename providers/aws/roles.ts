import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import { accountId } from "./account";
import type { Children } from "./children";
import { NAMES } from "./names";
import { managedPolicy, partition } from "./partition";
import { policyDocument, serviceTrust } from "./policies";

/** What the network plugin may do. */
export const CNI_POLICY = "AmazonEKS_CNI_Policy";

/** A role with what makes it work: whoever uses it waits for all of it. */
export interface ReadyRole {
    readonly arn: pulumi.Output<string>;
    readonly name: pulumi.Output<string>;
    readonly ready: readonly pulumi.Resource[];
}

/** A role with policies that AWS manages, by their names. */
export function roleWith(
    suffix: string,
    description: string,
    trust: pulumi.Output<string>,
    policies: readonly string[],
    children: Children,
): ReadyRole {
    const { scope } = children;
    const role = children.make(suffix, iam.Role, {
        name: scope.physicalName(NAMES.role, suffix),
        description,
        assumeRolePolicy: trust,
        tags: scope.tags(),
    });
    const attachments = policies.map((policy) =>
        children.make(`${suffix}-${policy.split("/").pop()}`, iam.RolePolicyAttachment, {
            role: role.name,
            policyArn: managedPolicy(scope.site.region, policy),
        }),
    );
    return { arn: role.arn, name: role.name, ready: [role, ...attachments] };
}

/**
 * Role of a control plane, which no other cluster's can take.
 * Source of the conditions: docs.aws.amazon.com/eks/latest/userguide/cross-service-confused-deputy-prevention.html.
 */
export function controlPlaneRole(
    clusterName: string,
    key: pulumi.Input<string> | undefined,
    children: Children,
): ReadyRole {
    const { scope } = children;
    const { region } = scope.site;
    const account = accountId(scope);
    const role = roleWith(
        "control-plane-role",
        `Control plane of ${scope.name}`,
        serviceTrust("eks.amazonaws.com", {
            StringEquals: { "aws:SourceAccount": account },
            ArnLike: {
                "aws:SourceArn": pulumi.interpolate`arn:${partition(region)}:eks:${region}:${account}:cluster/${clusterName}`,
            },
        }),
        ["AmazonEKSClusterPolicy"],
        children,
    );
    if (key === undefined) {
        return role;
    }
    const policy = children.make("control-plane-key", iam.RolePolicy, {
        name: scope.physicalName(NAMES.rolePolicy, "control-plane-key"),
        role: role.name,
        policy: policyDocument({
            Effect: "Allow",
            Action: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
            Resource: key,
        }),
    });
    return { ...role, ready: [...role.ready, policy] };
}

/**
 * Role of the nodes: join the cluster and pull images, nothing else. The network plugin has a role of its own, so
 * no pod that gets hold of a node's credentials can rearrange the network.
 *
 * @param more further policies of AWS, by name
 */
export function nodeRole(children: Children, more: readonly string[] = []): ReadyRole {
    const china = partition(children.scope.site.region) === "aws-cn";
    return roleWith(
        "node-role",
        `Nodes of ${children.scope.name}`,
        serviceTrust(china ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com"),
        ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", ...more],
        children,
    );
}
