/**
 * What a property may hold. A plain string names a primitive; everything else is an object with one key.
 * `secret` and `asset` wrappers never appear here: they are about a value, not about its type.
 */
export type TypeSpec =
    | "string"
    | "number"
    | "boolean"
    | "any"
    | "asset"
    | { readonly array: TypeSpec }
    | { readonly map: TypeSpec }
    | { readonly oneOf: readonly TypeSpec[] }
    | { readonly values: readonly (string | number | boolean)[] }
    | { readonly ref: string };

/** A nested object type, shared by every resource of its package. */
export interface ObjectSpec {
    readonly properties: Readonly<Record<string, TypeSpec>>;
    readonly required?: readonly string[];
    /** Whether properties other than these may be there. */
    readonly open?: boolean;
}

/** What the declarations and the code of an SDK say about one resource type. */
export interface ResourceSpec {
    readonly inputs: Readonly<Record<string, TypeSpec>>;
    /** Inputs that the constructor refuses to do without. */
    readonly required: readonly string[];
    readonly outputs: Readonly<Record<string, TypeSpec>>;
    /** Outputs that the declarations promise to be set once the resource exists. */
    readonly promised: readonly string[];
    readonly secretInputs: readonly string[];
    readonly secretOutputs: readonly string[];
    /** Inputs the SDK sets by itself, such as a Kubernetes `kind`. */
    readonly constants: Readonly<Record<string, string>>;
    /** Inputs whose change the declarations' own comments say replaces the resource. */
    readonly replaces: readonly string[];
    readonly deprecated?: string;
    /** Whether inputs other than these may be given, as for Kubernetes custom resources. */
    readonly open?: boolean;
}

/** The arguments and the answer of a function (an invoke). */
export interface FunctionSpec {
    readonly inputs: Readonly<Record<string, TypeSpec>>;
    readonly required: readonly string[];
    readonly outputs: Readonly<Record<string, TypeSpec>>;
    readonly promised: readonly string[];
}

/** The schemas of one version of one package; the content of a file in `testing/schemas`. */
export interface PackageSchema {
    readonly package: string;
    readonly version: string;
    readonly resources: Record<string, ResourceSpec>;
    readonly functions: Record<string, FunctionSpec>;
    /** Nested types by reference, `in:s3.BucketCorsRule` or `out:s3.BucketCorsRule`. */
    readonly types: Record<string, ObjectSpec>;
}

/** The packages that have simulated clouds. */
export const packageNames = ["aws", "gcp", "azure-native", "kubernetes"] as const;

/** A package that has a simulated cloud. */
export type PackageName = (typeof packageNames)[number];

/** The package a type token belongs to, or undefined when no simulated cloud serves it. */
export function packageOf(token: string): PackageName | undefined {
    const name = token.slice(0, token.indexOf(":"));
    return packageNames.find((known) => known === name);
}
