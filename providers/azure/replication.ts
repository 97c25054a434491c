import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { child } from "./children";
import { storageAccount, type StorageAccountNodes, type StorageAccountSettings } from "./storageAccount";

export type ReplicationSettings = Omit<StorageAccountSettings, "region" | "suffix"> & {
    readonly primary: StorageAccountNodes;
};

/**
 * Copies of a store in other regions. The policy is made on the destination first, which gives it its id and its
 * rule an id; the source's policy carries both. Both sides need versioning, and the source its change feed.
 */
export function replicate(settings: ReplicationSettings): readonly StorageAccountNodes[] {
    const { spec, scope, group, primary, guards } = settings;
    // Policies of one account are written one after the other, or Azure answers 409.
    let previous: pulumi.Resource[] = [];
    return spec.replicas.map((region) => {
        const copy = storageAccount({ ...settings, region, suffix: region });
        const rule = {
            sourceContainer: primary.container.name,
            destinationContainer: copy.container.name,
        };
        const between = {
            resourceGroupName: group.name,
            // Full ids, because names alone are refused where cross-tenant replication is off.
            sourceAccount: primary.account.id,
            destinationAccount: copy.account.id,
        };
        const opts = { retainOnDelete: guards.retainOnDelete };
        const destination = child(
            scope,
            `replication-to-${region}`,
            storage.ObjectReplicationPolicy,
            {
                ...between,
                accountName: copy.account.name,
                objectReplicationPolicyId: "default",
                rules: [{ ...rule, filters: { minCreationTime: REPLICATE_EVERYTHING } }],
            },
            { ...opts, dependsOn: [primary.service, primary.container, copy.service, copy.container] },
        );
        const source = child(
            scope,
            `replication-from-${region}`,
            storage.ObjectReplicationPolicy,
            {
                ...between,
                accountName: primary.account.name,
                objectReplicationPolicyId: destination.policyId,
                rules: [
                    {
                        ...rule,
                        ruleId: destination.rules.apply((rules) => rules?.[0]?.ruleId ?? ""),
                        filters: { minCreationTime: REPLICATE_EVERYTHING },
                    },
                ],
            },
            { ...opts, dependsOn: previous },
        );
        previous = [source];
        return {
            ...copy,
            nodes: {
                ...copy.nodes,
                [`replication-to-${region}`]: destination,
                [`replication-from-${region}`]: source,
            },
        };
    });
}

/** Also what was in the source before the policy. */
const REPLICATE_EVERYTHING = "1601-01-01T00:00:00Z";
