import * as pulumi from "@pulumi/pulumi";
import * as s3 from "@pulumi/aws/s3";
import type { UploadFile } from "../cloud";
import type { Scope } from "../scope";

/** A bucket that files are put into. */
interface UploadTarget {
    readonly bucket: pulumi.Output<string>;
    readonly region: string;
    readonly ready: readonly pulumi.Resource[];
    readonly retainOnDelete: boolean;
}

/**
 * One object a file. `sourceHash` tells a new content, since an ETag is no hash of it under KMS or in parts.
 *
 * Objects carry no tags: S3 allows ten on one, cost reports read the bucket's alone, and a provider's default tags
 * would count against the ten.
 */
export function upload(
    target: UploadTarget,
    files: readonly UploadFile[],
    scope: Scope,
): readonly s3.BucketObjectv2[] {
    return files.map((file) =>
        scope.child(
            file.key,
            s3.BucketObjectv2,
            {
                bucket: target.bucket,
                region: target.region,
                key: file.key,
                source: new pulumi.asset.FileAsset(file.source),
                sourceHash: file.sha256,
                checksumAlgorithm: "SHA256",
                overrideProvider: { defaultTags: { tags: {} } },
            },
            // An object put before versioning is on would have no version to go back to.
            { dependsOn: [...target.ready], retainOnDelete: target.retainOnDelete },
        ),
    );
}
