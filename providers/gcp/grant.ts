import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type Principal } from "../concepts/identity";
import type { AccessMode, PrefixAccess } from "../concepts/objectStore";
import type { Scope } from "../scope";

/** Least role for each mode. `objectUser` reads, writes, lists and deletes objects, and nothing of the bucket. */
export const OBJECT_ROLE: Record<AccessMode, string> = {
    read: "roles/storage.objectViewer",
    write: "roles/storage.objectUser",
    readWrite: "roles/storage.objectUser",
};

/** Metadata of the bucket and nothing of its objects. */
export const BUCKET_ROLE = "roles/storage.bucketViewer";

/**
 * Gives a principal access to prefixes of a bucket, with bindings that are added to the bucket's policy and
 * never replace it.
 *
 * A list request has no object, so a condition on `resource.name` alone would refuse it; the attribute
 * `objectListPrefix` is what bounds it. A managed folder would do the same, but it is a resource of the bucket
 * that two consumers of one prefix would both have to own, and an adopted bucket would get one too.
 *
 * Triton asks for the bucket's metadata before it lists (GCSFileSystem::IsDirectory in triton-inference-server/core),
 * which no object role allows: hence the second binding.
 *
 * Each condition is titled after its own resource. Without that, two grants to one principal on one bucket would be
 * one binding, and the first to go would take it from the other.
 */
export function grant(
    bucket: pulumi.Input<string>,
    principal: Principal,
    accesses: readonly PrefixAccess[],
    scope: Scope,
    dependsOn: readonly pulumi.Resource[] = [],
): PodAccess {
    const binding = (suffix: string, role: string, expression: (name: string) => string): pulumi.Resource =>
        scope.child(
            suffix,
            storage.BucketIAMMember,
            {
                bucket,
                role,
                member: principal.id,
                condition: {
                    title: scope.childName(suffix).slice(-LONGEST_TITLE),
                    expression: pulumi.output(bucket).apply(expression),
                },
            },
            { dependsOn: [...dependsOn] },
        );
    // One binding a prefix: a condition takes twelve logical operators, which four prefixes would exceed.
    const objects = accesses.map(({ mode, prefix }) =>
        binding(accesses.length === 1 ? "objects" : objectsSuffix(prefix), OBJECT_ROLE[mode], (name) =>
            prefixExpression(name, prefix),
        ),
    );
    const metadata = binding("bucket", BUCKET_ROLE, bucketExpression);
    return { ...NO_ACCESS, dependencies: [...objects, metadata] };
}

/** Names a binding among several after its prefix, so that their order means nothing. */
function objectsSuffix(prefix: string): string {
    return ["objects", ...prefix.split("/").filter(Boolean)].join(".");
}

/** Characters of a condition's title at most. */
const LONGEST_TITLE = 100;

/** Holds for the bucket itself. */
export function bucketExpression(bucket: string): string {
    return `resource.name == ${literal(`projects/_/buckets/${bucket}`)}`;
}

/**
 * Holds for the objects under a prefix and for listing them. The prefix ends at a path separator, so `models/a` does not
 * open `models/ab`; an object whose name is the prefix itself is included. Without a prefix it holds for all objects.
 */
export function prefixExpression(bucket: string, prefix: string): string {
    const path = prefix.replace(/^\/+|\/+$/g, "");
    if (path === "") {
        return `resource.name.startsWith(${literal(`projects/_/buckets/${bucket}`)})`;
    }
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
