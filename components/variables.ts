import type { Input } from "@pulumi/pulumi";

/** A value, or the key of a Secret in the workload's namespace. Tokens belong in a Secret. */
export type VariableArgs = Input<string> | { readonly secret: Input<string>; readonly key: string };
