import * as kms from "@pulumi/gcp/kms";
import * as storage from "@pulumi/gcp/storage";
import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import { invokeOptions, projectNumber } from "./context";

/** Services whose agents encrypt on our behalf. */
export type EncryptingService = "storage" | "container" | "aiplatform";

/**
 * Lets a service's agent use a key. What the key encrypts can only be created afterwards.
 *
 * The binding is kept in the cloud when it leaves the program: the agent is one for the whole project, so taking its
 * right away with one store would make every other store of that key unreadable.
 */
export function keyGrant(
    service: EncryptingService,
    key: pulumi.Input<string>,
    project: pulumi.Input<string>,
    scope: Scope,
    suffix = "key-grant",
): kms.CryptoKeyIAMMember {
    return scope.child(
        suffix,
        kms.CryptoKeyIAMMember,
        {
            cryptoKeyId: key,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: serviceAgent(service, project, scope),
        },
        { retainOnDelete: true },
    );
}

/** IAM member of the account that a Google service acts as in a project. */
export function serviceAgent(
    service: EncryptingService,
    project: pulumi.Input<string>,
    scope: Scope,
): pulumi.Output<string> {
    switch (service) {
        case "storage": {
            const agent = storage.getProjectServiceAccountOutput({ project }, invokeOptions(scope));
            return pulumi.interpolate`serviceAccount:${agent.emailAddress}`;
        }
        case "container": {
            const number = projectNumber(project, scope);
            return pulumi.interpolate`serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`;
        }
        case "aiplatform": {
            const number = projectNumber(project, scope);
            return pulumi.interpolate`serviceAccount:service-${number}@gcp-sa-aiplatform.iam.gserviceaccount.com`;
        }
    }
}
