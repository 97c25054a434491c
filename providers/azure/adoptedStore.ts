import * as pulumi from "@pulumi/pulumi";
import type { AdoptedStoreSpec, ObjectStoreHandle } from "../cloud";
import { tellOwner } from "../ownerNotice";
import type { Scope } from "../scope";
import { Uploads } from "./blobUpload";
import { clientConfig, knownSubscription } from "./context";
import { grant } from "./grant";
import { ROLES } from "./roles";
import { word } from "./servers";

const URL_FORM = /^https:\/\/([a-z0-9]{3,24})\.blob\.core\.windows\.net\/([a-z0-9$][a-z0-9-]{2,62})\/?$/;
const ACCOUNT_FORM = /^([^/]+)\/([^/]+)$/;

/**
 * A container that exists. Nothing of it is registered, changed or deleted; consumers add role assignments on it.
 *
 * @throws RunError when the URL is no container's, or the account is not `subscription/resource group`
 */
export function adoptObjectStore(spec: AdoptedStoreSpec, scope: Scope): ObjectStoreHandle {
    const [, account = "", container = ""] = URL_FORM.exec(spec.url) ?? [];
    if (account === "") {
        throw new pulumi.RunError(
            `${scope.name}: '${spec.url}' is no container's URL: https://<account>.blob.core.windows.net/<container>`,
        );
    }
    const owner = ownerOf(spec, scope);
    const scopeId =
        owner &&
        `/subscriptions/${owner.subscription}/resourceGroups/${owner.group}/providers/Microsoft.Storage` +
            `/storageAccounts/${account}/blobServices/default/containers/${container}`;
    const url = `https://${account}.blob.core.windows.net/${container}`;
    const policy =
        owner && scopeId && isForeign(owner.subscription, scope) ? ownerCommand(scopeId, scope) : undefined;
    if (policy) {
        tellOwner(url, String(spec.account), policy, scope.component);
    }
    const uploads = new Uploads({ url, scopeId, ready: [], retainOnDelete: true });
    const at = (base: string, path: string): pulumi.Output<string> =>
        pulumi.output(path === "" ? base : `${base}/${path}`);

    return {
        url: pulumi.output(url),
        bucket: pulumi.output(`${account}/${container}`),
        nodes: {},
        ready: [],
        ...(policy ? { ownerPolicy: policy } : {}),
        uri: (path) => at(url, path),
        tritonUri: (path) => at(`as://${account}/${container}`, path),
        grant: (principal, accesses, consumer) => {
            if (scopeId === undefined) {
                throw new pulumi.RunError(
                    `${scope.name}: access to ${url} needs its owner: account: "<subscription id>/<resource group>"`,
                );
            }
            // The assignment is on the container, so it is made where the container is.
            const there = consumer.at(scope.site, scope.provider);
            return grant({ scopeId }, principal, accesses, there);
        },
        upload: (files, consumer) => uploads.upload(files, consumer),
    };
}

function ownerOf(
    { account }: AdoptedStoreSpec,
    scope: Scope,
): { readonly subscription: string; readonly group: string } | undefined {
    if (account === undefined) {
        return undefined;
    }
    const [, subscription, group] = ACCOUNT_FORM.exec(account) ?? [];
    if (subscription === undefined || group === undefined) {
        throw new pulumi.RunError(
            `${scope.name}: account '${account}' is not '<subscription id>/<resource group>'`,
        );
    }
    return { subscription, group };
}

/** Whether another subscription than the stack's owns it; as far as that is known without asking Azure. */
function isForeign(subscription: string, scope: Scope): boolean {
    const own = knownSubscription(scope);
    return own === undefined || own.toLowerCase() !== subscription.toLowerCase();
}

/**
 * What the owner runs once, so that who deploys may assign blob data roles on this container, those two roles to
 * identities alone (learn.microsoft.com: delegate role assignments with conditions).
 */
function ownerCommand(scopeId: string, scope: Scope): pulumi.Output<string> {
    const roles = `{${ROLES.storageBlobDataReader}, ${ROLES.storageBlobDataContributor}}`;
    const only = (source: "Request" | "Resource"): string =>
        [
            `@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals ${roles}`,
            `@${source}[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'ServicePrincipal'}`,
        ].join(" AND ");
    const guard = (verb: "write" | "delete", source: "Request" | "Resource"): string =>
        `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})) OR (${only(source)}))`;
    return clientConfig(scope).objectId.apply((deployer) =>
        [
            "az role assignment create",
            `--assignee-object-id ${deployer}`,
            `--role ${ROLES.roleBasedAccessControlAdministrator}`,
            `--scope ${scopeId}`,
            "--condition-version 2.0",
            // One word in single quotes: in double ones a shell for people takes each `!` for its history.
            `--condition ${word(`${guard("write", "Request")} AND ${guard("delete", "Resource")}`)}`,
        ].join(" \\\n    "),
    );
}
