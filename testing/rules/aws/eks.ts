import type { Failure } from "../../check";
import { isUnknown, stringAt, valueAt, valuesAt, type Values } from "../../values";
import type { Context, Rule, Rules } from "../types";
import { arn } from "./shared";

const clusters = "aws:eks/cluster:Cluster";

/**
 * EKS Auto Mode: compute, load balancing and block storage are switched together, bootstrapSelfManagedAddons
 * must be false, and nodeRoleArn goes with built-in node pools (cloud-mapping 1.2; pulumi-aws#4885).
 */
function autoMode(inputs: Values): Failure[] {
    const flags = [
        "computeConfig.enabled",
        "kubernetesNetworkConfig.elasticLoadBalancing.enabled",
        "storageConfig.blockStorage.enabled",
    ].map((path) => valueAt(inputs, path));
    if (flags.some((each) => isUnknown(each))) {
        return [];
    }
    const failures: Failure[] = [];
    const on = flags.map((each) => each === true);
    if (on.some(Boolean) && !on.every(Boolean)) {
        failures.push({
            property: "computeConfig.enabled",
            reason: "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and storage_config.block_storage.enabled must all be set to either true or false",
        });
    }
    if (on.every(Boolean) && valueAt(inputs, "bootstrapSelfManagedAddons") !== false) {
        failures.push({ property: "bootstrapSelfManagedAddons", reason: "must be false with EKS Auto Mode" });
    }
    const pools = valuesAt(inputs, "computeConfig.nodePools[*]").length > 0;
    if (valueAt(inputs, "computeConfig.nodeRoleArn") !== undefined && !pools) {
        failures.push({
            property: "computeConfig.nodeRoleArn",
            reason: "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
        });
    }
    return failures;
}

/** What EKS chooses where the program says nothing. */
const serviceDefaults = {
    kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "10.100.0.0/16" },
    accessConfig: { authenticationMode: "CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: true },
    upgradePolicy: { supportType: "EXTENDED" },
};

/** A thing inside a cluster: it needs the cluster if the cluster is one of ours and is gone. */
function inCluster(rule: Rule): Rule {
    return {
        ...rule,
        refuse: (context) => {
            const name = stringAt(context.inputs, "clusterName");
            const authentication = context
                .existing(clusters)
                .filter((each) => each.id === name)
                .map((each) => stringAt(each.inputs, "accessConfig.authenticationMode") ?? "CONFIG_MAP")[0];
            const usesAccessEntries = context.type.includes("/access");
            return usesAccessEntries && authentication === "CONFIG_MAP"
                ? "InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."
                : rule.refuse?.(context);
        },
    };
}

