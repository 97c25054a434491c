import type * as pulumi from "@pulumi/pulumi";
import type { ResourceClass, Scope } from "../scope";

/**
 * Registers a child of a scope on Azure: its replacement is made before it is deleted.
 *
 * azure-native asks for the contrary on every replacement of a resource with a fixed name (its `Diff` sets
 * deleteBeforeReplace), so a pool or a deployment would be gone before its successor serves, and an unforeseen
 * replacement would begin by deleting. All our names are made of what cannot change, so the two never meet; where
 * they still do, Azure refuses the second and nothing is lost.
 */
export function child<Args, Res extends pulumi.Resource>(
    scope: Scope,
    suffix: string,
    type: ResourceClass<Args, Res>,
    args: NonNullable<Args>,
    opts: pulumi.CustomResourceOptions = {},
): Res {
    return scope.child(suffix, type, args, { deleteBeforeReplace: false, ...opts });
}
