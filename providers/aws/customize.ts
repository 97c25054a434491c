import type * as pulumi from "@pulumi/pulumi";
import type * as appautoscaling from "@pulumi/aws/appautoscaling";
import type * as autoscaling from "@pulumi/aws/autoscaling";
import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import type * as ec2 from "@pulumi/aws/ec2";
import type * as eks from "@pulumi/aws/eks";
import type * as iam from "@pulumi/aws/iam";
import type * as s3 from "@pulumi/aws/s3";
import type * as sagemaker from "@pulumi/aws/sagemaker";
import type * as vpc from "@pulumi/aws/vpc";
import type { ProviderArgs as KubernetesProviderArgs } from "@pulumi/kubernetes/provider";
import type { Customizers } from "../scope";

/** A function for each child that is to differ, by the child's suffix. Works on arguments and options in place. */
export type Customized<Children> = {
    [Suffix in keyof Children]?: (args: Children[Suffix], opts: pulumi.CustomResourceOptions) => void;
};

/** Children of a bucket, the store's own or a replica's. */
interface BucketChildren {
    bucket: s3.BucketArgs;
    "public-access": s3.BucketPublicAccessBlockArgs;
    ownership: s3.BucketOwnershipControlsArgs;
    policy: s3.BucketPolicyArgs;
    encryption: s3.BucketServerSideEncryptionConfigurationArgs;
    versioning: s3.BucketVersioningArgs;
    lifecycle: s3.BucketLifecycleConfigurationArgs;
}

/** Children of a ModelStore on AWS. A replica's have the prefix `replica-<region>-`. */
export type AwsModelStoreChildren = BucketChildren & {
    [
        Suffix in keyof BucketChildren as `replica-${string}-${string}-${number}-${Suffix}`
    ]: BucketChildren[Suffix];
} & {
    "replication-role": iam.RoleArgs;
    "replication-policy": iam.RolePolicyArgs;
    replication: s3.BucketReplicationConfigArgs;
    [upload: `upload-${string}`]: s3.BucketObjectv2Args;
};

/** Children of a pool, its prefix is `pool-<name>-`. */
interface PoolChildren {
    template: ec2.LaunchTemplateArgs;
    nodes: eks.NodeGroupArgs;
    "nodes-base": eks.NodeGroupArgs;
    devices: autoscaling.TagArgs;
    "devices-base": autoscaling.TagArgs;
    adapters: autoscaling.TagArgs;
    "adapters-base": autoscaling.TagArgs;
    [taint: `taint-${string}`]: autoscaling.TagArgs;
    placement: ec2.PlacementGroupArgs;
    fabric: ec2.SecurityGroupArgs;
    "fabric-in": vpc.SecurityGroupIngressRuleArgs;
    "fabric-out": vpc.SecurityGroupEgressRuleArgs;
}

