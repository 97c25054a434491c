import type { Failure } from "../../check";
import { isObject, stringAt, type Value, valueAt, valuesAt, type Values } from "../../values";
import type { Context, Rules } from "../types";
import { arm, armName } from "./shared";

const workspacePath = "Microsoft.MachineLearningServices/workspaces/{workspaceName}";

/** One System pool at least, and no more than what a cluster may have (AKS API; cloud-mapping 2.1 nr 18). */
function pools(inputs: Values): Failure[] {
    const profiles = valuesAt(inputs, "agentPoolProfiles[*]");
    const automatic = stringAt(inputs, "sku.name") === "Automatic";
    if (
        profiles.length > 0 &&
        !profiles.some((each) => valueAt(each, "mode") === "System" || valueAt(each, "mode") === undefined)
    ) {
        return [{ property: "agentPoolProfiles", reason: "at least one agent pool must have mode System" }];
    }
    if (profiles.length === 0 && inputs.agentPoolProfiles === undefined && !automatic) {
        return [{ property: "agentPoolProfiles", reason: "a cluster needs at least one System agent pool" }];
    }
    return [];
}

/** What holds for an inline pool and for an AgentPool alike. */
function pool(inputs: Values): Failure[] {
    const failures: Failure[] = [];
    const spot = stringAt(inputs, "scaleSetPriority") === "Spot";
    if (!spot && inputs.spotMaxPrice !== undefined) {
        failures.push({ property: "spotMaxPrice", reason: "is only for pools with scaleSetPriority Spot" });
    }
    if (spot && inputs.mode === "System") {
        failures.push({ property: "mode", reason: "a System pool can't be Spot" });
    }
    if (
        inputs.enableAutoScaling === true &&
        (inputs.minCount === undefined || inputs.maxCount === undefined)
    ) {
        failures.push({
            property: "minCount",
            reason: "minCount and maxCount are required with enableAutoScaling",
        });
    }
    if (
        inputs.enableAutoScaling !== true &&
        (inputs.minCount !== undefined || inputs.maxCount !== undefined)
    ) {
        failures.push({
            property: "enableAutoScaling",
            reason: "must be true when minCount or maxCount is given",
        });
    }
    return failures;
}

const onlineDeployment = "azure-native:machinelearningservices:OnlineDeployment";

/** Azure ML's refusal to send traffic to deployments that an endpoint does not have. */
export function missingDeployments(
    context: Context,
    endpoint: string,
    traffic: Value | undefined,
): string | undefined {
    const wanted = Object.entries(isObject(traffic) ? traffic : {}).filter(([, share]) => Number(share) > 0);
    const there = context
        .existing(onlineDeployment)
        .filter((each) => each.id.startsWith(`${endpoint}/deployments/`))
        .map((each) => each.outputs.name);
    const absent = wanted.map(([name]) => name).filter((name) => !there.includes(name));
    return absent.length > 0
        ? `Code="BadRequest" Message="Specified deployment [${absent.join(", ")}] not found in the endpoint, traffic can't be set."`
        : undefined;
}

