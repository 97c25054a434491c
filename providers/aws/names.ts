import type { NameRule } from "../names";

/**
 * How AWS names are made, per resource.
 *
 * | resource | name |
 * |---|---|
 * | bucket | hash of account and region: the name space is the world's, and a move must not meet the old bucket |
 * | role, cluster, launch template, endpoint, alarm, scaling policy, security group, placement group | fixed: nothing that may change replaces them, and an interrupted `up` meets what it made |
 * | node group, endpoint configuration | prefix, the rest left to the provider: replaced while the old one serves (hashicorp/terraform-provider-aws#40048, pulumi/pulumi-eks#491) |
 * | model | left to the engine, within the rule below, for the same reason |
 */
export const NAMES = {
    bucket: {
        maxLength: 63,
        minLength: 3,
        characters: "dns",
        shared: true,
        source: "docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
    },
    role: {
        maxLength: 64,
        characters: "mixed",
        shared: true,
        source: "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    },
    rolePolicy: {
        maxLength: 128,
        characters: "mixed",
        source: "docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    },
    cluster: {
        maxLength: 100,
        characters: "mixed",
        shared: true,
        source: "@pulumi/aws eks.Cluster: 1-100, ^[0-9A-Za-z][A-Za-z0-9\\-_]*$",
    },
    // 63 less the 26 characters that the provider appends to a prefix, less our hyphen.
    nodeGroupPrefix: {
        maxLength: 36,
        characters: "mixed",
        source: "@pulumi/aws eks.NodeGroup: 63, starts with a letter or digit",
    },
    launchTemplate: {
        maxLength: 128,
        minLength: 3,
        characters: "mixed",
        shared: true,
        source: "docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html",
    },
    placementGroup: {
        maxLength: 255,
        characters: "mixed",
        shared: true,
        source: "docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html",
    },
    securityGroup: {
        maxLength: 255,
        characters: "mixed",
        shared: true,
        source: "docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html",
    },
    endpoint: {
        maxLength: 63,
        characters: "dns",
        shared: true,
        source: "hashicorp/terraform-provider-aws internal/service/sagemaker/validate.go: ^[0-9A-Za-z](-*[0-9A-Za-z]){0,62}",
    },
    // 63 less 26, less our hyphen.
    endpointConfigurationPrefix: {
        maxLength: 36,
        characters: "dns",
        source: "hashicorp/terraform-provider-aws internal/service/sagemaker/validate.go: namePrefix",
    },
    model: {
        maxLength: 63,
        characters: "dns",
        shared: true,
        source: "hashicorp/terraform-provider-aws internal/service/sagemaker/validate.go",
    },
    scalingPolicy: {
        maxLength: 256,
        characters: "mixed",
        source: "docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
    },
    alarm: {
        maxLength: 255,
        characters: "mixed",
        shared: true,
        source: "docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    },
} as const satisfies Record<string, NameRule>;
