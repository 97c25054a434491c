import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import type { UploadFile } from "../concepts/objectStore";
import { childSuffix } from "../names";
import type { Scope } from "../scope";

/**
 * Puts files into a bucket, one object a file.
 *
 * The engine compares the content of a `FileAsset` by its hash, so a changed file changes its object. The SHA-256 is
 * kept as metadata, where it can be checked after a transfer.
 */
export function upload(
    bucket: pulumi.Input<string>,
    files: readonly UploadFile[],
    scope: Scope,
    options: { readonly dependsOn: readonly pulumi.Resource[]; readonly retainOnDelete: boolean },
): readonly pulumi.Resource[] {
    return files.map((file) =>
        scope.child(
            `object-${childSuffix(file.key, file.key)}`,
            storage.BucketObject,
            {
                bucket,
                name: file.key,
                source: new pulumi.asset.FileAsset(file.source),
                metadata: { sha256: file.sha256 },
            },
            {
                dependsOn: [...options.dependsOn],
                retainOnDelete: options.retainOnDelete,
                // An object is deleted by its name: created first, the new content would go with the old.
                deleteBeforeReplace: true,
            },
        ),
    );
}