export const workloads: Rules = {
    "azure-native:containerservice:ManagedCluster": arm(
        "Microsoft.ContainerService/managedClusters/{resourceName}",
        {
            source: "ARM resource-name-rules (1 to 63, dnsPrefix 1 to 54); AKS API PropertyChangeNotAllowed; cloud-mapping 1.2, 2.1 nr 18, 19",
            name: armName(
                "resourceName",
                1,
                63,
                /^[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?$/,
                "letters, digits, _ and -, beginning and ending with a letter or digit",
            ),
            replaces: [
                "dnsPrefix",
                "fqdnSubdomain",
                "nodeResourceGroup",
                "diskEncryptionSetID",
                "extendedLocation",
                "apiServerAccessProfile.enablePrivateCluster",
                "apiServerAccessProfile.privateDNSZone",
                "networkProfile.podCidr",
                "networkProfile.serviceCidr",
                "networkProfile.dnsServiceIP",
                "networkProfile.networkPlugin",
                "networkProfile.loadBalancerSku",
            ],
            length: { dnsPrefix: [1, 54], nodeResourceGroup: [1, 80] },
            pattern: {
                "agentPoolProfiles[*].name": [
                    /^[a-z][a-z0-9]{0,11}$/,
                    "1 to 12 lower-case letters and digits, beginning with a letter",
                ],
            },
            verify: (inputs) => [
                ...pools(inputs),
                ...valuesAt(inputs, "agentPoolProfiles[*]").flatMap((each, index) =>
                    pool(each as Values).map(({ property, reason }) => ({
                        property: `agentPoolProfiles[${index}].${property}`,
                        reason,
                    })),
                ),
                ...(inputs.fqdnSubdomain === undefined && inputs.dnsPrefix === undefined
                    ? [{ property: "dnsPrefix", reason: "one of dnsPrefix and fqdnSubdomain is required" }]
                    : []),
            ],
            outputs: (context) => ({
                fqdn: `${stringAt(context.inputs, "dnsPrefix") ?? context.physical}-${context.hex("dns", 8)}.hcp.${context.region}.azmk8s.io`,
                azurePortalFQDN: `${stringAt(context.inputs, "dnsPrefix") ?? context.physical}-${context.hex("dns", 8)}.portal.hcp.${context.region}.azmk8s.io`,
                currentKubernetesVersion: "1.35.1",
                kubernetesVersion: "1.35.1",
                nodeResourceGroup: `MC_${String(context.inputs.resourceGroupName)}_${context.physical}_${context.region}`,
                powerState: { code: "Running" },
                maxAgentPools: 100,
                resourceUID: context.hex("uid", 24),
                identityProfile: {
                    kubeletidentity: {
                        clientId: context.uuid("kubeletClient"),
                        objectId: context.uuid("kubeletObject"),
                        resourceId: `/subscriptions/${context.config.subscription}/resourceGroups/MC/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${context.physical}-agentpool`,
                    },
                },
            }),
            completes: (context) => ({
                identity: { principalId: context.uuid("principal"), tenantId: context.config.tenant },
                oidcIssuerProfile: {
                    issuerURL: `https://${context.region}.oic.prod-aks.azure.com/${context.config.tenant}/${context.uuid("issuer")}/`,
                },
            }),
            takesAlong: [
                { type: "azure-native:containerservice:AgentPool", through: "resourceName", by: "name" },
            ],
        },
    ),
    "azure-native:containerservice:AgentPool": arm(
        "Microsoft.ContainerService/managedClusters/{resourceName}/agentPools/{agentPoolName}",
        {
            source: "AKS API (12 characters, 6 on Windows); PropertyChangeNotAllowed; cloud-mapping 1.2, 2.1 nr 16, 24; cluster-api-provider-azure#5947, Azure/azure-cli-extensions#1606 (count)",
            name: {
                ...armName(
                    "agentPoolName",
                    1,
                    12,
                    /^[a-z][a-z0-9]*$/,
                    "lower-case letters and digits, beginning with a letter",
                ),
                auto: "copy",
            },
            replaces: [
                "vmSize",
                "osType",
                "osDiskType",
                "osDiskSizeGB",
                "scaleSetPriority",
                "scaleSetEvictionPolicy",
                "spotMaxPrice",
                "vnetSubnetID",
                "podSubnetID",
                "availabilityZones",
                "gpuInstanceProfile",
                "gpuProfile",
                "kubeletConfig",
                "kubeletDiskType",
                "linuxOSConfig",
                "maxPods",
                "enableFIPS",
                "enableUltraSSD",
                "enableEncryptionAtHost",
                "enableNodePublicIP",
                "proximityPlacementGroupID",
                "capacityReservationGroupID",
                "hostGroupID",
                "creationData",
            ],
            range: { count: [0, 1000], minCount: [0, 1000], maxCount: [0, 1000], maxPods: [10, 250] },
            verify: (inputs) => [
                ...pool(inputs),
                ...(inputs.mode === "System" && inputs.count === 0
                    ? [{ property: "count", reason: "a System pool needs at least one node" }]
                    : []),
            ],
            // Only a new pool's: an autoscaled one may have any count when its bounds change.
            refuse: ({ inputs, previous }) => {
                const { count, minCount, maxCount } = inputs;
                const outside = Number(count) < Number(minCount) || Number(count) > Number(maxCount);
                return previous === undefined && inputs.enableAutoScaling === true && outside
                    ? `Code="InvalidParameter" Message="agentPoolProfile.count was ${String(count)}. It must be greater or equal to minCount:${String(minCount)} and less than or equal to maxCount:${String(maxCount)}."`
                    : undefined;
            },
            outputs: (context) => ({
                currentOrchestratorVersion: "1.35.1",
                nodeImageVersion: "AKSUbuntu-2204gen2containerd-202609.01.0",
                type: "Microsoft.ContainerService/managedClusters/agentPools",
                eTag: context.uuid("etag"),
                powerState: { code: "Running" },
            }),
        },
    ),
    "azure-native:machinelearningservices:Workspace": arm(workspacePath, {
        source: "ARM resource-name-rules (3 to 33); cloud-mapping 1.4, 2.1 nr 22",
        name: armName("workspaceName", 3, 33, /^[A-Za-z0-9][\w-]*$/, "letters, digits, _ and -"),
        replaces: ["storageAccount", "keyVault", "hbiWorkspace", "kind"],
        refuse: (context) => {
            const before = stringAt(context.previous, "managedNetwork.isolationMode");
            return before !== undefined &&
                before !== "Disabled" &&
                stringAt(context.inputs, "managedNetwork.isolationMode") === "Disabled"
                ? `Code="ValidationError" Message="Managed network isolation mode can't be changed from ${before} to Disabled."`
                : undefined;
        },
        outputs: (context) => ({
            workspaceId: context.uuid("workspace"),
            discoveryUrl: `https://${context.region}.api.azureml.ms/discovery`,
            mlFlowTrackingUri: `azureml://${context.region}.api.azureml.ms/mlflow/v1.0${context.id}`,
            tenantId: context.config.tenant,
        }),
        completes: (context) => ({
            identity: { principalId: context.uuid("principal"), tenantId: context.config.tenant },
        }),
    }),
    "azure-native:machinelearningservices:ManagedNetworkSettingsRule": arm(
        `${workspacePath}/outboundRules/{ruleName}`,
        {
            source: "Azure ML how-to-managed-network: rules need a managed network",
            name: { ...armName("ruleName", 1, 64, /^[\w-]+$/, "letters, digits, _ and -"), auto: "copy" },
            refuse: (context) => {
                const workspace = context
                    .existing("azure-native:machinelearningservices:Workspace")
                    .find((each) => each.outputs.name === context.inputs.workspaceName);
                const mode = stringAt(workspace?.inputs, "managedNetwork.isolationMode") ?? "Disabled";
                return mode === "Disabled"
                    ? 'Code="ValidationError" Message="Managed network is not enabled for the workspace."'
                    : undefined;
            },
        },
    ),
    "azure-native:machinelearningservices:OnlineEndpoint": arm(
        `${workspacePath}/onlineEndpoints/{endpointName}`,
        {
            source: "Azure ML endpoint names (3 to 32, unique in a region); cloud-mapping 1.4 (traffic order)",
            name: {
                ...armName(
                    "endpointName",
                    3,
                    32,
                    /^[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
                    "letters, digits and hyphens, beginning with a letter",
                ),
                auto: "copy",
            },
            replaces: ["properties.authMode"],
            range: { "properties.traffic[*]": [0, 100], "properties.mirrorTraffic[*]": [0, 50] },
            refuse: (context) =>
                missingDeployments(context, context.id, valueAt(context.inputs, "properties.traffic")),
            completes: (context) => ({
                properties: {
                    scoringUri: `https://${context.physical}.${context.region}.inference.ml.azure.com/score`,
                    swaggerUri: `https://${context.physical}.${context.region}.inference.ml.azure.com/swagger.json`,
                    provisioningState: "Succeeded",
                    publicNetworkAccess: "Enabled",
                },
                identity: { principalId: context.uuid("principal"), tenantId: context.config.tenant },
            }),
            takesAlong: [{ type: onlineDeployment, through: "endpointName", by: "name" }],
        },
    ),
    [onlineDeployment]: arm(`${workspacePath}/onlineEndpoints/{endpointName}/deployments/{deploymentName}`, {
        source: "Azure ML deployment names (3 to 32); an endpoint must exist; traffic blocks the delete",
        name: {
            ...armName(
                "deploymentName",
                3,
                32,
                /^[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
                "letters, digits and hyphens, beginning with a letter",
            ),
            auto: "copy",
        },
        replaces: ["properties.instanceType", "properties.endpointComputeType"],
        range: { "sku.capacity": [1, 1000] },
        completes: () => ({ properties: { provisioningState: "Succeeded" } }),
        refuseDelete: (resource, context) => {
            const endpoint = context
                .existing("azure-native:machinelearningservices:OnlineEndpoint")
                .find((each) => resource.id.startsWith(`${each.id}/deployments/`));
            const share = valueAt(endpoint?.inputs, `properties.traffic.${String(resource.outputs.name)}`);
            return Number(share) > 0
                ? `Code="BadRequest" Message="Deployment ${String(resource.outputs.name)} has ${String(share)}% traffic and can't be deleted."`
                : undefined;
        },
    }),
    "azure-native:machinelearningservices:Datastore": arm(`${workspacePath}/datastores/{name}`, {
        source: "ARM datastores",
        name: { ...armName("name", 1, 255, /^[A-Za-z0-9_]+$/, "letters, digits and _"), auto: "copy" },
        replaces: ["properties.datastoreType"],
    }),
    "azure-native:machinelearningservices:ModelContainer": arm(`${workspacePath}/models/{name}`, {
        source: "ARM models",
        name: { ...armName("name", 1, 255, /^[A-Za-z0-9][\w.-]*$/, "letters, digits and _.-"), auto: "copy" },
    }),
    "azure-native:machinelearningservices:ModelVersion": arm(
        `${workspacePath}/models/{name}/versions/{version}`,
        {
            source: "ARM model versions: what a version holds can't change",
            name: { ...armName("version", 1, 30, /^[\w.-]+$/, "letters, digits and _.-"), auto: "copy" },
            replaces: ["properties.modelUri", "properties.modelType", "properties.flavors"],
        },
    ),
    "azure-native:machinelearningservices:EnvironmentContainer": arm(`${workspacePath}/environments/{name}`, {
        source: "ARM environments",
        name: { ...armName("name", 1, 255, /^[A-Za-z0-9][\w.-]*$/, "letters, digits and _.-"), auto: "copy" },
    }),
    "azure-native:machinelearningservices:EnvironmentVersion": arm(
        `${workspacePath}/environments/{name}/versions/{version}`,
        {
            source: "ARM environment versions: what a version holds can't change",
            name: { ...armName("version", 1, 30, /^[\w.-]+$/, "letters, digits and _.-"), auto: "copy" },
            replaces: [
                "properties.image",
                "properties.build",
                "properties.condaFile",
                "properties.inferenceConfig",
            ],
        },
    ),
    "azure-native:applicationinsights:Component": arm("Microsoft.Insights/components/{resourceName}", {
        source: "ARM resource-name-rules (1 to 260)",
        name: armName(
            "resourceName",
            1,
            260,
            /^[^%&\\?/]*[^%&\\?/ .]$/,
            "anything without %&\\?/ that does not end with a space or dot",
        ),
        outputs: (context) => ({
            appId: context.uuid("app"),
            applicationId: context.physical,
            instrumentationKey: context.uuid("key"),
            connectionString: `InstrumentationKey=${context.uuid("key")};IngestionEndpoint=https://${context.region}.in.applicationinsights.azure.com/`,
            tenantId: context.config.tenant,
            creationDate: context.now,
        }),
    }),
    "azure-native:operationalinsights:Workspace": arm(
        "Microsoft.OperationalInsights/workspaces/{workspaceName}",
        {
            source: "ARM resource-name-rules (4 to 63)",
            name: armName(
                "workspaceName",
                4,
                63,
                /^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/,
                "letters, digits and hyphens",
            ),
            range: { retentionInDays: [7, 730] },
            outputs: (context) => ({ customerId: context.uuid("customer"), createdDate: context.now }),
        },
    ),
    "azure-native:monitor:AutoscaleSetting": arm(
        "Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}",
        {
            source: "ARM resource-name-rules (1 to 260); Azure Monitor: at most 20 profiles",
            name: armName("autoscaleSettingName", 1, 260, /^[^<>%&#?/\\]+$/, "anything without <>%&#?/\\"),
            length: { profiles: [1, 20], "profiles[*].rules": [0, 10] },
            refuse: (context) => {
                const target = stringAt(context.inputs, "targetResourceUri")?.toLowerCase();
                const twin = context
                    .existing(context.type)
                    .some(
                        (each) =>
                            each.id !== context.id &&
                            stringAt(each.inputs, "targetResourceUri")?.toLowerCase() === target,
                    );
                return target && twin
                    ? 'Code="Conflict" Message="An autoscale setting for the target resource already exists."'
                    : undefined;
            },
        },
    ),
};
