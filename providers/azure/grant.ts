import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type AccessMode, type PodAccess, type Principal } from "../cloud";
import type { Scope } from "../scope";
import { blobCondition, type BlobAccess, type BlobContainerNames } from "./blobConditions";
import { assignRole, ROLES } from "./roles";

/** Where a store's grants are assigned. */
export interface GrantTarget {
    /** ARM id that roles are assigned on: the container, or the group that holds the account alone. */
    readonly scopeId: pulumi.Input<string>;
    /** Names that narrow a scope wider than the container. */
    readonly within?: pulumi.Input<BlobContainerNames>;
    readonly account: pulumi.Input<string>;
}

interface OpenAssignment {
    readonly accesses: BlobAccess[];
    readonly access: PodAccess;
    closed: boolean;
}

/**
 * Grants on one store.
 *
 * Azure has one assignment for a principal, role and scope, whatever its condition, and refuses a second with
 * RoleAssignmentExists. So a consumer that reads two prefixes gets one assignment whose condition lists both: it is
 * put together when the consumer's constructor has returned.
 */
export class Grants {
    private readonly open = new Map<pulumi.Output<string>, Map<string, OpenAssignment>>();

    constructor(private readonly target: GrantTarget) {}

    /** @throws Error when a principal asks for more in a later turn of the event loop than its first grants */
    grant(principal: Principal, mode: AccessMode, prefix: string, scope: Scope): PodAccess {
        const role = mode === "read" ? ROLES.storageBlobDataReader : ROLES.storageBlobDataContributor;
        const ofPrincipal = this.open.get(principal.id) ?? new Map<string, OpenAssignment>();
        this.open.set(principal.id, ofPrincipal);
        const wanted = { mode, prefix: prefix.replace(/^\/+|\/+$/g, "") };
        const existing = ofPrincipal.get(role);
        if (existing) {
            if (existing.closed) {
                throw new Error(
                    `'${scope.name}' asks for access to '${prefix}' after its grants were registered`,
                );
            }
            existing.accesses.push(wanted);
            return existing.access;
        }
        const accesses: BlobAccess[] = [wanted];
        // A turn of the microtask queue: every grant of the running constructor is in by then.
        const complete = Promise.resolve().then(() => {
            made.closed = true;
            return accesses;
        });
        const assignment = assignRole(scope, "grant", {
            principalId: principal.id,
            principalType: "ServicePrincipal",
            role,
            scopeId: this.target.scopeId,
            condition: pulumi
                .all([complete, this.target.within])
                .apply(([all, within]) => blobCondition(all, within)),
        });
        const made: OpenAssignment = {
            accesses,
            access: {
                ...NO_ACCESS,
                // Triton takes the account from its URL, but how to sign in from here (as of 2.71).
                environment: [
                    { name: "AZURE_STORAGE_ACCOUNT", value: this.target.account },
                    { name: "AZURE_STORAGE_AUTH_TYPE", value: "default" },
                ],
                dependencies: [assignment],
            },
            closed: false,
        };
        ofPrincipal.set(role, made);
        return made.access;
    }
}
