import type * as pulumi from "@pulumi/pulumi";

/** What the SDK keeps out of its declarations, but its own URN computation depends on. */
interface Internals {
    readonly __name?: string;
    readonly __pulumiType?: string;
    readonly __parentResource?: Internals;
}

/**
 * A component's name among all of a program: `ModelStore/weights`, or `rag/ModelStore/weights` under a component of
 * the user's own. Pins are kept under it.
 */
export function placementId(type: string, name: string, parent: pulumi.Resource | undefined): string {
    const path = [`${type}/${name}`];
    for (let at = parent as unknown as Internals | undefined; at; at = at.__parentResource) {
        if (at.__pulumiType !== "pulumi:pulumi:Stack" && at.__name !== undefined) {
            path.unshift(at.__name);
        }
    }
    return path.join("/");
}
