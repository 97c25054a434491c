import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle } from "../concepts/objectStore";
import type { Scope } from "../scope";
import { grant } from "./grant";
import { upload } from "./upload";

/** What the handles of created and adopted stores share. */
export function storeHandle(
    store: {
        readonly bucket: pulumi.Input<string>;
        readonly nodes: Readonly<Record<string, pulumi.Resource>>;
        readonly ready: readonly pulumi.Resource[];
        readonly retainOnDelete: boolean;
        readonly ownerPolicy?: pulumi.Output<string>;
    },
    scope: Scope,
): ObjectStoreHandle {
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
        // Bindings are the bucket's, so they are made where the bucket is, whoever's children they are.
        grant: (principal, accesses, consumer) =>
            grant(bucket, principal, accesses, consumer.at(scope.site, scope.provider), store.ready),
        upload: (files, scope) =>
            upload(bucket, files, scope, { dependsOn: store.ready, retainOnDelete: store.retainOnDelete }),
    };
}
