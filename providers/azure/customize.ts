import type { ComponentArgs as InsightsArgs } from "@pulumi/azure-native/applicationinsights";
import type { ManagementLockByScopeArgs, RoleAssignmentArgs } from "@pulumi/azure-native/authorization";
import type { RegistryArgs, TaskRunArgs } from "@pulumi/azure-native/containerregistry";
import type { AgentPoolArgs, ManagedClusterArgs } from "@pulumi/azure-native/containerservice";
import type { VaultArgs } from "@pulumi/azure-native/keyvault";
import type {
    DatastoreArgs,
    EnvironmentContainerArgs,
    EnvironmentVersionArgs,
    ManagedNetworkSettingsRuleArgs,
    ModelContainerArgs,
    ModelVersionArgs,
    OnlineDeploymentArgs,
    OnlineEndpointArgs,
    WorkspaceArgs,
} from "@pulumi/azure-native/machinelearningservices";
import type {
    FederatedIdentityCredentialArgs,
    UserAssignedIdentityArgs,
} from "@pulumi/azure-native/managedidentity";
import type { AutoscaleSettingArgs } from "@pulumi/azure-native/monitor";
import type {
    NatGatewayArgs,
    PrivateEndpointArgs,
    PublicIPAddressArgs,
    SubnetArgs,
    VirtualNetworkArgs,
} from "@pulumi/azure-native/network";
import type { WorkspaceArgs as LogWorkspaceArgs } from "@pulumi/azure-native/operationalinsights";
import type { DeploymentArgs, ResourceGroupArgs } from "@pulumi/azure-native/resources";
import type {
    BlobContainerArgs,
    BlobServicePropertiesArgs,
    ManagementPolicyArgs,
    ObjectReplicationPolicyArgs,
    StorageAccountArgs,
} from "@pulumi/azure-native/storage";
import type { ProviderArgs as KubernetesProviderArgs } from "@pulumi/kubernetes/provider";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { Customizers } from "../scope";
import type { UploadedBlobArgs } from "./blobUpload";

/** Children of a ModelStore on Azure, by suffix. A replica's suffixes end with its region. */
export interface AzureModelStoreChildren {
    "resource-group": ResourceGroupArgs;
    account: StorageAccountArgs;
    "blob-service": BlobServicePropertiesArgs;
    container: BlobContainerArgs;
    lifecycle: ManagementPolicyArgs;
    encryption: UserAssignedIdentityArgs;
    "encryption-access": RoleAssignmentArgs;
    lock: ManagementLockByScopeArgs;
    uploader: RoleAssignmentArgs;
    [replicaAccount: `account-${string}`]: StorageAccountArgs;
    [replicaService: `blob-service-${string}`]: BlobServicePropertiesArgs;
    [replicaContainer: `container-${string}`]: BlobContainerArgs;
    [replicaLifecycle: `lifecycle-${string}`]: ManagementPolicyArgs;
    [replicaLock: `lock-${string}`]: ManagementLockByScopeArgs;
    [replication: `replication-${"to" | "from"}-${string}`]: ObjectReplicationPolicyArgs;
    [object: `object-${string}`]: UploadedBlobArgs;
}

/** Children of a GpuCluster on Azure, by suffix. */
export interface AzureGpuClusterChildren {
    "resource-group": ResourceGroupArgs;
    network: VirtualNetworkArgs;
    "nat-address": PublicIPAddressArgs;
    nat: NatGatewayArgs;
    nodes: SubnetArgs;
    endpoints: SubnetArgs;
    identity: UserAssignedIdentityArgs;
    "network-access": RoleAssignmentArgs;
    "encryption-access": RoleAssignmentArgs;
    cluster: ManagedClusterArgs;
    lock: ManagementLockByScopeArgs;
    kubernetes: KubernetesProviderArgs;
    [pool: `pool-${string}`]: AgentPoolArgs;
    [admin: `admin-${string}`]: RoleAssignmentArgs;
}

/** Children of an InferenceService on an Azure Machine Learning endpoint, by suffix. */
export interface AzureInferenceServiceChildren {
    "resource-group": ResourceGroupArgs;
    identity: UserAssignedIdentityArgs;
    registry: RegistryArgs;
    image: TaskRunArgs;
    "image-access": RoleAssignmentArgs;
    "workspace-storage": StorageAccountArgs;
    "workspace-vault": VaultArgs;
    "workspace-logs": LogWorkspaceArgs;
    "workspace-insights": InsightsArgs;
    "workspace-endpoint": PrivateEndpointArgs;
    "workspace-access": RoleAssignmentArgs;
    workspace: WorkspaceArgs;
    "storage-link-access": RoleAssignmentArgs;
    "vault-link-access": RoleAssignmentArgs;
    "model-link-access": RoleAssignmentArgs;
    "model-link": ManagedNetworkSettingsRuleArgs;
    datastore: DatastoreArgs;
    model: ModelContainerArgs;
    "model-version": ModelVersionArgs;
    "model-grant": RoleAssignmentArgs;
    environment: EnvironmentContainerArgs;
    "environment-version": EnvironmentVersionArgs;
    endpoint: OnlineEndpointArgs;
    deployment: OnlineDeploymentArgs;
    traffic: DeploymentArgs;
    autoscale: AutoscaleSettingArgs;
}

/** Children on Azure of a workload in a cluster: its identity and its grants, whatever prefix they come under. */
export interface AzureWorkloadChildren {
    [group: `${string}resource-group`]: ResourceGroupArgs;
    [identity: `${string}identity`]: UserAssignedIdentityArgs;
    [federation: `${string}federation`]: FederatedIdentityCredentialArgs;
    [grant: `${string}grant`]: RoleAssignmentArgs;
}

/** Children on Azure of a BatchJob. */
export type AzureBatchJobChildren = AzureWorkloadChildren;

type Customized<Children> = {
    readonly [Suffix in keyof Children]?: (args: Children[Suffix], opts: CustomResourceOptions) => void;
};

/**
 * Types `customize` for Azure: each function gives back what it is given.
 *
 *     new ModelStore("weights", {
 *         customize: customize.modelStore({ account: (args) => { args.accessTier = "Cool"; } }),
 *     });
 */
export const customize = {
    modelStore: (children: Customized<AzureModelStoreChildren>): Customizers => children as Customizers,
    gpuCluster: (children: Customized<AzureGpuClusterChildren>): Customizers => children as Customizers,
    /** For `runOn: "managed"`; a service on a cluster has the children of a workload. */
    inferenceService: (children: Customized<AzureInferenceServiceChildren>): Customizers =>
        children as Customizers,
    workload: (children: Customized<AzureWorkloadChildren>): Customizers => children as Customizers,
    batchJob: (children: Customized<AzureBatchJobChildren>): Customizers => children as Customizers,
};
