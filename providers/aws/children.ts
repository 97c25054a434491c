import type * as pulumi from "@pulumi/pulumi";
import type { ResourceClass, Scope } from "../scope";

/** The children of a scope as they are made, kept by suffix: what a handle shows as `nodes`. */
export class Children {
    readonly nodes: Record<string, pulumi.Resource>;

    constructor(
        readonly scope: Scope,
        private readonly prefix = "",
        nodes: Record<string, pulumi.Resource> = {},
    ) {
        this.nodes = nodes;
    }

    /** The same collection under a prefix of suffixes. */
    within(prefix: string): Children {
        return new Children(this.scope.within(prefix), `${this.prefix}${prefix}-`, this.nodes);
    }

    /** Registers a child and keeps it. */
    make<Args, Res extends pulumi.Resource>(
        suffix: string,
        type: ResourceClass<Args, Res>,
        args: NonNullable<Args>,
        opts?: pulumi.CustomResourceOptions,
    ): Res {
        const child = this.scope.child(suffix, type, args, opts);
        this.nodes[`${this.prefix}${suffix}`] = child;
        return child;
    }
}
