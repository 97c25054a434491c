import type * as pulumi from "@pulumi/pulumi";
import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import type { Scope } from "../scope";
import { lookup } from "./account";
import type { Children } from "./children";
import { NAMES } from "./names";
import { arnAccount, partition } from "./partition";
import { podTrust } from "./podTrust";
import { policyDocument, type Statement } from "./policies";
import { CNI_POLICY, roleWith, type ReadyRole } from "./roles";

/** Who an add-on of AWS acts as. */
interface AddOnRole {
    readonly serviceAccount: string;
    readonly namespace: string;
    readonly policy: string;
}

/** An add-on that EKS installs. */
interface EksAddOn {
    readonly name: string;
    /** AWS's community add-ons are in its public partition alone (eksctl-io/eksctl#8146). */
    readonly community?: true;
    readonly role?: AddOnRole;
    /** Settings in the add-on's own schema. */
    readonly settings?: (tags: Readonly<Record<string, string>>) => Record<string, unknown>;
}

/** What a node needs before it can be ready. Created before the first node, so deleted after the last. */
const BEFORE_NODES: readonly EksAddOn[] = [
    { name: "eks-pod-identity-agent" },
    { name: "kube-proxy" },
    {
        name: "vpc-cni",
        role: { serviceAccount: "aws-node", namespace: "kube-system", policy: CNI_POLICY },
    },
];

/** What runs as ordinary pods, and is degraded until it finds a node. */
const AFTER_NODES: readonly EksAddOn[] = [
    { name: "coredns" },
    { name: "metrics-server", community: true },
    {
        name: "aws-ebs-csi-driver",
        role: {
            serviceAccount: "ebs-csi-controller-sa",
            namespace: "kube-system",
            policy: "service-role/AmazonEBSCSIDriverPolicy",
        },
        // Volumes of claims bear neither the cluster's tags nor the add-on's.
        settings: (tags) => ({ controller: { extraVolumeTags: driverTags(tags) } }),
    },
];

/**
 * Add-ons that must be there before nodes: the network plugin is also what removes its interfaces from a node that
 * goes, and a network plugin deleted before its nodes leaves interfaces that block the security group
 * (pulumi/pulumi-eks#1226).
 */
export function addOnsBeforeNodes(cluster: eks.Cluster, children: Children): pulumi.Resource[] {
    const [agent, ...others] = BEFORE_NODES;
    const first = addOn(agent!, cluster, [], children);
    return [first, ...others.map((entry) => addOn(entry, cluster, [first], children))];
}

/** Add-ons that wait for a node to run on. */
export function addOnsAfterNodes(
    cluster: eks.Cluster,
    nodes: readonly pulumi.Resource[],
    children: Children,
): pulumi.Resource[] {
    const isPublic = partition(children.scope.site.region) === "aws";
    return AFTER_NODES.filter(({ community }) => isPublic || !community).map((entry) =>
        addOn(entry, cluster, nodes, children),
    );
}

function addOn(
    entry: EksAddOn,
    cluster: eks.Cluster,
    after: readonly pulumi.Resource[],
    children: Children,
): eks.Addon {
    const { scope } = children;
    const role = entry.role && addOnRole(entry.name, entry.role, cluster, children);
    return children.make(
        entry.name,
        eks.Addon,
        {
            clusterName: cluster.name,
            region: scope.site.region,
            addonName: entry.name,
            addonVersion: defaultVersion(entry.name, cluster, scope),
            resolveConflictsOnCreate: "OVERWRITE",
            resolveConflictsOnUpdate: "OVERWRITE",
            ...(entry.role && role
                ? {
                      podIdentityAssociations: [
                          { serviceAccount: entry.role.serviceAccount, roleArn: role.arn },
                      ],
                  }
                : {}),
            ...(entry.settings ? { configurationValues: JSON.stringify(entry.settings(scope.tags())) } : {}),
            tags: scope.tags(),
        },
        { dependsOn: [...after, ...(role?.ready ?? [])] },
    );
}

