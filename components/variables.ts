import type { Input } from "@pulumi/pulumi";

/**
 * A value, or the key of a Secret in the workload's namespace. On a cluster, a value that is an `Output` reaches the
 * container through a Secret that the package makes, so that a token never stands in a pod's definition; a plain text
 * does stand there.
 */
export type VariableArgs = Input<string> | { readonly secret: Input<string>; readonly key: string };
