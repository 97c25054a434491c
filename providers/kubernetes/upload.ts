import * as pulumi from "@pulumi/pulumi";

/**
 * @throws RunError always. A file of this machine reaches a volume only through a pod that mounts it and takes an
 * upload, and an S3-compatible service only with keys that are in the cluster's Secret alone.
 */
export function refuseUpload(url: string): never {
    throw new pulumi.RunError(
        `files of this machine can't be put into ${url} by an update: a volume is reachable through a pod alone, ` +
            "and the keys of an S3-compatible service are in the cluster. Copy them once (`kubectl cp` into a pod " +
            "that mounts the claim, or the service's own client), or let a BatchJob fetch them",
    );
}
