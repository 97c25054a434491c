import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type Principal } from "../concepts/identity";
import type { AccessMode, AdoptedStoreSpec, ObjectStoreHandle, PrefixAccess } from "../concepts/objectStore";
import { tellOwner } from "../ownerNotice";
import type { Scope } from "../scope";
import { knownProject, projectOf } from "./context";
import { BUCKET_ROLE, OBJECT_ROLE, prefixExpression } from "./grant";
import { storeHandle } from "./storeHandle";

/**
 * A bucket that exists already. Nothing is registered for it; a grant adds a binding to its policy where the bucket is
 * this project's, and is left to its owner where it is another's.
 */
export function adoptObjectStore(spec: AdoptedStoreSpec, scope: Scope): ObjectStoreHandle {
    const bucket = bucketOf(spec.url);
    const ownerPolicy = projectOf(scope).apply((project) =>
        ownerCommands(bucket, spec, {
            member: `serviceAccount:WORKLOAD@${project}.iam.gserviceaccount.com`,
            mode: "read",
            prefix: "PREFIX",
        }),
    );
    const handle = storeHandle({ bucket, nodes: {}, ready: [], retainOnDelete: true, ownerPolicy }, scope);
    if (!isForeign(spec, scope)) {
        return handle;
    }
    if (pulumi.runtime.isDryRun()) {
        // Each workload's own commands are known once its service account exists.
        tellOwner(`gs://${bucket}`, String(spec.account), ownerPolicy, scope.component);
    }
    return { ...handle, grant: (...access) => leaveToOwner(bucket, spec, ...access) };
}

/** The bucket is said to be another project's than the one that this site is known to use. */
function isForeign(spec: AdoptedStoreSpec, scope: Scope): boolean {
    const own = knownProject(scope);
    return spec.account !== undefined && own !== undefined && spec.account !== own;
}

/** Says what the owner has to add, with the member that only this program knows. */
function leaveToOwner(
    bucket: string,
    spec: AdoptedStoreSpec,
    principal: Principal,
    accesses: readonly PrefixAccess[],
    scope: Scope,
): PodAccess {
    const commands = pulumi
        .output(principal.id)
        .apply((member) =>
            accesses.map((access) => ownerCommands(bucket, spec, { member, ...access })).join("\n"),
        );
    tellOwner(`gs://${bucket}`, String(spec.account), commands, scope.component);
    return NO_ACCESS;
}

/**
 * The bucket of `gs://bucket` or `gs://bucket/`.
 *
 * @throws RunError when the URL is of another form
 */
export function bucketOf(url: string): string {
    const bucket = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/?$/.exec(url)?.[1];
    if (bucket === undefined) {
        throw new pulumi.RunError(`'${url}' names no Cloud Storage bucket: the form is gs://bucket`);
    }
    return bucket;
}

/** Commands that an owner runs once, so that a workload may use a prefix of the bucket. */
function ownerCommands(
    bucket: string,
    spec: AdoptedStoreSpec,
    access: { readonly member: string; readonly mode: AccessMode; readonly prefix: string },
): string {
    const bind = (role: string, condition = ""): string =>
        [
            `gcloud storage buckets add-iam-policy-binding gs://${bucket}`,
            ...(spec.account === undefined ? [] : [`--project=${spec.account}`]),
            `--member='${access.member}'`,
            `--role=${role}`,
            ...(condition === ""
                ? []
                : [
                      // gcloud divides at commas unless told otherwise, and the expression holds some.
                      `--condition='^;^title=barycenter-prefix;expression=${condition}'`,
                  ]),
        ].join(" ");
    return [
        bind(
            OBJECT_ROLE[access.mode],
            access.prefix === "" ? "" : prefixExpression(bucket, access.prefix).replace(/'/g, `'\\''`),
        ),
        bind(BUCKET_ROLE),
    ].join("\n");
}
