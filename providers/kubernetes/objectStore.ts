import * as pulumi from "@pulumi/pulumi";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1";
import type { ObjectStoreHandle, ObjectStoreSpec } from "../cloud";
import type { Scope } from "../scope";
import { grantVolume, volumePath } from "./grant";
import { objectLabels } from "./labels";
import { NAMES } from "./names";
import { contextProvider } from "./siteProvider";
import { refuseUpload } from "./upload";

/**
 * A volume: what a cluster of one's own has in place of a bucket. ReadWriteMany, since every replica of a service
 * and every pod of a job reads it, on whichever node it is; the storage class must have that (NFS, CephFS, Longhorn).
 * A volume has no versions, lifecycle or replicas: those parts of the specification have no counterpart.
 */
export function objectStore(spec: ObjectStoreSpec, scope: Scope): ObjectStoreHandle {
    const provider = contextProvider(scope);
    const claim = scope.physicalName(NAMES.claim);
    const volume = scope.using(provider).child(
        "volume",
        PersistentVolumeClaim,
        {
            metadata: {
                name: claim,
                namespace: spec.namespace,
                labels: objectLabels(scope, "model-store"),
                // A class that binds to the first consumer's zone stays pending until there is one: don't wait for it.
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                accessModes: ["ReadWriteMany"],
                resources: { requests: { storage: `${Math.ceil(spec.sizeGiB)}Gi` } },
                ...(spec.storageClass !== undefined ? { storageClassName: spec.storageClass } : {}),
            },
        },
        { protect: scope.protect, retainOnDelete: spec.retainOnDelete },
    );
    return volumeHandle(claim, spec.namespace, { volume }, [volume]);
}

/** The handle of a claim, created or adopted. */
export function volumeHandle(
    claim: string,
    namespace: string,
    nodes: Readonly<Record<string, pulumi.Resource>>,
    ready: readonly pulumi.Resource[],
): ObjectStoreHandle {
    const url = `pvc://${claim}`;
    return {
        url: pulumi.output(url),
        bucket: pulumi.output(claim),
        nodes,
        ready,
        uri: (path) => pulumi.output(path ? `${url}/${path}` : url),
        // Triton reads a mounted repository by its path.
        tritonUri: (path) => pulumi.output(volumePath(claim, path)),
        grant: (principal, accesses) => grantVolume(claim, namespace, principal, accesses, ready),
        upload: () => refuseUpload(url),
    };
}
