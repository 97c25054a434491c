import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ObjectStoreSpec } from "../../../providers/cloud";
import { Scope, type Customizers } from "../../../providers/scope";
import type { LandingZone, Site } from "../../../providers/site";
import type { Tier } from "../../../providers/tier";

/** A resource as the engine would be asked for it. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>;
}

/** What a program registered and asked for. */
export class Recording {
    readonly resources: Registered[] = [];
    readonly calls: { readonly token: string; readonly inputs: Record<string, unknown> }[] = [];
    /** Options of each child, by suffix. */
    readonly options = new Map<string, pulumi.CustomResourceOptions>();

    /** Inputs of the one resource of that name. */
    inputs(name: string): Registered["inputs"] {
        const found = this.resources.filter((resource) => resource.name === name);
        if (found.length !== 1) {
            const names = this.resources.map((resource) => resource.name).join(", ");
            throw new Error(`${found.length} resources are called '${name}'; there are: ${names}`);
        }
        return found[0]!.inputs;
    }

    /** All resources of a type such as `storage:StorageAccount`. */
    ofType(type: string): Registered[] {
        return this.resources.filter((resource) => resource.type === `azure-native:${type}`);
    }

    option(suffix: string): pulumi.CustomResourceOptions {
        const found = this.options.get(suffix);
        if (!found) {
            throw new Error(
                `no child has the suffix '${suffix}'; there are: ${[...this.options.keys()].join(", ")}`,
            );
        }
        return found;
    }

    /** Logical names of what a child waits for. */
    waitsFor(suffix: string): string[] {
        return [this.option(suffix).dependsOn ?? []].flat().map(nameOf);
    }

    /** Names and types, in an order that does not depend on timing. */
    get shape(): string[] {
        return this.resources.map(({ type, name }) => `${type} ${name}`).sort();
    }
}

export function nameOf(resource: unknown): string {
    return (resource as { __name: string }).__name;
}

export interface ScopeSettings {
    readonly name?: string;
    readonly region?: string;
    readonly zone?: LandingZone;
    readonly tier?: Tier;
    readonly protect?: boolean;
    readonly customize?: Customizers;
}

/** A store with nothing special about it. */
export const STORE_SPEC: ObjectStoreSpec = {
    sizeGiB: 1,
    keepVersionsDays: 7,
    abortUploadDays: 3,
    replicas: [],
    forceDestroy: false,
    retainOnDelete: false,
    namespace: "default",
};

/** Who deploys, in the simulated credentials. */
export const DEPLOYER = {
    clientId: "client-of-deployer",
    objectId: "object-of-deployer",
    subscriptionId: "11111111-1111-1111-1111-111111111111",
    tenantId: "tenant-id",
};

/** The property of a resource's inputs that is its physical name, and the path of its resource id. */
const KINDS: Record<string, { readonly name: string; readonly path: string }> = {
    "storage:StorageAccount": { name: "accountName", path: "Microsoft.Storage/storageAccounts" },
    "storage:BlobContainer": { name: "containerName", path: "Microsoft.Storage/containers" },
    "network:VirtualNetwork": { name: "virtualNetworkName", path: "Microsoft.Network/virtualNetworks" },
    "network:Subnet": { name: "subnetName", path: "Microsoft.Network/subnets" },
    "managedidentity:UserAssignedIdentity": {
        name: "resourceName",
        path: "Microsoft.ManagedIdentity/userAssignedIdentities",
    },
    "containerservice:ManagedCluster": {
        name: "resourceName",
        path: "Microsoft.ContainerService/managedClusters",
    },
    "machinelearningservices:Workspace": {
        name: "workspaceName",
        path: "Microsoft.MachineLearningServices/workspaces",
    },
    "machinelearningservices:OnlineEndpoint": { name: "endpointName", path: "onlineEndpoints" },
    "machinelearningservices:OnlineDeployment": { name: "deploymentName", path: "deployments" },
    "machinelearningservices:Datastore": { name: "name", path: "datastores" },
    "machinelearningservices:ModelContainer": { name: "name", path: "models" },
    "machinelearningservices:EnvironmentContainer": { name: "name", path: "environments" },
    "containerregistry:Registry": { name: "registryName", path: "Microsoft.ContainerRegistry/registries" },
};

function idOf(type: string, inputs: Record<string, unknown>, logicalName: string): string {
    const group = (inputs.resourceGroupName ?? "group") as string;
    const base = `/subscriptions/${DEPLOYER.subscriptionId}/resourceGroups/${group}`;
    if (type === "azure-native:resources:ResourceGroup") {
        return `/subscriptions/${DEPLOYER.subscriptionId}/resourceGroups/${inputs.resourceGroupName as string}`;
    }
    const kind = KINDS[type.replace("azure-native:", "")];
    if (type.endsWith("Version")) {
        return `${base}/${inputs.name as string}/versions/${inputs.version as string}`;
    }
    return kind ? `${base}/providers/${kind.path}/${inputs[kind.name] as string}` : `${base}/${logicalName}`;
}

