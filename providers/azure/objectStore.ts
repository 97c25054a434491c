import * as authorization from "@pulumi/azure-native/authorization";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle, ObjectStoreSpec } from "../cloud";
import type { Scope } from "../scope";
import { child } from "./children";
import { Uploads } from "./blobUpload";
import { resourceGroup, type ResourceGroup } from "./context";
import { grant } from "./grant";
import { NAMES } from "./names";
import { replicate } from "./replication";
import { isClosed, storageAccount, type StorageAccountNodes } from "./storageAccount";
import { rememberAccount } from "./storeAccounts";

/**
 * A storage account with one container.
 *
 * Reached over its public name with Microsoft Entra tokens alone: no key, no shared access signature, no anonymous
 * reader. Where the landing zone names subnets, they and nothing else reach it, through their storage service
 * endpoint.
 *
 * Azure refuses no deletion of an account that still holds blobs. Unless `forceDestroy`, what guards them is soft
 * deletion of blobs and containers for `keepVersionsDays`, and, with `protect`, a CanNotDelete lock on the account.
 */
export function objectStore(spec: ObjectStoreSpec, scope: Scope): ObjectStoreHandle {
    const guards = { protect: scope.protect, retainOnDelete: spec.retainOnDelete };
    // The group goes the way of the data: its deletion would take a retained account with it.
    const group = resourceGroup(scope, guards);
    const primary = storageAccount({ spec, scope, group, guards, region: scope.site.region, suffix: "" });
    const copies = replicate({ spec, scope, group, guards, primary });

    const { account, container } = primary;
    const bucket = pulumi.interpolate`${account.name}/${container.name}`;
    const url = pulumi.interpolate`https://${account.name}.blob.core.windows.net/${container.name}`;
    const ready = [primary.service, container];
    const scopeId = grantScope(group, container);
    const target = {
        scopeId,
        ...(group.resource
            ? {
                  within: pulumi
                      .all([account.name, container.name])
                      .apply(([accountName, containerName]) => ({
                          account: accountName,
                          container: containerName,
                      })),
              }
            : {}),
    };
    const uploads = new Uploads({ url, scopeId, ready, retainOnDelete: spec.retainOnDelete });

    const handle: ObjectStoreHandle = {
        url,
        bucket,
        nodes: {
            ...(group.resource ? { "resource-group": group.resource } : {}),
            ...primary.nodes,
            ...Object.assign({}, ...copies.map((copy) => copy.nodes)),
            ...(scope.protect ? locks(scope, group, [primary, ...copies]) : {}),
        },
        ready,
        uri: (path) => pulumi.interpolate`${url}${path === "" ? "" : `/${path}`}`,
        tritonUri: (path) => pulumi.interpolate`as://${bucket}${path === "" ? "" : `/${path}`}`,
        // The assignment is on the container, so it is made where the container is.
        grant: (principal, accesses, consumer) =>
            grant(target, principal, accesses, consumer.at(scope.site, scope.provider)),
        upload: (files, consumer) => uploads.upload(files, consumer),
    };
    return rememberAccount(handle, {
        id: account.id,
        assignableAt: group.resource?.id ?? account.id,
        closed: isClosed(scope),
    });
}

/**
 * Where roles on the container are assigned.
 *
 * Azure lets nobody delete an assignment at or below a locked resource (MicrosoftDocs/azure-docs#110791,
 * hashicorp/terraform-provider-azurerm#11770), so with a lock on the account and an assignment on its container no
 * consumer of a protected store could be removed. A group of our own holds nothing but this store: assignments go on
 * it, above the lock, with a condition that names the account and the container. A landing zone's group holds other
 * things, so there they go on the container, and the lock stands beside it.
 */
function grantScope(group: ResourceGroup, container: storage.BlobContainer): pulumi.Output<string> {
    return group.resource ? group.resource.id : container.id;
}

/**
 * Azure's own deletion protection. It is itself not protected: an `up` with `protect: false` deletes it. It depends
 * on all that the account holds, so that it goes before any of them.
 *
 * In a landing zone's group it stands on the account's lifecycle rules, which keeps the account as well, since an
 * account with a locked child cannot be deleted, but leaves the assignments on the container free to go.
 */
function locks(
    scope: Scope,
    group: ResourceGroup,
    accounts: readonly StorageAccountNodes[],
): Record<string, pulumi.Resource> {
    return Object.fromEntries(
        accounts.map(({ account, lifecycle, suffix, nodes }) => {
            const name = suffix === "" ? "lock" : `lock-${suffix}`;
            const lock = child(
                scope,
                name,
                authorization.ManagementLockByScope,
                {
                    lockName: scope.physicalName(NAMES.lock, name),
                    scope: group.resource ? account.id : lifecycle.id,
                    level: "CanNotDelete",
                    notes: `Set by protect on ${scope.name}; an update with protect: false removes it.`,
                },
                { dependsOn: Object.values(nodes) },
            );
            return [name, lock];
        }),
    );
}
