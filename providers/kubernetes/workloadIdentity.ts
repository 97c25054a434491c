import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../cloud";

/** @throws RunError always: volumes and S3-compatible services know no identities of service accounts */
export function workloadIdentity(): WorkloadIdentity {
    throw new pulumi.RunError(
        "a cluster of your own gives no cloud identities: volumes need none, S3-compatible services take a Secret, " +
            "and stores of a cloud federate with the cluster's `issuer`",
    );
}