/** Computed properties that Azure would fill in. */
function computed(
    type: string,
    inputs: Record<string, unknown>,
    logicalName: string,
): Record<string, unknown> {
    const kind = KINDS[type.replace("azure-native:", "")];
    const name = kind ? (inputs[kind.name] as string) : ((inputs.resourceGroupName as string) ?? logicalName);
    switch (type) {
        case "azure-native:resources:ResourceGroup":
            return { name: inputs.resourceGroupName };
        case "azure-native:managedidentity:UserAssignedIdentity":
            return {
                name,
                principalId: `principal-of-${logicalName}`,
                clientId: `client-of-${logicalName}`,
                tenantId: "tenant-id",
            };
        case "azure-native:storage:ObjectReplicationPolicy":
            return { name, policyId: "policy-id", rules: [{ ruleId: "rule-id" }] };
        case "azure-native:containerservice:ManagedCluster":
            return {
                name,
                fqdn: `${inputs.dnsPrefix as string}.hcp.westeurope.azmk8s.io`,
                privateFQDN: `${inputs.dnsPrefix as string}.privatelink.westeurope.azmk8s.io`,
                oidcIssuerProfile: {
                    enabled: true,
                    issuerURL: "https://westeurope.oic.prod-aks.azure.com/tenant/issuer/",
                },
            };
        case "azure-native:network:PublicIPAddress":
            return { name, ipAddress: "198.51.100.7" };
        case "azure-native:containerregistry:Registry":
            return { name, loginServer: `${name}.azurecr.io` };
        case "azure-native:machinelearningservices:Workspace":
            return { name, identity: { type: "SystemAssigned", principalId: `principal-of-${logicalName}` } };
        case "azure-native:machinelearningservices:OnlineEndpoint":
            return {
                name,
                properties: {
                    ...(inputs.properties as object),
                    scoringUri: `https://${name}.westeurope.inference.ml.azure.com/`,
                },
            };
        default:
            return { name };
    }
}

const KUBECONFIG = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0FDQUNB
    server: https://serving.hcp.westeurope.azmk8s.io:443
  name: serving
`;

function invoked(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
    switch (token) {
        case "azure-native:authorization:getClientConfig":
            return DEPLOYER;
        case "azure-native:containerservice:listManagedClusterUserCredentials":
            return {
                kubeconfigs: [{ name: "clusterUser", value: Buffer.from(KUBECONFIG).toString("base64") }],
            };
        case "azure-native:containerservice:getManagedCluster":
            return {
                id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/${inputs.resourceName as string}`,
                name: inputs.resourceName,
                location: "westeurope",
                fqdn: "existing.hcp.westeurope.azmk8s.io",
                privateFQDN: "",
                ...(inputs.resourceName === "without-entra" ? {} : { aadProfile: { managed: true } }),
                oidcIssuerProfile: { issuerURL: "https://existing.issuer/" },
                agentPoolProfiles: [{ name: "system", vnetSubnetID: "/subnets/existing" }],
            };
        default:
            throw new Error(`unexpected call of ${token}`);
    }
}

/** The value by which the protocol says "not known". */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const UNKNOWN_RESULTS: Record<string, unknown> = Object.fromEntries(
    [
        ...[
            "clientId",
            "objectId",
            "subscriptionId",
            "tenantId",
            "kubeconfigs",
            "id",
            "name",
            "location",
            "fqdn",
        ],
        ...["privateFQDN", "oidcIssuerProfile", "agentPoolProfiles", "apiServerAccessProfile", "aadProfile"],
    ].map((property) => [property, UNKNOWN]),
);

/** In a preview what Azure computes is unknown, and so is every look-up. */
export async function record(
    program: (recording: Recording) => void | Promise<void>,
    { preview = false, subscription }: { preview?: boolean; subscription?: string } = {},
): Promise<Recording> {
    const recording = new Recording();
    pulumi.runtime.setAllConfig(
        subscription === undefined ? {} : { "azure-native:subscriptionId": subscription },
    );
    await pulumi.runtime.setMocks(
        {
            newResource: ({ type, name, inputs }) => {
                recording.resources.push({ type, name, inputs });
                return {
                    id: idOf(type, inputs, name),
                    state: preview ? inputs : { ...inputs, ...computed(type, inputs, name) },
                };
            },
            call: ({ token, inputs }) => {
                recording.calls.push({ token, inputs });
                return preview ? UNKNOWN_RESULTS : invoked(token, inputs);
            },
        },
        "project",
        "stack",
        preview,
        "organization",
    );
    await program(recording);
    // Not in the declarations, but the only way to wait for what a program registered without ending the process.
    await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
    return recording;
}

class TestComponent extends pulumi.ComponentResource {
    constructor(name: string) {
        super("barycenter:index:Test", name);
    }
}

/** A scope as a component makes it, whose children's options are recorded. */
export function scopeOf(recording: Recording, settings: ScopeSettings = {}): Scope {
    const name = settings.name ?? "thing";
    const site: Site = { cloud: "azure", region: settings.region ?? "westeurope", zone: settings.zone ?? {} };
    const customize = new Proxy<Record<string, (args: unknown, opts: pulumi.CustomResourceOptions) => void>>(
        {},
        {
            get: (_, suffix: string) => (args: unknown, opts: pulumi.CustomResourceOptions) => {
                settings.customize?.[suffix]?.(args, opts);
                recording.options.set(suffix, { ...opts });
            },
        },
    );
    return Scope.of(new TestComponent(name), name, {
        site,
        tier: settings.tier ?? "dev",
        tags: { owner: "ml", component: name, "managed-by": "barycenter" },
        protect: settings.protect ?? false,
        customize,
    });
}

/** The value of an output; undefined while it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
        const known = output as unknown as { isKnown: Promise<boolean>; promise(): Promise<T> };
        void known.isKnown.then(async (is) => resolve(is ? await known.promise() : undefined));
    });
}

/** What an output says when it becomes known; rejects with the error that keeps it from that. */
export function promised<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}

/** A cluster with an issuer, on any cloud. */
export function clusterOf(cloud: ClusterHandle["cloud"], issuer: string | undefined): ClusterHandle {
    return {
        cloud,
        region: "westeurope",
        ...(issuer === undefined ? {} : { issuer: pulumi.output(issuer) }),
    } as ClusterHandle;
}

export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
