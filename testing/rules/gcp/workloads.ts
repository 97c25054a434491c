import type { Failure } from "../../check";
import { stringAt, valueAt, type Values } from "../../values";
import { certificate } from "../aws/eks";
import type { Context, Rules } from "../types";
import { at, label, PROJECT_NUMBER } from "./shared";

const cluster = "gcp:container/cluster:Cluster";

const gkeName = label(40, "clusters");

/** DWS: what queued provisioning and flex-start nodes exclude (cluster-toolkit gke-node-pool preconditions). */
function dynamicWorkloadScheduler(inputs: Values): Failure[] {
    const queued = valueAt(inputs, "queuedProvisioning.enabled") === true;
    const flex = valueAt(inputs, "nodeConfig.flexStart") === true;
    const failures: Failure[] = [];
    if ((queued || flex) && valueAt(inputs, "nodeConfig.spot") === true) {
        failures.push({
            property: "nodeConfig.spot",
            reason: "queued and flex-start nodes can't be spot nodes",
        });
    }
    const affinity = stringAt(inputs, "nodeConfig.reservationAffinity.consumeReservationType");
    if ((queued || flex) && affinity !== "NO_RESERVATION") {
        failures.push({
            property: "nodeConfig.reservationAffinity.consumeReservationType",
            reason: "must be NO_RESERVATION for queued and flex-start nodes",
        });
    }
    if (flex && valueAt(inputs, "management.autoRepair") !== false) {
        failures.push({ property: "management.autoRepair", reason: "must be false for flex-start nodes" });
    }
    if (valueAt(inputs, "nodeCount") !== undefined && valueAt(inputs, "autoscaling") !== undefined && flex) {
        failures.push({ property: "nodeCount", reason: "flex-start nodes can't have a static count" });
    }
    return failures;
}

/**
 * Machines with SSDs of their own: GKE attaches them all and reports them, so a pool that declares another number is
 * replaced by the next refresh (mozilla/terraform-modules#464).
 */
function localSsds(inputs: Values): Failure[] {
    const machine = stringAt(inputs, "nodeConfig.machineType") ?? "";
    const gpus = Number(/^(?:a2-ultragpu|a3-highgpu|a3-ultragpu|a4-highgpu)-(\d+)g$/.exec(machine)?.[1] ?? 0);
    const each = machine.startsWith("a2-") ? 1 : machine.startsWith("a3-highgpu") ? 2 : 4;
    const declared = Number(valueAt(inputs, "nodeConfig.ephemeralStorageLocalSsdConfig.localSsdCount") ?? 0);
    return gpus > 0 && declared !== gpus * each
        ? [
              {
                  property: "nodeConfig.ephemeralStorageLocalSsdConfig.localSsdCount",
                  reason: `${machine} comes with ${gpus * each} local SSDs, and ${declared} are declared`,
              },
          ]
        : [];
}

/** The addresses of a cluster's control plane. */
function endpoints(context: Context): Values {
    const number = context.digits("number", 12);
    return {
        controlPlaneEndpointsConfig: {
            dnsEndpointConfig: {
                endpoint: `gke-${context.hex("dns", 32)}-${number}.${context.region}.gke.goog`,
                allowExternalTraffic: false,
            },
        },
        privateClusterConfig: { privateEndpoint: "10.0.0.2", publicEndpoint: "" },
    };
}

