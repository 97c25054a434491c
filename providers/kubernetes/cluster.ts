import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle } from "../cloud";

/** @throws RunError always: a cluster of one's own exists already */
export function cluster(): ClusterHandle {
    throw new pulumi.RunError(
        "a cluster can't be created at a site kubernetes/<context>: describe the pools that it has, " +
            "or create a cluster on aws, gcp or azure",
    );
}