/** Add-on configuration is JSON or YAML; what looks like JSON must be it. */
function addonConfiguration(inputs: Values): Failure[] {
    const text = stringAt(inputs, "configurationValues") ?? "";
    if (!/^\s*[[{]/.test(text)) {
        return [];
    }
    try {
        JSON.parse(text);
        return [];
    } catch {
        return [
            { property: "configurationValues", reason: "ConfigurationValue is not in the correct format" },
        ];
    }
}

const joined = (...properties: string[]) => {
    return (context: Context) =>
        properties.map((each) => stringAt(context.inputs, each) ?? context.name).join("#");
};

export const eks: Rules = {
    [clusters]: {
        source: "SDK eks/cluster.d.ts (name pattern); EKS API CreateCluster, DeleteCluster; cloud-mapping 1.2",
        name: {
            property: "name",
            min: 1,
            max: 100,
            pattern: /^[0-9A-Za-z][\w-]*$/,
            say: "letters, digits, _ and -, beginning with a letter or digit",
            taken: (name) => `ResourceInUseException: Cluster already exists with name: ${name}`,
        },
        replaces: [
            "name",
            "roleArn",
            "region",
            "bootstrapSelfManagedAddons",
            "outpostConfig",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "kubernetesNetworkConfig.ipFamily",
            "kubernetesNetworkConfig.serviceIpv4Cidr",
            "encryptionConfig.resources",
        ],
        allowed: {
            "accessConfig.authenticationMode": ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"],
            "kubernetesNetworkConfig.ipFamily": ["ipv4", "ipv6"],
            "upgradePolicy.supportType": ["STANDARD", "EXTENDED"],
            "enabledClusterLogTypes[*]": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
            "encryptionConfig.resources[*]": ["secrets"],
            "computeConfig.nodePools[*]": ["general-purpose", "system"],
        },
        length: { "vpcConfig.subnetIds": [1, 100] },
        pattern: { version: [/^1\.\d{2}$/, "a Kubernetes minor version such as 1.35"] },
        verify: autoMode,
        id: (context) => context.physical,
        outputs: (context) => {
            const issuer = `https://oidc.eks.${context.region}.amazonaws.com/id/${context.hex("oidc", 32).toUpperCase()}`;
            return {
                arn: arn(context, "eks", `cluster/${context.id}`),
                clusterId: context.uuid("cluster"),
                createdAt: context.now,
                endpoint: `https://${context.hex("oidc", 32).toUpperCase()}.gr7.${context.region}.eks.amazonaws.com`,
                identities: [{ oidcs: [{ issuer }] }],
                certificateAuthority: { data: certificate(context) },
                certificateAuthorities: [{ data: certificate(context) }],
                platformVersion: "eks.9",
                status: "ACTIVE",
                version: "1.35",
                deletionProtection: false,
                ...serviceDefaults,
            };
        },
        completes: (context) => ({
            vpcConfig: {
                clusterSecurityGroupId: `sg-${context.hex("clusterSg", 17)}`,
                vpcId: `vpc-${context.hex("vpc", 17)}`,
                endpointPublicAccess: true,
                endpointPrivateAccess: false,
                publicAccessCidrs: ["0.0.0.0/0"],
            },
            ...serviceDefaults,
        }),
        heldBy: [
            {
                type: "aws:eks/nodeGroup:NodeGroup",
                through: "clusterName",
                say: () => "ResourceInUseException: Cluster has nodegroups attached",
            },
            {
                type: "aws:eks/fargateProfile:FargateProfile",
                through: "clusterName",
                say: () => "ResourceInUseException: Cluster has Fargate profiles attached",
            },
        ],
        refuseDelete: (resource) =>
            valueAt(resource.inputs, "deletionProtection") === true
                ? `InvalidRequestException: The cluster ${resource.id} has deletion protection enabled and cannot be deleted`
                : undefined,
        takesAlong: [
            "accessEntry:AccessEntry",
            "accessPolicyAssociation:AccessPolicyAssociation",
            "addon:Addon",
        ].map((each) => ({ type: `aws:eks/${each}`, through: "clusterName" })),
    },
    "aws:eks/nodeGroup:NodeGroup": inCluster({
        source: "hashicorp/aws aws_eks_node_group schema; EKS API; terraform-aws-eks user_data (amiTypes); cloud-mapping 1.2, 2.3",
        name: {
            property: "nodeGroupName",
            max: 63,
            pattern: /^[0-9A-Za-z][\w-]*$/,
            say: "letters, digits, _ and -, beginning with a letter or digit",
        },
        replaces: [
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "nodeGroupName",
            "nodeGroupNamePrefix",
            "nodeRoleArn",
            "remoteAccess",
            "subnetIds",
            "launchTemplate.id",
            "launchTemplate.name",
            "region",
        ],
        allowed: {
            capacityType: ["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"],
            amiType: [
                "AL2023_x86_64_STANDARD",
                "AL2023_ARM_64_STANDARD",
                "AL2023_x86_64_NVIDIA",
                "AL2023_ARM_64_NVIDIA",
                "AL2023_x86_64_NEURON",
                "BOTTLEROCKET_x86_64",
                "BOTTLEROCKET_ARM_64",
                "BOTTLEROCKET_x86_64_NVIDIA",
                "BOTTLEROCKET_ARM_64_NVIDIA",
                "BOTTLEROCKET_x86_64_FIPS",
                "BOTTLEROCKET_ARM_64_FIPS",
                "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
                "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
                "WINDOWS_CORE_2022_x86_64",
                "WINDOWS_FULL_2022_x86_64",
                "WINDOWS_CORE_2025_x86_64",
                "WINDOWS_FULL_2025_x86_64",
                "CUSTOM",
            ],
            "updateConfig.updateStrategy": ["DEFAULT", "MINIMAL"],
            "taints[*].effect": ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"],
        },
        range: { "scalingConfig.minSize": [0, 5000], "scalingConfig.maxSize": [1, 5000] },
        length: { "taints[*].key": [1, 63], "taints[*].value": [0, 63], taints: [0, 50] },
        verify: (inputs) => {
            const [min, desired, max] = ["minSize", "desiredSize", "maxSize"].map((each) =>
                valueAt(inputs, `scalingConfig.${each}`),
            );
            const known = [min, desired, max].every((each) => typeof each === "number");
            return known && !(Number(min) <= Number(desired) && Number(desired) <= Number(max))
                ? [
                      {
                          property: "scalingConfig.desiredSize",
                          reason: `InvalidParameterException: desired size ${String(desired)} must be between minimum ${String(min)} and maximum ${String(max)}`,
                      },
                  ]
                : [];
        },
        id: (context) => `${stringAt(context.inputs, "clusterName") ?? ""}:${context.physical}`,
        outputs: (context) => {
            const cluster = stringAt(context.inputs, "clusterName") ?? "";
            return {
                arn: arn(context, "eks", `nodegroup/${cluster}/${context.physical}/${context.uuid("arn")}`),
                amiType: "AL2023_x86_64_STANDARD",
                capacityType: "ON_DEMAND",
                diskSize: 20,
                instanceTypes: ["t3.medium"],
                status: "ACTIVE",
                version: "1.35",
                releaseVersion: "1.35.0-20260901",
                resources: [
                    {
                        autoscalingGroups: [{ name: `eks-${context.physical}-${context.uuid("asg")}` }],
                        remoteAccessSecurityGroupId: "",
                    },
                ],
            };
        },
    }),
    "aws:eks/addon:Addon": inCluster({
        source: "hashicorp/aws aws_eks_addon schema; EKS API CreateAddon",
        replaces: ["addonName", "clusterName", "region", "namespaceConfig"],
        allowed: {
            resolveConflictsOnCreate: ["NONE", "OVERWRITE"],
            resolveConflictsOnUpdate: ["NONE", "OVERWRITE", "PRESERVE"],
        },
        verify: addonConfiguration,
        id: (context) =>
            `${stringAt(context.inputs, "clusterName") ?? ""}:${stringAt(context.inputs, "addonName") ?? context.name}`,
        outputs: (context) => ({
            arn: arn(
                context,
                "eks",
                `addon/${stringAt(context.inputs, "clusterName") ?? ""}/${stringAt(context.inputs, "addonName") ?? ""}/${context.uuid("arn")}`,
            ),
            addonVersion: "v1.0.0-eksbuild.1",
            createdAt: context.now,
            modifiedAt: context.now,
        }),
    }),
    "aws:eks/accessEntry:AccessEntry": inCluster({
        source: "hashicorp/aws aws_eks_access_entry schema; EKS API CreateAccessEntry",
        replaces: ["clusterName", "principalArn", "type", "region"],
        allowed: {
            type: [
                "STANDARD",
                "EC2",
                "EC2_LINUX",
                "EC2_WINDOWS",
                "FARGATE_LINUX",
                "HYBRID_LINUX",
                "HYPERPOD_LINUX",
            ],
        },
        id: (context) =>
            `${stringAt(context.inputs, "clusterName") ?? ""}:${stringAt(context.inputs, "principalArn") ?? context.name}`,
        outputs: (context) => ({
            accessEntryArn: arn(context, "eks", `access-entry/${context.hex("entry", 32)}`),
            createdAt: context.now,
            modifiedAt: context.now,
            type: "STANDARD",
            userName: stringAt(context.inputs, "principalArn") ?? "",
        }),
    }),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": inCluster({
        source: "hashicorp/aws schema: all forces a new one; EKS API AssociateAccessPolicy",
        replaces: ["*"],
        allowed: { "accessScope.type": ["cluster", "namespace"] },
        pattern: {
            policyArn: [
                /^arn:[\w-]+:eks::aws:cluster-access-policy\/\w+$/,
                "arn:aws:eks::aws:cluster-access-policy/…",
            ],
        },
        id: joined("clusterName", "principalArn", "policyArn"),
        outputs: (context) => ({ associatedAt: context.now, modifiedAt: context.now }),
    }),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": inCluster({
        source: "hashicorp/aws schema; EKS API CreatePodIdentityAssociation (one for each service account)",
        replaces: ["clusterName", "namespace", "serviceAccount", "region"],
        id: (context) => `a-${context.hex("id", 17)}`,
        outputs: (context) => ({
            associationId: context.id,
            associationArn: arn(
                context,
                "eks",
                `podidentityassociation/${stringAt(context.inputs, "clusterName") ?? ""}/${context.id}`,
            ),
        }),
        refuse: (context) => {
            const identity = joined("clusterName", "namespace", "serviceAccount");
            const taken = context
                .existing(context.type)
                .some(
                    (each) =>
                        each.id !== context.id &&
                        identity({ ...context, inputs: each.inputs }) === identity(context),
                );
            return taken
                ? `ResourceInUseException: Association already exists: ${String(context.inputs.namespace)}/${String(context.inputs.serviceAccount)}`
                : undefined;
        },
    }),
    "aws:eks/fargateProfile:FargateProfile": inCluster({
        source: "hashicorp/aws schema: all but tags forces a new one",
        name: { property: "fargateProfileName", max: 63 },
        replaces: ["*"],
        id: (context) => `${stringAt(context.inputs, "clusterName") ?? ""}:${context.physical}`,
        outputs: (context) => ({
            status: "ACTIVE",
            arn: arn(context, "eks", `fargateprofile/${context.physical}`),
        }),
    }),
};

/** A certificate authority's data: base64 of something that looks like PEM and is none. */
export function certificate(context: Pick<Context, "hex">): string {
    const body = context.hex("certificate", 64);
    return Buffer.from(`-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`).toString(
        "base64",
    );
}
