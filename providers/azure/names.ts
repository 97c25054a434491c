import type { NameRule } from "../names";

/**
 * Names on Azure, from learn.microsoft.com "Naming rules and restrictions for Azure resources" unless another
 * source is named.
 *
 * `shared` also stands where a name is unique in its resource group alone: a PUT on a name that exists changes that
 * resource without a word, and a landing zone's resource group is shared by many stacks. Autonaming is never used:
 * the provider neither shortens nor lower-cases it (pulumi-azure-native#4294, #3665).
 */
const SOURCE = "learn.microsoft.com resource-name-rules";

const inGroup = (maxLength: number, minLength = 1): NameRule => ({
    maxLength,
    minLength,
    characters: "mixed",
    shared: true,
    source: SOURCE,
});

export const NAMES = {
    resourceGroup: inGroup(90),
    /** Unique in the world. */
    storageAccount: { maxLength: 24, minLength: 3, characters: "alphanumeric", shared: true, source: SOURCE },
    /** Unique in its account. */
    container: { maxLength: 63, minLength: 3, characters: "dns", source: SOURCE },
    virtualNetwork: inGroup(64, 2),
    /** Unique in its network. */
    subnet: { maxLength: 80, characters: "mixed", source: SOURCE },
    natGateway: inGroup(80),
    publicIPAddress: inGroup(80),
    privateEndpoint: inGroup(64, 2),
    userAssignedIdentity: { ...inGroup(128, 3), startsWithLetter: true },
    /** Unique in its identity. */
    federatedCredential: { maxLength: 120, minLength: 3, characters: "mixed", source: SOURCE },
    cluster: { ...inGroup(63), startsWithLetter: true },
    dnsPrefix: {
        maxLength: 54,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "Azure/azure-rest-api-specs containerservice",
    },
    /** AKS makes this group itself, in the subscription. */
    nodeResourceGroup: { ...inGroup(80), source: "learn.microsoft.com aks/faq: node resource group" },
    /** Hashed from the pool's immutable inputs, so that a replacement exists before its predecessor goes. */
    agentPool: {
        maxLength: 12,
        characters: "alphanumeric",
        startsWithLetter: true,
        shared: true,
        source: "learn.microsoft.com aks: Linux node pools",
    },
    /** Unique in the world. Drawn at creation, then ignored: a deleted vault holds its name (pulumi-azure-native#1174). */
    keyVault: {
        maxLength: 24,
        minLength: 3,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: SOURCE,
    },
    logWorkspace: { ...inGroup(63, 4), characters: "dns" },
    insights: inGroup(255),
    /** Unique in the world. */
    containerRegistry: {
        maxLength: 50,
        minLength: 5,
        characters: "alphanumeric",
        startsWithLetter: true,
        shared: true,
        source: SOURCE,
    },
    taskRun: { maxLength: 50, minLength: 5, characters: "alphanumeric", shared: true, source: SOURCE },
    /** Drawn at creation, then ignored: deleted workspaces hold their names too (Azure/azure-cli#33756). */
    workspace: { ...inGroup(33, 3), startsWithLetter: true },
    /** Data store of a workspace: letters, digits and underscores only; hashed, so alphanumeric serves. */
    datastore: { maxLength: 255, characters: "alphanumeric", shared: true, source: SOURCE },
    workspaceAsset: { maxLength: 255, characters: "mixed", shared: true, source: SOURCE },
    /** Unique in its workspace. */
    outboundRule: { maxLength: 63, characters: "dns", source: "learn.microsoft.com how-to-managed-network" },
    /** Unique in a region, over all subscriptions. */
    onlineEndpoint: {
        maxLength: 32,
        minLength: 3,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "learn.microsoft.com how-to-manage-quotas: managed online endpoints",
    },
    /** Carries the revision, so that a new revision takes traffic before the old one goes. */
    onlineDeployment: {
        maxLength: 32,
        minLength: 3,
        characters: "dns",
        startsWithLetter: true,
        shared: true,
        source: "learn.microsoft.com how-to-manage-quotas: managed online endpoints",
    },
    armDeployment: inGroup(64),
    autoscale: inGroup(260),
    lock: { maxLength: 90, characters: "mixed", source: SOURCE },
} as const satisfies Record<string, NameRule>;
