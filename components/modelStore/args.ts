import type { Input } from "@pulumi/pulumi";
import type { ComponentArgs } from "../settings";

/** A store to be created. */
export interface ModelStoreArgs extends ComponentArgs {
    /**
     * What it will hold, in GiB. A bucket grows by itself; on plain Kubernetes this is the size of the volume.
     * @default 100
     */
    readonly sizeGiB?: number;
    /**
     * GiB that it grows by in a month. Estimates take its average size in the first year.
     * @default 0
     */
    readonly growthGiBPerMonth?: number;
    /**
     * Whether `barycenter plan` may propose another place for the data once the store has one. It only proposes: a
     * store that holds data is moved by replicating it, switching its users and retiring it, never by its pin alone.
     * @default false: the data stays, and everything else is placed around it
     */
    readonly move?: boolean;
    /**
     * Whether `barycenter plan` may propose a copy of the data in another place, for what reads it to read there. It
     * only proposes, as for `move`.
     * @default false
     */
    readonly replicate?: boolean;
    /**
     * Days that an overwritten or deleted object is kept.
     * @default 7 in dev, 14 in staging, 30 in production
     */
    readonly keepVersionsDays?: number;
    /**
     * Regions of the same cloud that get a copy of every object, such as `["eu-central-1"]`; 2 at most on Azure.
     * @default none
     */
    readonly replicas?: readonly string[];
    /**
     * Key that encrypts the objects: key ARN (AWS), key name (Google Cloud), the key's ARM id (Azure), on which the
     * store gets its role; with a Key Vault URL the key's owner has to assign that role to the store's identity.
     * @default the landing zone's key, else the cloud's own
     */
    readonly encryptionKey?: Input<string>;
    /**
     * Delete the objects with the store. Refused together with `protect`.
     * @default true in dev, false elsewhere
     */
    readonly forceDestroy?: boolean;
    /**
     * Storage class of the volume, on plain Kubernetes.
     * @default the cluster's default class
     */
    readonly storageClass?: Input<string>;
    /**
     * Namespace of the volume claim, on plain Kubernetes, which must exist. Workloads that use it run there too.
     * @default default
     */
    readonly namespace?: string;
}

/** A store that exists already. It is never changed or deleted. */
export interface AdoptedModelStoreArgs extends ComponentArgs {
    /**
     * `s3://bucket`, `gs://bucket`, `https://account.blob.core.windows.net/container`, `pvc://claim`, or, with
     * `endpoint`, `s3://bucket` of an S3-compatible service.
     */
    readonly url: string;
    /**
     * Who owns it: AWS account id, Google Cloud project, or Azure `subscription/resource-group`. Needed on Azure,
     * and on AWS when the owner is another account than the site's.
     * @default the site's own account
     */
    readonly account?: string;
    /** What it holds, in GiB. @default 100 */
    readonly sizeGiB?: number;
    /** GiB that it grows by in a month. @default 0 */
    readonly growthGiBPerMonth?: number;
    /**
     * Whether `barycenter plan` may propose another place for the data once the store has one. It only proposes: a
     * store that holds data is moved by replicating it, switching its users and retiring it, never by its pin alone.
     * @default false: the data stays, and everything else is placed around it
     */
    readonly move?: boolean;
    /**
     * Whether `barycenter plan` may propose a copy of the data in another place, for what reads it to read there. It
     * only proposes, as for `move`.
     * @default false
     */
    readonly replicate?: boolean;
    /**
     * Key that it is encrypted with, when readers must be allowed to use the key.
     * @default none
     */
    readonly encryptionKey?: string;
    /**
     * Address of an S3-compatible service, such as `https://minio.storage:9000`.
     * @default none
     */
    readonly endpoint?: string;
    /**
     * Secret in the workload's namespace with keys `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, for an
     * S3-compatible service.
     * @default none
     */
    readonly credentialsSecret?: string;
    /** Namespace of the volume claim. @default default */
    readonly namespace?: string;
}

/** A model in a store. */
export interface ModelArgs {
    /**
     * Version of the model.
     * @default 1
     */
    readonly version?: string;
    /**
     * Path in the store.
     * @default models/<name>/<version>
     */
    readonly path?: string;
    /**
     * Format, as KServe names them: `huggingface`, `onnx`, `tensorrt`, `pytorch`, `triton`, `sklearn`, `xgboost`.
     * @default huggingface
     */
    readonly format?: string;
    /**
     * Size of the weights in GiB. Sets how long a replica may take to start, and its memory.
     * @default 16
     */
    readonly sizeGiB?: number;
}

/** Data in a store. */
export interface DatasetArgs {
    /**
     * Path in the store.
     * @default datasets/<name>
     */
    readonly path?: string;
    /**
     * Size of the data in GiB.
     * @default the store's size
     */
    readonly sizeGiB?: number;
}
