import * as pulumi from "@pulumi/pulumi";
import * as iam from "@pulumi/aws/iam";
import { NO_ACCESS, type PodAccess, type PrefixAccess, type Principal } from "../cloud";
import type { Scope } from "../scope";
import { keyUse } from "./encryption";
import { NAMES } from "./names";
import { partition } from "./partition";
import { policyDocument, type Statement } from "./policies";

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
 * An inline policy on the principal's role with exactly the actions of each mode on its prefixes. It is a child of the
 * consumer, and a bucket's own policy stays as it is, so a store and its users never wait for each other.
 *
 * @throws RunError when the principal has no role, or the prefix would mean more than it says in a policy
 */
export function grant(
    target: GrantTarget,
    principal: Principal,
    accesses: readonly PrefixAccess[],
    scope: Scope,
): PodAccess {
    if (principal.roleName === undefined) {
        throw new pulumi.RunError(
            `a principal of ${principal.cloud} without a role name can't be given access to S3: use a role of IAM`,
        );
    }
    const arn = pulumi.interpolate`arn:${partition(target.region)}:s3:::${target.bucket}`;
    const all = pathsOf(accesses);
    const read = pathsOf(accesses.filter(({ mode }) => mode !== "write"));
    const written = pathsOf(accesses.filter(({ mode }) => mode !== "read"));
    const key = target.encryptionKey;
    const keyActions = ["kms:Decrypt", ...(written.length > 0 ? ["kms:GenerateDataKey"] : [])];
    const policy = scope.child("grant", iam.RolePolicy, {
        name: scope.physicalName(NAMES.rolePolicy, "grant"),
        role: principal.roleName,
        policy: policyDocument(
            {
                // Writers list too: without it S3 answers 403 instead of 404 for a missing object, which clients take
                // for a failure. The bare prefix is what KServe's storage initializer lists by. HeadBucket is refused:
                // S3 knows no permission for it but this one without a prefix, which also lists the whole bucket.
                Sid: "List",
                Effect: "Allow",
                Action: LIST_ACTIONS,
                Resource: arn,
                ...(all.includes("")
                    ? {}
                    : {
                          Condition: {
                              StringLike: { "s3:prefix": all.flatMap((path) => [path, `${path}/*`]) },
                          },
                      }),
            },
            ...objects("Read", READ_ACTIONS, arn, read),
            ...objects("Write", WRITE_ACTIONS, arn, written),
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

/** Paths without slashes at their ends, each once. */
function pathsOf(accesses: readonly PrefixAccess[]): string[] {
    const paths = accesses.map(({ prefix }) => {
        if (/[*?$]/.test(prefix)) {
            throw new pulumi.RunError(
                `'${prefix}' holds one of * ? $, which are wildcards and variables in a policy`,
            );
        }
        return prefix.replace(/^\/+|\/+$/g, "");
    });
    return [...new Set(paths)].sort();
}

/** The statement on the objects under some paths; none where there are no paths. */
function objects(
    sid: string,
    actions: readonly string[],
    bucket: pulumi.Output<string>,
    paths: readonly string[],
): Statement[] {
    const resources = paths.map((path) => pulumi.interpolate`${bucket}/${path === "" ? "*" : `${path}/*`}`);
    return paths.length === 0
        ? []
        : [
              {
                  Sid: sid,
                  Effect: "Allow",
                  Action: actions,
                  Resource: resources.length === 1 ? resources[0] : resources,
              },
          ];
}
