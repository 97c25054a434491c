import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type PrefixAccess, type Principal } from "../cloud";

/**
 * Where pods find a volume: `pvc://claim/path` is `/mnt/claim/path` in every container. Each prefix is a mount of
 * its own, so that reading one folder and writing another of one volume stay apart.
 */
export function volumePath(claim: string, prefix: string): string {
    return ["/mnt", claim, prefix].filter(Boolean).join("/");
}

/** Access to folders of a volume: the mount is the grant, there is no identity to give it to. */
export function grantVolume(
    claim: string,
    namespace: string,
    principal: Principal,
    accesses: readonly PrefixAccess[],
    dependencies: readonly pulumi.Resource[],
): PodAccess {
    refuseForeign(principal, `pvc://${claim}`);
    const claims = accesses.map(({ mode, prefix }) => ({
        claim,
        path: volumePath(claim, prefix),
        readOnly: mode === "read",
        namespace,
        ...(prefix ? { subPath: prefix } : {}),
    }));
    return { ...NO_ACCESS, claims, dependencies };
}

/** Access to an S3-compatible bucket: the keys in the Secret decide what can be done, whatever the mode. */
export function grantBucket(
    url: string,
    endpoint: string,
    credentialsSecret: string,
    principal: Principal,
): PodAccess {
    refuseForeign(principal, url);
    const key = (name: string) => ({ name, secret: { name: credentialsSecret, key: name } });
    return {
        ...NO_ACCESS,
        environment: [
            { name: "AWS_ENDPOINT_URL", value: endpoint },
            // Clients want some region; MinIO and Ceph take any.
            { name: "AWS_DEFAULT_REGION", value: "us-east-1" },
            key("AWS_ACCESS_KEY_ID"),
            key("AWS_SECRET_ACCESS_KEY"),
        ],
    };
}

function refuseForeign(principal: Principal, url: string): void {
    if (principal.cloud !== "kubernetes") {
        throw new pulumi.RunError(
            `${url} is reachable on its own cluster only, and this principal is of ${principal.cloud}`,
        );
    }
}
