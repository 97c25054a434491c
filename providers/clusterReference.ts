import * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "./concepts/cluster";
import type { Scope } from "./scope";

/**
 * A reference of another stack, once it is known to be of a cluster at the site and of a version that is understood.
 *
 * @throws RunError, when it is known, for any other
 */
export function referenceAt(
    given: pulumi.Input<ClusterReference>,
    { name, site }: Scope,
): pulumi.Output<ClusterReference> {
    return (pulumi.output(given) as pulumi.Output<ClusterReference>).apply((reference) => {
        if (reference.version !== 1) {
            throw new pulumi.RunError(
                `'${name}': the cluster reference has version ${String(reference.version)}, this package understands 1: ` +
                    "use the same version of barycenter in both stacks",
            );
        }
        // A cluster of the user's own is wherever its kubeconfig leads.
        const elsewhere = reference.cloud !== "kubernetes" && reference.region !== site.region;
        if (reference.cloud !== site.cloud || elsewhere) {
            throw new pulumi.RunError(
                `'${name}': the cluster reference is of a cluster at ${reference.cloud}/${reference.region}: ` +
                    `adopt it there, not at ${site.cloud}/${site.region}`,
            );
        }
        return reference;
    });
}
