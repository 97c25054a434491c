import * as pulumi from "@pulumi/pulumi";
import type { UploadFile } from "../cloud";
import { childSuffix } from "../names";
import type { Scope } from "../scope";
import { child } from "./children";
import { blobUploadProvider } from "./blobUploadProvider";
import { deployer } from "./context";
import { assignRole, ROLES } from "./roles";

let provider: pulumi.dynamic.ResourceProvider | undefined;

/** Arguments of an uploaded blob. */
export interface UploadedBlobArgs {
    /** `https://account.blob.core.windows.net/container`. */
    readonly containerUrl: pulumi.Input<string>;
    readonly key: pulumi.Input<string>;
    readonly source: pulumi.Input<string>;
    readonly sha256: pulumi.Input<string>;
}

/** A file in a container, put there with a Microsoft Entra token. */
export class UploadedBlob extends pulumi.dynamic.Resource {
    declare readonly url: pulumi.Output<string>;

    constructor(name: string, args: UploadedBlobArgs, opts?: pulumi.CustomResourceOptions) {
        // One provider object for all files: the engine serializes it once.
        provider ??= blobUploadProvider();
        super(provider, name, { ...args, url: undefined }, opts, "azure", "UploadedBlob");
    }
}

/** Where files go. */
export interface UploadTarget {
    readonly url: pulumi.Input<string>;
    /** ARM id that the deploying principal's role is assigned on; absent where it must have the role already. */
    readonly scopeId?: pulumi.Input<string>;
    readonly ready: readonly pulumi.Resource[];
    readonly retainOnDelete: boolean;
}

/**
 * Uploads files one by one. Being owner of a subscription gives no access to blobs, so who deploys gets the
 * contributor's role on the container first.
 */
export class Uploads {
    private role: pulumi.Resource | undefined;

    constructor(private readonly target: UploadTarget) {}

    upload(files: readonly UploadFile[], scope: Scope): readonly pulumi.Resource[] {
        const { url, scopeId, ready, retainOnDelete } = this.target;
        if (scopeId !== undefined && files.length > 0) {
            this.role ??= assignRole(scope, "uploader", {
                ...deployer(scope),
                role: ROLES.storageBlobDataContributor,
                scopeId,
            });
        }
        const dependsOn = [...ready, ...(this.role ? [this.role] : [])];
        return files.map(({ key, source, sha256 }) =>
            child(
                scope,
                `object-${childSuffix(key, key)}`,
                UploadedBlob,
                { containerUrl: url, key, source, sha256 },
                { dependsOn, retainOnDelete },
            ),
        );
    }
}
