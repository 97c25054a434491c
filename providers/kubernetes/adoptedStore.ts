import * as pulumi from "@pulumi/pulumi";
import type { AdoptedStoreSpec, ObjectStoreHandle } from "../cloud";
import { grantBucket } from "./grant";
import { volumeHandle } from "./objectStore";
import { refuseUpload } from "./upload";

/**
 * A volume claim or a bucket of an S3-compatible service (MinIO, Ceph) that exists already.
 *
 * @throws RunError for another URL, or a bucket without its endpoint or credentials
 */
export function adoptObjectStore(spec: AdoptedStoreSpec): ObjectStoreHandle {
    if (spec.url.startsWith("pvc://")) {
        return volumeHandle(spec.url.slice("pvc://".length), spec.namespace, {}, []);
    }
    const { url, endpoint, credentialsSecret } = spec;
    if (!url.startsWith("s3://") || endpoint === undefined || credentialsSecret === undefined) {
        throw new pulumi.RunError(
            `${url} can't be adopted on a cluster of your own: give pvc://claim, or s3://bucket with the service's ` +
                "`endpoint` and the `credentialsSecret` that holds its keys",
        );
    }
    const bucket = url.slice("s3://".length);
    return {
        url: pulumi.output(url),
        bucket: pulumi.output(bucket),
        nodes: {},
        ready: [],
        uri: (path) => pulumi.output(path ? `${url}/${path}` : url),
        tritonUri: (path) =>
            pulumi.output([`s3://${withPort(endpoint)}`, bucket, path].filter(Boolean).join("/")),
        grant: (principal) => grantBucket(url, endpoint, credentialsSecret, principal),
        upload: () => refuseUpload(url),
    };
}

/** Triton takes an S3-compatible address with its port only: `s3://https://host:port/bucket/path`. */
function withPort(endpoint: string): string {
    return /:\d+$/.test(endpoint) ? endpoint : `${endpoint}:${endpoint.startsWith("https:") ? 443 : 80}`;
}
