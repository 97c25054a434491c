import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreHandle } from "../cloud";
import { grant, type GrantTarget } from "./grant";
import { upload } from "./upload";

/** What a created and an adopted store have in common. */
export function storeHandle(
    target: GrantTarget & { readonly retainOnDelete: boolean },
    nodes: Readonly<Record<string, pulumi.Resource>>,
): ObjectStoreHandle {
    const url = pulumi.interpolate`s3://${target.bucket}`;
    const uri = (path: string) => (path === "" ? url : pulumi.interpolate`${url}/${path}`);
    return {
        url,
        bucket: target.bucket,
        nodes,
        ready: target.ready,
        uri,
        // Triton takes the same form as everyone else on S3.
        tritonUri: uri,
        grant: (principal, accesses, scope) => grant(target, principal, accesses, scope),
        upload: (files, scope) => upload(target, files, scope),
    };
}