/** Children of a GpuCluster on AWS, created or adopted. */
export type AwsGpuClusterChildren = {
    [Suffix in keyof PoolChildren as `pool-${string}-${Suffix}`]: PoolChildren[Suffix];
} & {
    network: ec2.VpcArgs;
    internet: ec2.InternetGatewayArgs;
    "public-routes": ec2.RouteTableArgs;
    "public-route": ec2.RouteArgs;
    "s3-endpoint": ec2.VpcEndpointArgs;
    [subnet: `public-${number}` | `private-${number}`]: ec2.SubnetArgs;
    [association: `public-${number}-routes` | `private-${number}-routes`]: ec2.RouteTableAssociationArgs;
    [table: `private-${number}-table`]: ec2.RouteTableArgs;
    [route: `private-${number}-route`]: ec2.RouteArgs;
    [gateway: `nat-${number}`]: ec2.NatGatewayArgs;
    [address: `nat-${number}-address`]: ec2.EipArgs;
    logs: cloudwatch.LogGroupArgs;
    "control-plane-role": iam.RoleArgs;
    "control-plane-role-AmazonEKSClusterPolicy": iam.RolePolicyAttachmentArgs;
    "control-plane-key": iam.RolePolicyArgs;
    cluster: eks.ClusterArgs;
    "node-role": iam.RoleArgs;
    "node-role-AmazonEKSWorkerNodePolicy": iam.RolePolicyAttachmentArgs;
    "node-role-AmazonEC2ContainerRegistryPullOnly": iam.RolePolicyAttachmentArgs;
    "node-role-AmazonEKS_CNI_Policy": iam.RolePolicyAttachmentArgs;
    "eks-pod-identity-agent": eks.AddonArgs;
    "kube-proxy": eks.AddonArgs;
    "vpc-cni": eks.AddonArgs;
    "vpc-cni-role": iam.RoleArgs;
    "vpc-cni-role-AmazonEKS_CNI_Policy": iam.RolePolicyAttachmentArgs;
    coredns: eks.AddonArgs;
    "metrics-server": eks.AddonArgs;
    "aws-ebs-csi-driver": eks.AddonArgs;
    "aws-ebs-csi-driver-role": iam.RoleArgs;
    "aws-ebs-csi-driver-role-AmazonEBSCSIDriverPolicy": iam.RolePolicyAttachmentArgs;
    "system-template": ec2.LaunchTemplateArgs;
    "system-nodes": eks.NodeGroupArgs;
    [admin: `admin-${string}`]: eks.AccessEntryArgs;
    [policy: `cluster-admin-${string}`]: eks.AccessPolicyAssociationArgs;
    "autoscaler-role": iam.RoleArgs;
    "autoscaler-policy": iam.RolePolicyArgs;
    "autoscaler-association": eks.PodIdentityAssociationArgs;
    kubernetes: KubernetesProviderArgs;
};

/** Children of an InferenceService on a managed endpoint of AWS. */
export interface AwsInferenceServiceChildren {
    logs: cloudwatch.LogGroupArgs;
    role: iam.RoleArgs;
    runtime: iam.RolePolicyArgs;
    "model-grant": iam.RolePolicyArgs;
    security: ec2.SecurityGroupArgs;
    "security-out": vpc.SecurityGroupEgressRuleArgs;
    model: sagemaker.ModelArgs;
    configuration: sagemaker.EndpointConfigurationArgs;
    "errors-alarm": cloudwatch.MetricAlarmArgs;
    "latency-alarm": cloudwatch.MetricAlarmArgs;
    endpoint: sagemaker.EndpointArgs;
    "scaling-target": appautoscaling.TargetArgs;
    "scaling-policy": appautoscaling.PolicyArgs;
}

/** Children on AWS of a workload in a cluster: its identity and its grants, whatever prefix they come under. */
export type AwsWorkloadChildren = {
    [role: `${string}role`]: iam.RoleArgs;
    [association: `${string}association`]: eks.PodIdentityAssociationArgs;
    [grant: `${string}grant`]: iam.RolePolicyArgs;
};

/** Children on AWS of a BatchJob. */
export type AwsBatchJobChildren = AwsWorkloadChildren;

/**
 * Types `customize` for AWS: each function gives back what it is given.
 *
 *     new ModelStore("weights", {
 *         customize: customize.modelStore({ bucket: (args) => { args.objectLockEnabled = true; } }),
 *     });
 */
export const customize = {
    modelStore: (children: Customized<AwsModelStoreChildren>): Customizers => children as Customizers,
    gpuCluster: (children: Customized<AwsGpuClusterChildren>): Customizers => children as Customizers,
    /** For `runOn: "managed"`; a service on a cluster has the children of a workload. */
    inferenceService: (children: Customized<AwsInferenceServiceChildren>): Customizers =>
        children as Customizers,
    workload: (children: Customized<AwsWorkloadChildren>): Customizers => children as Customizers,
    batchJob: (children: Customized<AwsBatchJobChildren>): Customizers => children as Customizers,
};
