import { cloudTags } from "../../cost/tags";
import type { Scope } from "../scope";

/** Labels of every object and pod: cost tags for allocation in the cluster, and the recommended Kubernetes labels. */
export function objectLabels(scope: Scope, name: string): Record<string, string> {
    return {
        ...scope.tags("kubernetes"),
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/instance": scope.name,
        "app.kubernetes.io/managed-by": "barycenter",
        // The cost tag `component` is overwritten on KServe's pods by KServe's own label of that name.
        "barycenter/component": scope.name,
    };
}

/** Labels of what several components share, such as a namespace: those of the site alone. */
export function sharedLabels(scope: Scope): Record<string, string> {
    return {
        ...cloudTags("kubernetes", scope.site.zone.tags ?? {}),
        "app.kubernetes.io/managed-by": "barycenter",
    };
}
