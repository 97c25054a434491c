import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type AccessMode, type PodAccess, type Principal } from "../cloud";

/** A volume claim of an access, with what the neutral contract leaves to this orchestrator. */
export type VolumeAccess = PodAccess["claims"][number] & {
    /** Folder of the volume that is mounted; all of it where absent. */
    readonly subPath?: string;
    /** Namespace of the claim: pods elsewhere can't mount it. */
    readonly namespace?: string;
};

/**
 * Where pods find a volume: `pvc://claim/path` is `/mnt/claim/path` in every container. Each prefix is a mount of
 * its own, so that reading one folder and writing another of one volume stay apart.
 */
export function volumePath(claim: string, prefix: string): string {
    return ["/mnt", claim, prefix].filter(Boolean).join("/");
}

/** Access to a folder of a volume: the mount is the grant, there is no identity to give it to. */
export function grantVolume(
    claim: string,
    namespace: string,
    principal: Principal,
    mode: AccessMode,
    prefix: string,
    dependencies: readonly pulumi.Resource[],
): PodAccess {
    refuseForeign(principal, `pvc://${claim}`);
    const volume: VolumeAccess = {
        claim,
        path: volumePath(claim, prefix),
        readOnly: mode === "read",
        namespace,
        ...(prefix ? { subPath: prefix } : {}),
    };
    return { ...NO_ACCESS, claims: [volume], dependencies };
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
