import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type Principal } from "../concepts/identity";
import type { AccessMode } from "../concepts/objectStore";
import type { Scope } from "../scope";

/** Least role for each mode. `objectUser` reads, writes, lists and deletes objects, and nothing of the bucket. */
export const OBJECT_ROLE: Record<AccessMode, string> = {
    read: "roles/storage.objectViewer",
    write: "roles/storage.objectUser",
    readWrite: "roles/storage.objectUser",
};

/** Title of the condition that bounds a binding to a prefix. */
export const PREFIX_TITLE = "barycenter-prefix";

/** Metadata of the bucket and nothing of its objects. */
export const BUCKET_ROLE = "roles/storage.bucketViewer";

/**
 * Gives a principal access to one prefix of a bucket, with two bindings that are added to the bucket's policy and
 * never replace it.
 *
 * A list request has no object, so a condition on `resource.name` alone would refuse it; the attribute
 * `objectListPrefix` is what bounds it. A managed folder would do the same, but it is a resource of the bucket
 * that two consumers of one prefix would both have to own, and an adopted bucket would get one too.
 *
 * Triton asks for the bucket's metadata before it lists (GCSFileSystem::IsDirectory in triton-inference-server/core),
 * which no object role allows: hence the second binding.
 */
export function grant(
    bucket: pulumi.Input<string>,
    principal: Principal,
    mode: AccessMode,
    prefix: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[] = [],
): PodAccess {
    const opts = { dependsOn: [...dependsOn] };
    const objects = scope.child(
        "objects",
        storage.BucketIAMMember,
        {
            bucket,
            role: OBJECT_ROLE[mode],
            member: principal.id,
            ...(prefix === "" ? {} : { condition: prefixCondition(bucket, prefix) }),
        },
        opts,
    );
    const metadata = scope.child(
        "bucket",
        storage.BucketIAMMember,
        { bucket, role: BUCKET_ROLE, member: principal.id },
        opts,
    );
    return { ...NO_ACCESS, dependencies: [objects, metadata] };
}

/** An IAM condition that holds for the objects under a prefix and for listing them. */
export function prefixCondition(
    bucket: pulumi.Input<string>,
    prefix: string,
): { title: string; expression: pulumi.Output<string> } {
    return {
        title: PREFIX_TITLE,
        expression: pulumi.output(bucket).apply((name) => prefixExpression(name, prefix)),
    };
}

/**
 * The condition's expression. The prefix ends at a path separator, so `models/a` does not open `models/ab`; an object
 * whose name is the prefix itself is included.
 */
export function prefixExpression(bucket: string, prefix: string): string {
    const path = prefix.replace(/\/+$/, "");
    const object = `projects/_/buckets/${bucket}/objects/${path}`;
    return [
        `resource.name == ${literal(object)}`,
        `resource.name.startsWith(${literal(`${object}/`)})`,
        `api.getAttribute("storage.googleapis.com/objectListPrefix", "") == ${literal(path)}`,
        `api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith(${literal(`${path}/`)})`,
    ].join(" || ");
}

/** A string literal of the Common Expression Language. */
function literal(text: string): string {
    return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
