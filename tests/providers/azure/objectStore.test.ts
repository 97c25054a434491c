import assert from "node:assert/strict";
import { cloud } from "../../../providers/azure";
import type { ObjectStoreHandle, ObjectStoreSpec } from "../../../providers/cloud";
import { record, scopeOf, valueOf, type Recording, type ScopeSettings } from "./support";

const SPEC: ObjectStoreSpec = {
    sizeGiB: 100,
    keepVersionsDays: 14,
    abortUploadDays: 3,
    replicas: [],
    forceDestroy: false,
    retainOnDelete: false,
    namespace: "default",
};

const SUBSCRIPTION = "22222222-2222-2222-2222-222222222222";
const KEY = `/subscriptions/${SUBSCRIPTION}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/owners/keys/blobs`;

async function made(
    spec: Partial<ObjectStoreSpec> = {},
    settings: ScopeSettings = {},
    preview = false,
): Promise<{ recording: Recording; store: ObjectStoreHandle }> {
    let store: ObjectStoreHandle | undefined;
    const recording = await record(
        (to) => {
            store = cloud.objectStore({ ...SPEC, ...spec }, scopeOf(to, { name: "weights", ...settings }));
        },
        { preview },
    );
    return { recording, store: store! };
}

describe("a store on Azure", () => {
    it("refuses keys, anonymous readers, old TLS and copies into another tenant", async () => {
        const { recording } = await made();
        const account = recording.inputs("weights-account");
        assert.equal(account.kind, "StorageV2");
        assert.equal(account.allowSharedKeyAccess, false);
        assert.equal(account.allowBlobPublicAccess, false);
        assert.equal(account.defaultToOAuthAuthentication, true);
        assert.equal(account.minimumTlsVersion, "TLS1_2");
        assert.equal(account.enableHttpsTrafficOnly, true);
        assert.equal(account.allowCrossTenantReplication, false);
        assert.equal(recording.inputs("weights-container").publicAccess, "None");
    });

    it("names its account within 24 lower-case letters and digits, apart by subscription and region", async () => {
        const names: string[] = [];
        for (const settings of [
            { zone: { account: SUBSCRIPTION } },
            { zone: { account: "33333333-3333-3333-3333-333333333333" } },
            { zone: { account: SUBSCRIPTION }, region: "northeurope" },
        ]) {
            names.push((await made({}, settings)).recording.inputs("weights-account").accountName as string);
        }
        assert.equal(new Set(names).size, 3);
        for (const name of names) {
            assert.match(name, /^[a-z0-9]{3,24}$/);
        }
    });

    it("makes a resource group of its own, and uses the landing zone's where there is one", async () => {
        const own = (await made()).recording;
        assert.equal(own.ofType("resources:ResourceGroup").length, 1);
        assert.equal(
            own.inputs("weights-account").resourceGroupName,
            own.inputs("weights-resource-group").resourceGroupName,
        );
        const given = (await made({}, { zone: { resourceGroup: "landing" } })).recording;
        assert.equal(given.ofType("resources:ResourceGroup").length, 0);
        assert.equal(given.inputs("weights-account").resourceGroupName, "landing");
    });

    it("keeps old versions and deleted blobs for their days", async () => {
        const { recording } = await made({ keepVersionsDays: 14 });
        const service = recording.inputs("weights-blob-service");
        assert.equal(service.isVersioningEnabled, true);
        assert.deepEqual(service.deleteRetentionPolicy, { enabled: true, days: 14 });
        assert.deepEqual(service.containerDeleteRetentionPolicy, { enabled: true, days: 14 });
        assert.equal("changeFeed" in service, false);
        const [rule] = recording.inputs("weights-lifecycle").policy.rules;
        assert.deepEqual(rule.definition.actions.version, { delete: { daysAfterCreationGreaterThan: 14 } });
        assert.equal("baseBlob" in rule.definition.actions, false);
    });

    it("is open to tokens alone, and to the landing zone's subnets alone where it names them", async () => {
        const open = (await made()).recording.inputs("weights-account");
        assert.deepEqual(open.networkRuleSet, { defaultAction: "Allow", bypass: "AzureServices" });
        const closed = (await made({}, { zone: { subnets: ["/subnets/a"] } })).recording.inputs(
            "weights-account",
        );
        assert.deepEqual(closed.networkRuleSet, {
            defaultAction: "Deny",
            bypass: "AzureServices",
            virtualNetworkRules: [{ virtualNetworkResourceId: "/subnets/a", action: "Allow" }],
        });
    });

    it("is zone-redundant where the region has it", async () => {
        const sku = async (region: string): Promise<unknown> =>
            (await made({}, { region })).recording.inputs("weights-account").sku;
        assert.deepEqual(await sku("westeurope"), { name: "Standard_ZRS" });
        assert.deepEqual(await sku("westus"), { name: "Standard_LRS" });
    });

    it("encrypts with the owner's key through an identity that may use it", async () => {
        const { recording } = await made({ encryptionKey: KEY });
        const account = recording.inputs("weights-account");
        assert.equal(account.identity.type, "UserAssigned");
        assert.equal(account.encryption.keySource, "Microsoft.Keyvault");
        assert.equal(account.encryption.keyVaultProperties.keyVaultUri, "https://owners.vault.azure.net");
        assert.equal(account.encryption.keyVaultProperties.keyName, "blobs");
        assert.equal(account.encryption.keyVaultProperties.keyVersion, undefined);
        assert.equal(recording.inputs("weights-encryption-access").scope, KEY);
        assert.deepEqual(recording.waitsFor("account"), ["weights-encryption-access"]);
    });

    it("has no encryption settings and no identity without a key", async () => {
        const { recording } = await made();
        assert.equal("encryption" in recording.inputs("weights-account"), false);
        assert.equal("identity" in recording.inputs("weights-account"), false);
        assert.equal(recording.ofType("managedidentity:UserAssignedIdentity").length, 0);
    });

    it("assigns no role on a key that is given by its identifier alone", async () => {
        const { recording } = await made({ encryptionKey: "https://owners.vault.azure.net/keys/blobs/v1" });
        assert.equal(recording.inputs("weights-account").encryption.keyVaultProperties.keyVersion, "v1");
        assert.equal(recording.ofType("authorization:RoleAssignment").length, 0);
    });

    it("locks its account last and protects the account, not the lock", async () => {
        const { recording } = await made({}, { protect: true });
        const lock = recording.inputs("weights-lock");
        assert.equal(lock.level, "CanNotDelete");
        assert.match(lock.scope, /storageAccounts\/[a-z0-9]+$/);
        assert.equal(recording.option("lock").protect, undefined);
        assert.deepEqual(recording.waitsFor("lock").sort(), [
            "weights-account",
            "weights-blob-service",
            "weights-container",
            "weights-lifecycle",
        ]);
        for (const suffix of ["account", "container", "resource-group"]) {
            assert.equal(recording.option(suffix).protect, true, suffix);
        }
    });

    it("is locked beside its container in a landing zone's group, so that grants can still be taken back", async () => {
        const { recording } = await made({}, { protect: true, zone: { resourceGroup: "landing" } });
        assert.match(recording.inputs("weights-lock").scope, /weights-lifecycle$/);
    });

    it("has no lock and protects nothing once protect is off, so that an update lifts both", async () => {
        const { recording } = await made({}, { protect: false });
        assert.equal(recording.ofType("authorization:ManagementLockByScope").length, 0);
        assert.equal(recording.option("account").protect, false);
    });

    it("keeps its resource group with the data that is retained", async () => {
        const { recording } = await made({ retainOnDelete: true });
        for (const suffix of ["account", "container", "blob-service", "resource-group"]) {
            assert.equal(recording.option(suffix).retainOnDelete, true, suffix);
        }
    });

    it("replicates: destination first, then the source with the ids that it got", async () => {
        const { recording } = await made({ replicas: ["northeurope"] }, { protect: true });
        const to = recording.inputs("weights-replication-to-northeurope");
        const from = recording.inputs("weights-replication-from-northeurope");
        assert.equal(to.objectReplicationPolicyId, "default");
        assert.equal(from.objectReplicationPolicyId, "policy-id");
        assert.equal(from.rules[0].ruleId, "rule-id");
        assert.equal("ruleId" in to.rules[0], false);
        assert.match(to.sourceAccount, /^\/subscriptions\//);
        assert.deepEqual(recording.inputs("weights-blob-service").changeFeed, { enabled: true });
        assert.equal(recording.inputs("weights-blob-service-northeurope").isVersioningEnabled, true);
        assert.equal(recording.inputs("weights-account-northeurope").location, "northeurope");
        assert.notEqual(
            recording.inputs("weights-account").accountName,
            recording.inputs("weights-account-northeurope").accountName,
        );
        assert.match(recording.inputs("weights-lock-northeurope").scope, /storageAccounts/);
    });

    it("tells KServe and Triton the same path in their own forms", async () => {
        const { store, recording } = await made();
        const { accountName } = recording.inputs("weights-account");
        assert.equal(
            await valueOf(store.uri("llama/3")),
            `https://${accountName}.blob.core.windows.net/weights/llama/3`,
        );
        assert.equal(await valueOf(store.tritonUri("llama/3")), `as://${accountName}/weights/llama/3`);
        assert.equal(await valueOf(store.tritonUri("")), `as://${accountName}/weights`);
        assert.equal(await valueOf(store.bucket), `${accountName}/weights`);
    });

    it("puts cost tags on all that takes tags, and a location on all that is located", async () => {
        const { recording } = await made({ encryptionKey: KEY });
        for (const suffix of ["resource-group", "account", "encryption"]) {
            const inputs = recording.inputs(`weights-${suffix}`);
            assert.equal(inputs.tags.owner, "ml", suffix);
            assert.equal(inputs.location, "westeurope", suffix);
        }
    });

    it("registers the same in a preview that knows nothing", async () => {
        const spec = { replicas: ["northeurope"], encryptionKey: KEY };
        const settings = { protect: true };
        const preview = (await made(spec, settings, true)).recording.shape;
        assert.deepEqual(preview, (await made(spec, settings)).recording.shape);
    });
});
