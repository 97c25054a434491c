import type * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import type { Children } from "./children";
import { NAMES } from "./names";
import { managedPolicy, partition } from "./partition";
import { policyDocument, serviceTrust } from "./policies";

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

/** Role of the control plane. */
export function controlPlaneRole(key: pulumi.Input<string> | undefined, children: Children): ReadyRole {
    const role = roleWith(
        "control-plane-role",
        `Control plane of ${children.scope.name}`,
        serviceTrust("eks.amazonaws.com"),
        ["AmazonEKSClusterPolicy"],
        children,
    );
    if (key === undefined) {
        return role;
    }
    const policy = children.make("control-plane-key", iam.RolePolicy, {
        name: children.scope.physicalName(NAMES.rolePolicy, "control-plane-key"),
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
 */
export function nodeRole(children: Children): ReadyRole {
    const china = partition(children.scope.site.region) === "aws-cn";
    return roleWith(
        "node-role",
        `Nodes of ${children.scope.name}`,
        serviceTrust(china ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com"),
        ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"],
        children,
    );
}
