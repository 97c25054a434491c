import type { Input, Output, Resource } from "@pulumi/pulumi";
import type { Scope } from "../scope";
import type { PodAccess, Principal } from "./identity";

/** A store to be created. */
export interface ObjectStoreSpec {
    /** Capacity of the volume where the cloud sells volumes, not buckets (plain Kubernetes). */
    readonly sizeGiB: number;
    /** Days that an overwritten or deleted object is kept. */
    readonly keepVersionsDays: number;
    /** Days after which the parts of a failed upload are removed. */
    readonly abortUploadDays: number;
    /** Regions of the same cloud that get a copy of every object. */
    readonly replicas: readonly string[];
    /** Key that encrypts the objects, in the cloud's own id form; the cloud's own key where absent. */
    readonly encryptionKey?: Input<string>;
    /** Delete the objects with the store. Never with protected data. */
    readonly forceDestroy: boolean;
    /** Keep the store in the cloud when it is removed from the program. */
    readonly retainOnDelete: boolean;
    /** Storage class of the volume (plain Kubernetes). */
    readonly storageClass?: Input<string>;
    /** Namespace of the volume claim (plain Kubernetes). */
    readonly namespace: string;
}

/** A store that exists already. It is never changed or deleted. */
export interface AdoptedStoreSpec {
    /** `s3://bucket`, `gs://bucket`, `https://account.blob.core.windows.net/container`, `pvc://claim`, or an S3-compatible `s3://bucket` with `endpoint`. */
    readonly url: string;
    /** Account (AWS), project (Google Cloud) or `subscription/resource group` (Azure) that owns it. */
    readonly account?: string;
    /** Key that encrypts it, where readers must be allowed to use the key. */
    readonly encryptionKey?: string;
    /** Address of an S3-compatible service (plain Kubernetes). */
    readonly endpoint?: string;
    /** Secret in the workload's namespace with `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` (S3-compatible only). */
    readonly credentialsSecret?: string;
    /** Namespace of the volume claim (plain Kubernetes). */
    readonly namespace: string;
}

/** Who can do what with a prefix of a store. `write` includes deleting what it wrote; `readWrite` is both. */
export type AccessMode = "read" | "write" | "readWrite";

/** One prefix of a store and what is done with it. The empty prefix is the whole store. */
export interface PrefixAccess {
    readonly prefix: string;
    readonly mode: AccessMode;
}

/** A local file to be put into the store. */
export interface UploadFile {
    /** Path on this machine. */
    readonly source: string;
    /** Key in the store, without a leading slash. */
    readonly key: string;
    /** SHA-256 of the content in hex. */
    readonly sha256: string;
}

/** A store, whichever cloud it is on. */
export interface ObjectStoreHandle {
    /** `s3://bucket`, `gs://bucket`, `https://account.blob.core.windows.net/container` or `pvc://claim`. */
    readonly url: Output<string>;
    /** Bucket, `account/container`, or claim. */
    readonly bucket: Output<string>;
    /** The raw resources, by child suffix. */
    readonly nodes: Readonly<Record<string, Resource>>;
    /** What must exist before the store is usable. */
    readonly ready: readonly Resource[];
    /** Statements that an owner in another account has to add, for an adopted store. */
    readonly ownerPolicy?: Output<string>;

    /** URI of a path in the form that KServe's storage initializer and vLLM take. */
    uri(path: string): Output<string>;
    /** URI of a path in the form that Triton's `--model-repository` takes (`as://` on Azure). */
    tritonUri(path: string): Output<string>;

    /**
     * Gives a principal of this store's cloud the least privilege on some prefixes: all that one consumer uses of
     * this store, in one call, because a cloud may have one grant for a principal and a store.
     * The grant's resources are children of the scope, never of the store. The scope is the identity's own.
     *
     * @returns what the workload needs besides its identity: the grants to wait for, environment, volumes.
     */
    grant(principal: Principal, accesses: readonly PrefixAccess[], scope: Scope): PodAccess;

    /** Puts files into the store, one resource a file, replaced when the content changes. */
    upload(files: readonly UploadFile[], scope: Scope): readonly Resource[];
}
