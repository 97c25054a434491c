import * as pulumi from "@pulumi/pulumi";
import { getKeyOutput } from "@pulumi/aws/kms";
import type { Scope } from "../scope";
import { accountId, lookup } from "./account";
import { dnsSuffix, partition } from "./partition";
import type { Statement } from "./policies";

/** Where a key's short form is resolved. */
export interface KeyPlace {
    readonly region: string;
    readonly account: pulumi.Input<string>;
}

/** ARN of a key or alias given as ARN, `alias/name` or key id. */
export function keyArn(key: pulumi.Input<string>, place: KeyPlace): pulumi.Output<string> {
    return pulumi.all([key, place.account]).apply(([given, account]) => arnOf(given, place.region, account));
}

function arnOf(key: string, region: string, account: string): string {
    if (key.startsWith("arn:")) {
        return key;
    }
    const path = key.startsWith("alias/") ? key : `key/${key}`;
    return `arn:${partition(region)}:kms:${region}:${account}:${path}`;
}

/**
 * ARN of the key itself, asked for where an alias is given. EKS remembers a key by this ARN and can't change it, so an
 * alias would look like another key and replace the cluster; and IAM takes no alias as a resource.
 */
export function ownKeyArn(key: pulumi.Input<string>, scope: Scope): pulumi.Output<string> {
    const { region } = scope.site;
    const options = lookup(scope);
    return keyArn(key, { region, account: accountId(scope) }).apply((arn) =>
        arn.includes(":alias/") ? getKeyOutput({ keyId: arn, region }, options).arn : pulumi.output(arn),
    );
}

/**
 * The key that a copy in another region is encrypted with: the same multi-region key there, else S3's own key of
 * that region, because any other key exists in its own region alone.
 */
export function replicaKeyArn(
    key: pulumi.Input<string>,
    source: KeyPlace,
    region: string,
): pulumi.Output<string> {
    return pulumi.all([keyArn(key, source), source.account]).apply(([arn, account]) => {
        const id = arn.split(":key/")[1];
        return id?.startsWith("mrk-")
            ? `arn:${partition(region)}:kms:${region}:${arn.split(":")[4]}:key/${id}`
            : `arn:${partition(region)}:kms:${region}:${account}:alias/aws/s3`;
    });
}

/**
 * Lets a role use a key through S3 alone. IAM can't name an alias as a resource, so a key given by alias is allowed
 * by the alias condition.
 */
export function keyUse(
    key: pulumi.Input<string>,
    actions: readonly string[],
    place: KeyPlace,
): pulumi.Output<Statement> {
    return keyArn(key, place).apply((arn): Statement => {
        const [, alias] = arn.split(/:(?=alias\/)/);
        const region = arn.split(":")[3] ?? place.region;
        const service = { "kms:ViaService": `s3.${region}.${dnsSuffix(region)}` };
        return {
            Sid: "UseKey",
            Effect: "Allow",
            Action: actions,
            Resource: alias === undefined ? arn : `${arn.slice(0, -alias.length)}key/*`,
            Condition:
                alias === undefined
                    ? { StringEquals: service }
                    : { StringEquals: service, "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } },
        };
    });
}