export const workloads: Rules = {
    [cluster]: at("projects/{project}/locations/{location}/clusters/{name}", {
        source: "hashicorp/google google_container_cluster schema (ForceNew); GKE API; cloud-mapping 1.2, 2.1 nr 11",
        name: gkeName,
        replaces: [
            "clusterIpv4Cidr",
            "datapathProvider",
            "description",
            "enableAutopilot",
            "enableKubernetesAlpha",
            "enableTpu",
            "initialNodeCount",
            "ipAllocationPolicy.clusterIpv4CidrBlock",
            "ipAllocationPolicy.servicesIpv4CidrBlock",
            "ipAllocationPolicy.clusterSecondaryRangeName",
            "ipAllocationPolicy.servicesSecondaryRangeName",
            "masterAuth",
            "network",
            "subnetwork",
            "networkingMode",
            "privateClusterConfig.masterIpv4CidrBlock",
            "confidentialNodes",
            "defaultMaxPodsPerNode",
            "nodeConfig.machineType",
        ],
        allowed: {
            "releaseChannel.channel": ["UNSPECIFIED", "RAPID", "REGULAR", "STABLE", "EXTENDED"],
            datapathProvider: ["LEGACY_DATAPATH", "ADVANCED_DATAPATH", "DATAPATH_PROVIDER_UNSPECIFIED"],
            networkingMode: ["VPC_NATIVE", "ROUTES"],
        },
        verify: (inputs) => [
            ...(inputs.enableAutopilot === true && inputs.removeDefaultNodePool === true
                ? [{ property: "removeDefaultNodePool", reason: "conflicts with enableAutopilot" }]
                : []),
            ...(inputs.removeDefaultNodePool === true &&
            !(Number(inputs.initialNodeCount) > 0) &&
            inputs.nodePools === undefined
                ? [
                      {
                          property: "initialNodeCount",
                          reason: "must be at least 1 even when the default pool is removed",
                      },
                  ]
                : []),
        ],
        outputs: (context) => ({
            endpoint: `34.${parseInt(context.hex("ip", 2), 16)}.${parseInt(context.hex("ip2", 2), 16)}.10`,
            masterVersion: "1.35.1-gke.1000000",
            nodeVersion: "1.35.1-gke.1000000",
            minMasterVersion: "1.35",
            selfLink: `https://container.googleapis.com/v1/${context.id}`,
            location: context.region,
            project: context.config.project,
            deletionProtection: true,
            masterAuth: {
                clusterCaCertificate: certificate(context),
                clientCertificate: "",
                clientKey: "",
                clientCertificateConfig: { issueClientCertificate: false },
            },
            servicesIpv4Cidr: "34.118.224.0/20",
            clusterIpv4Cidr: "10.4.0.0/14",
            nodeLocations: ["a", "b", "c"].map((zone) => `${context.region}-${zone}`),
            labelFingerprint: context.hex("label", 8),
            loggingService: "logging.googleapis.com/kubernetes",
            monitoringService: "monitoring.googleapis.com/kubernetes",
            ...endpoints(context),
        }),
        completes: endpoints,
        refuseDelete: (resource) =>
            valueAt(resource.inputs, "deletionProtection") === false
                ? undefined
                : "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
        takesAlong: [
            { type: "gcp:container/nodePool:NodePool", through: "cluster", by: "name" },
            { type: "gcp:container/nodePool:NodePool", through: "cluster" },
        ],
    }),
    "gcp:container/nodePool:NodePool": {
        source: "hashicorp/google google_container_node_pool schema (ForceNew); cloud-mapping 1.2, 2.1 nr 13",
        name: label(40, "nodePools"),
        replaces: [
            "cluster",
            "location",
            "project",
            "initialNodeCount",
            "maxPodsPerNode",
            "placementPolicy",
            "queuedProvisioning.enabled",
            "networkConfig.podRange",
            "networkConfig.createPodRange",
            "nodeConfig.advancedMachineFeatures",
            "nodeConfig.confidentialNodes",
            "nodeConfig.ephemeralStorageLocalSsdConfig",
            "nodeConfig.flexStart",
            "nodeConfig.guestAccelerators",
            "nodeConfig.localNvmeSsdBlockConfig",
            "nodeConfig.localSsdCount",
            "nodeConfig.maxRunDuration",
            "nodeConfig.metadata",
            "nodeConfig.minCpuPlatform",
            "nodeConfig.oauthScopes",
            "nodeConfig.preemptible",
            "nodeConfig.reservationAffinity",
            "nodeConfig.secondaryBootDisks",
            "nodeConfig.serviceAccount",
            "nodeConfig.shieldedInstanceConfig",
            "nodeConfig.soleTenantConfig",
            "nodeConfig.spot",
            "nodeConfig.taints",
        ],
        allowed: {
            "nodeConfig.guestAccelerators[*].gpuDriverInstallationConfig.gpuDriverVersion": [
                "GPU_DRIVER_VERSION_UNSPECIFIED",
                "INSTALLATION_DISABLED",
                "DEFAULT",
                "LATEST",
            ],
            "nodeConfig.workloadMetadataConfig.mode": ["MODE_UNSPECIFIED", "GCE_METADATA", "GKE_METADATA"],
            "nodeConfig.taints[*].effect": ["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"],
            "autoscaling.locationPolicy": ["BALANCED", "ANY"],
            "placementPolicy.type": ["COMPACT"],
        },
        range: { "nodeConfig.diskSizeGb": [10, 65536] },
        pattern: { "nodeConfig.maxRunDuration": [/^\d+s$/, "seconds, such as 604800s"] },
        verify: (inputs) => [
            ...dynamicWorkloadScheduler(inputs),
            ...localSsds(inputs),
            ...(valueAt(inputs, "nodeConfig.taints[*].key") === "nvidia.com/gpu"
                ? [
                      {
                          property: "nodeConfig.taints",
                          reason: "GKE itself adds the taint nvidia.com/gpu to GPU pools",
                      },
                  ]
                : []),
        ],
        id: (context) => {
            const owner = stringAt(context.inputs, "cluster") ?? "";
            const path = owner.includes("/")
                ? owner
                : `projects/${context.config.project}/locations/${context.region}/clusters/${owner}`;
            return `${path}/nodePools/${context.physical}`;
        },
        outputs: (context) => ({
            instanceGroupUrls: [],
            managedInstanceGroupUrls: [],
            version: "1.35.1-gke.1000000",
            location: context.region,
            project: context.config.project,
            nodeLocations: ["a", "b", "c"].map((zone) => `${context.region}-${zone}`),
            operation: "",
        }),
    },
    "gcp:vertex/aiEndpoint:AiEndpoint": at("projects/{project}/locations/{location}/endpoints/{name}", {
        source: "SDK vertex/aiEndpoint.d.ts (numeric id of at most 10 digits); google#12963",
        name: {
            property: "name",
            max: 10,
            pattern: /^[1-9]\d{0,9}$/,
            say: "numeric, with no leading zero, at most 10 digits",
            taken: (name) => `googleapi: Error 409: Endpoint ${name} already exists`,
        },
        replaces: [
            "location",
            "network",
            "encryptionSpec",
            "dedicatedEndpointEnabled",
            "privateServiceConnectConfig",
        ],
        outputs: (context) => ({
            createTime: context.now,
            deployedModels: [],
            dedicatedEndpointDns:
                context.inputs.dedicatedEndpointEnabled === true
                    ? `${context.physical}.${context.region}-${PROJECT_NUMBER}.prediction.vertexai.goog`
                    : "",
        }),
    }),
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": {
        source: "hashicorp/google schema: all forces a new one; cloud-mapping 1.4",
        replaces: ["*"],
        range: {
            "deployConfig.dedicatedResources.minReplicaCount": [1, 1000],
            "deployConfig.dedicatedResources.maxReplicaCount": [1, 1000],
        },
        verify: (inputs) =>
            ["publisherModelName", "huggingFaceModelId"].filter((each) => inputs[each] !== undefined)
                .length === 1
                ? []
                : [
                      {
                          property: "publisherModelName",
                          reason: "give exactly one of publisherModelName and huggingFaceModelId",
                      },
                  ],
        id: (context) =>
            `projects/${context.config.project}/locations/${context.region}/endpoints/${context.digits("id", 10)}`,
        outputs: (context) => ({
            endpoint: context.id.slice(context.id.lastIndexOf("/") + 1),
            deployedModelId: context.digits("model", 19),
            deployedModelDisplayName: context.name,
            project: context.config.project,
        }),
    },
    "gcp:artifactregistry/repository:Repository": at(
        "projects/{project}/locations/{location}/repositories/{repositoryId}",
        {
            source: "hashicorp/google google_artifact_registry_repository schema",
            name: {
                property: "repositoryId",
                max: 63,
                pattern: /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/,
                say: "lower-case letters, digits and hyphens",
                auto: "none",
            },
            replaces: ["format", "kmsKeyName", "mode"],
            outputs: (context) => ({
                name: context.physical,
                createTime: context.now,
                updateTime: context.now,
                registryUri: `${context.region}-docker.pkg.dev/${context.config.project}/${context.physical}`,
            }),
        },
    ),
};