/**
 * The version that EKS holds for the cluster's own version. EKS never moves an add-on by itself: without a version the
 * first would stay through every upgrade of the cluster, and kube-proxy may be three minor versions behind at most
 * (docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html). A table here would go stale instead, and differ
 * by region.
 */
function defaultVersion(addonName: string, cluster: eks.Cluster, scope: Scope): pulumi.Output<string> {
    const { region } = scope.site;
    return eks.getAddonVersionOutput({ addonName, kubernetesVersion: cluster.version, region }, lookup(scope))
        .version;
}

/** The tags that the driver takes: it reads them from one argument of its command line, divided by `,` and `=`. */
function driverTags(tags: Readonly<Record<string, string>>): Record<string, string> {
    const legible = /^[\w.:/@+-]+$/;
    return Object.fromEntries(Object.entries(tags).filter((tag) => tag.every((text) => legible.test(text))));
}

function addOnRole(
    name: string,
    { policy, ...account }: AddOnRole,
    cluster: eks.Cluster,
    children: Children,
): ReadyRole {
    return roleWith(
        `${name}-role`,
        `Add-on ${name} of ${children.scope.name}`,
        podTrust({ clusterName: cluster.name, account: accountOf(cluster), ...account }),
        [policy],
        children,
    );
}

const accountOf = (cluster: eks.Cluster): pulumi.Output<string> => cluster.arn.apply(arnAccount);

/** Service account of the cluster autoscaler's chart. */
const AUTOSCALER = { namespace: "kube-system", serviceAccount: "cluster-autoscaler" };

/**
 * Permissions of the add-ons that are installed into the cluster and call AWS.
 *
 * That is the cluster autoscaler alone: KEDA's triggers here read from the cluster's own metrics, never from AWS.
 */
export function addOnIdentities(
    cluster: eks.Cluster,
    clusterName: string,
    addOns: readonly string[],
    agent: readonly pulumi.Resource[],
    children: Children,
): pulumi.Resource[] {
    if (!addOns.includes("clusterAutoscaler")) {
        return [];
    }
    const { scope } = children;
    const { region } = scope.site;
    const account = accountOf(cluster);
    const role = roleWith(
        "autoscaler-role",
        `Cluster autoscaler of ${scope.name}`,
        podTrust({ clusterName: cluster.name, account, ...AUTOSCALER }),
        [],
        children,
    );
    const nodeGroups = account.apply(
        (id) => `arn:${partition(region)}:eks:${region}:${id}:nodegroup/${clusterName}/*`,
    );
    const policy = children.make("autoscaler-policy", iam.RolePolicy, {
        name: scope.physicalName(NAMES.rolePolicy, "autoscaler"),
        role: role.name,
        policy: policyDocument(...autoscalerStatements(clusterName, nodeGroups)),
    });
    const association = children.make(
        "autoscaler-association",
        eks.PodIdentityAssociation,
        {
            clusterName: cluster.name,
            region,
            ...AUTOSCALER,
            roleArn: role.arn,
            tags: scope.tags(),
        },
        { dependsOn: [...agent] },
    );
    return [policy, association];
}

/** Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/aws/README.md, changes limited to this cluster's groups. */
function autoscalerStatements(clusterName: string, nodeGroups: pulumi.Input<string>): Statement[] {
    return [
        {
            Sid: "Describe",
            Effect: "Allow",
            Action: [
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "autoscaling:DescribeTags",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
            ],
            // None of these actions knows a narrower resource.
            Resource: "*",
        },
        {
            // Labels and taints of a group that is scaled to zero.
            Sid: "DescribeNodeGroups",
            Effect: "Allow",
            Action: "eks:DescribeNodegroup",
            Resource: nodeGroups,
        },
        {
            Sid: "Scale",
            Effect: "Allow",
            Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
            Resource: "*",
            // EKS puts this tag on the groups of managed nodes itself.
            Condition: {
                StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned" },
            },
        },
    ];
}
