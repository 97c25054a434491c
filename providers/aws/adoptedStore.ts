import * as pulumi from "@pulumi/pulumi";
import type { AdoptedStoreSpec, ObjectStoreHandle } from "../cloud";
import { tellOwner } from "../ownerNotice";
import type { Scope } from "../scope";
import { accountId } from "./account";
import { keyArn } from "./encryption";
import { LIST_ACTIONS, READ_ACTIONS, WRITE_ACTIONS } from "./grant";
import { partition } from "./partition";
import type { Statement } from "./policies";
import { storeHandle } from "./storeHandle";

/**
 * A bucket that exists already. Nothing of it is registered, read or changed: its policy belongs to its owner, to
 * whom `ownerPolicy` says what an access from another account needs.
 *
 * @throws RunError when the URL is not `s3://bucket`
 */
export function adoptObjectStore(spec: AdoptedStoreSpec, scope: Scope): ObjectStoreHandle {
    const name = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/.exec(spec.url)?.[1];
    if (name === undefined) {
        throw new pulumi.RunError(
            `'${spec.url}' is no bucket of S3: give 's3://bucket', and prefixes on the models`,
        );
    }
    const { account, encryptionKey } = spec;
    const { region, zone } = scope.site;
    const handle = storeHandle(
        {
            bucket: pulumi.output(name),
            region,
            account: () => account ?? accountId(scope),
            ready: [],
            retainOnDelete: false,
            ...(encryptionKey === undefined ? {} : { encryptionKey }),
        },
        {},
    );
    if (account === undefined || account === zone.account) {
        return handle;
    }
    const policy = ownerPolicy(name, { ...spec, account }, scope);
    tellOwner(`s3://${name}`, account, policy, scope.component);
    return { ...handle, ownerPolicy: policy };
}

/**
 * The statements that the owner in another account has to add. They name our account, and our own grants narrow
 * that down to single roles, so the owner need not know a role that doesn't exist yet. Empty where the credentials
 * turn out to be the owner's own.
 */
function ownerPolicy(
    bucket: string,
    { account: owner, encryptionKey }: AdoptedStoreSpec & { account: string },
    scope: Scope,
): pulumi.Output<string> {
    const { region } = scope.site;
    const arn = `arn:${partition(region)}:s3:::${bucket}`;
    const key = encryptionKey === undefined ? undefined : keyArn(encryptionKey, { region, account: owner });
    return pulumi.all([accountId(scope), key]).apply(([user, keyId]) => {
        if (user === owner) {
            return "";
        }
        const allow = {
            Effect: "Allow",
            Principal: { AWS: `arn:${partition(region)}:iam::${user}:root` },
        } as const;
        const bucketPolicy: Statement[] = [
            { Sid: "ListForReaders", ...allow, Action: LIST_ACTIONS, Resource: arn },
            { Sid: "ReadObjects", ...allow, Action: READ_ACTIONS, Resource: `${arn}/*` },
            { Sid: "WriteObjects", ...allow, Action: WRITE_ACTIONS, Resource: `${arn}/*` },
        ];
        const keyPolicy: Statement[] =
            keyId === undefined
                ? []
                : [
                      {
                          Sid: "UseKey",
                          ...allow,
                          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
                          Resource: "*",
                      },
                  ];
        return JSON.stringify(
            {
                bucketPolicy: { bucket, statements: bucketPolicy },
                ...(keyId === undefined ? {} : { keyPolicy: { key: keyId, statements: keyPolicy } }),
            },
            undefined,
            2,
        );
    });
}
