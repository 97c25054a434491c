import type * as pulumi from "@pulumi/pulumi";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { siteProvider } from "../index";
import type { Scope } from "../scope";

/** Options with which a look-up runs as the scope's resources do: in the same account, under the same component. */
export function lookup(scope: Scope): pulumi.InvokeOutputOptions {
    const provider = scope.site.provider ?? siteProvider(scope.site);
    return { parent: scope.component, ...(provider ? { provider } : {}) };
}

/** Account that the scope's resources are in: the landing zone's, else the credentials'. */
export function accountId(scope: Scope): pulumi.Input<string> {
    return scope.site.zone.account ?? getCallerIdentityOutput({}, lookup(scope)).accountId;
}
