import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import { NO_ACCESS, type AccessMode, type PodAccess, type Principal } from "../cloud";
import type { Scope } from "../scope";
import { keyUse } from "./encryption";
import { NAMES } from "./names";
import { partition } from "./partition";
import { policyDocument } from "./policies";

export const LIST_ACTIONS = ["s3:ListBucket"] as const;
export const READ_ACTIONS = ["s3:GetObject", "s3:GetObjectVersion"] as const;
export const WRITE_ACTIONS = [
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
] as const;

/** A bucket that access is given to. */
export interface GrantTarget {
    readonly bucket: pulumi.Output<string>;
    readonly region: string;
    /** Account that a short key id belongs to. A function, because most grants need no look-up. */
    readonly account: () => pulumi.Input<string>;
    readonly encryptionKey?: pulumi.Input<string>;
    /** What must exist before the bucket is usable. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * An inline policy on the principal's role with exactly the actions of the mode on the prefix. It is a child of the
 * consumer, and a bucket's own policy stays as it is, so a store and its users never wait for each other.
 *
 * @throws RunError when the principal has no role, or the prefix would mean more than it says in a policy
 */
export function grant(
    target: GrantTarget,
    principal: Principal,
    mode: AccessMode,
    prefix: string,
    scope: Scope,
): PodAccess {
    if (principal.roleName === undefined) {
        throw new pulumi.RunError(
            `a principal of ${principal.cloud} without a role name can't be given access to S3: use a role of IAM`,
        );
    }
    const path = prefix.replace(/^\/+|\/+$/g, "");
    if (/[*?$]/.test(path)) {
        throw new pulumi.RunError(
            `'${prefix}' holds one of * ? $, which are wildcards and variables in a policy`,
        );
    }
    const arn = pulumi.interpolate`arn:${partition(target.region)}:s3:::${target.bucket}`;
    const reads = mode !== "write";
    const writes = mode !== "read";
    const key = target.encryptionKey;
    const keyActions = ["kms:Decrypt", ...(writes ? ["kms:GenerateDataKey"] : [])];
    const policy = scope.child("grant", iam.RolePolicy, {
        name: scope.physicalName(NAMES.rolePolicy, "grant"),
        role: principal.roleName,
        policy: policyDocument(
            {
                // Writers list too: without it S3 answers 403 instead of 404 for a missing object, which clients take
                // for a failure. The bare prefix is what KServe's storage initializer lists by.
                Sid: "List",
                Effect: "Allow",
                Action: LIST_ACTIONS,
                Resource: arn,
                ...(path === "" ? {} : { Condition: { StringLike: { "s3:prefix": [path, `${path}/*`] } } }),
            },
            {
                Sid: "Objects",
                Effect: "Allow",
                Action: [...(reads ? READ_ACTIONS : []), ...(writes ? WRITE_ACTIONS : [])],
                Resource: pulumi.interpolate`${arn}/${path === "" ? "*" : `${path}/*`}`,
            },
            ...(key === undefined
                ? []
                : [keyUse(key, keyActions, { region: target.region, account: target.account() })]),
        ),
    });
    return {
        ...NO_ACCESS,
        // The bucket's region, which need not be the pod's: Triton and vLLM follow no redirect.
        environment: [
            { name: "AWS_REGION", value: target.region },
            { name: "AWS_DEFAULT_REGION", value: target.region },
        ],
        dependencies: [policy, ...target.ready],
    };
}
