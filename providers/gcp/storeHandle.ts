import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle } from "../concepts/objectStore";
import { grant } from "./grant";
import { upload } from "./upload";

/** What the handles of created and adopted stores share. */
export function storeHandle(store: {
    readonly bucket: pulumi.Input<string>;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
    readonly ready: readonly pulumi.Resource[];
    readonly retainOnDelete: boolean;
    readonly ownerPolicy?: pulumi.Output<string>;
}): ObjectStoreHandle {
    const bucket = pulumi.output(store.bucket);
    const uri = (path: string): pulumi.Output<string> =>
        path === "" ? pulumi.interpolate`gs://${bucket}` : pulumi.interpolate`gs://${bucket}/${path}`;
    return {
        url: uri(""),
        bucket,
        nodes: store.nodes,
        ready: store.ready,
        ...(store.ownerPolicy ? { ownerPolicy: store.ownerPolicy } : {}),
        uri,
        tritonUri: uri,
        grant: (principal, mode, prefix, scope) => grant(bucket, principal, mode, prefix, scope, store.ready),
        upload: (files, scope) =>
            upload(bucket, files, scope, { dependsOn: store.ready, retainOnDelete: store.retainOnDelete }),
    };
}
