import * as pulumi from "@pulumi/pulumi";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import type * as sagemaker from "@pulumi/aws/sagemaker";
import * as vpc from "@pulumi/aws/vpc";
import { accountId } from "./account";
import type { Children } from "./children";
import type { ServerImage } from "./inferenceImages";
import { NAMES } from "./names";
import { partition } from "./partition";
import { policyDocument, serviceTrust, type Statement } from "./policies";
import { roleWith, type ReadyRole } from "./roles";

/**
 * Role of an endpoint: pull its one image, write its own logs and metrics, and be in the network where there is one.
 * The model's files are granted by their store.
 */
export function executionRole(
    logGroup: pulumi.Output<string>,
    image: ServerImage,
    inNetwork: boolean,
    children: Children,
): ReadyRole {
    const { scope } = children;
    const role = roleWith(
        "role",
        `Endpoint ${scope.name}`,
        serviceTrust("sagemaker.amazonaws.com", { StringEquals: { "aws:SourceAccount": accountId(scope) } }),
        [],
        children,
    );
    const policy = children.make("runtime", iam.RolePolicy, {
        name: scope.physicalName(NAMES.rolePolicy, "runtime"),
        role: role.name,
        policy: policyDocument(
            {
                Sid: "Logs",
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                Resource: [logGroup, pulumi.interpolate`${logGroup}:*`],
            },
            {
                Sid: "Metrics",
                Effect: "Allow",
                Action: "cloudwatch:PutMetricData",
                // The action knows no narrower resource.
                Resource: "*",
                Condition: { StringLike: { "cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"] } },
            },
            { Sid: "RegistryLogin", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
            {
                Sid: "PullImage",
                Effect: "Allow",
                Action: [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                Resource: image.repositoryArn,
            },
            ...(inNetwork ? networkStatements(scope.site.region, accountId(scope)) : []),
        ),
    });
    return { ...role, ready: [...role.ready, policy] };
}

/** Source: docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, CreateModel with a VPC. */
function networkStatements(region: string, account: pulumi.Input<string>): Statement[] {
    const arn = (kind: string) =>
        pulumi.interpolate`arn:${partition(region)}:ec2:${region}:${account}:${kind}/*`;
    return [
        {
            Sid: "DescribeNetwork",
            Effect: "Allow",
            Action: [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            Resource: "*",
        },
        {
            Sid: "AttachToNetwork",
            Effect: "Allow",
            Action: [
                "ec2:CreateNetworkInterface",
                "ec2:CreateNetworkInterfacePermission",
                "ec2:DeleteNetworkInterface",
                "ec2:DeleteNetworkInterfacePermission",
            ],
            Resource: ["network-interface", "subnet", "security-group"].map(arn),
        },
    ];
}

/** The site's network for the containers, which may call out by TLS and take nothing in; undefined without one. */
export function containerNetwork(children: Children): sagemaker.ModelArgs["vpcConfig"] {
    const { scope } = children;
    const { region, zone } = scope.site;
    if (zone.network === undefined || zone.subnets === undefined) {
        return undefined;
    }
    const tags = scope.tags();
    const group = children.make("security", ec2.SecurityGroup, {
        name: scope.physicalName(NAMES.securityGroup, "security"),
        description: `Containers of endpoint ${scope.name}`,
        vpcId: zone.network,
        region,
        tags,
    });
    children.make("security-out", vpc.SecurityGroupEgressRule, {
        securityGroupId: group.id,
        region,
        description: "AWS services",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
        tags,
    });
    return { subnets: [...zone.subnets], securityGroupIds: [group.id] };
}
