import * as kms from "@pulumi/gcp/kms";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope";
import type { ServiceAgent } from "./serviceAgents";

/**
 * Lets a service's agent use a key. What the key encrypts can only be created afterwards.
 *
 * The binding is kept in the cloud when it leaves the program: the agent is one for the whole project, so taking its
 * right away with one store would make every other store of that key unreadable.
 */
export function keyGrant(
    agent: ServiceAgent,
    key: pulumi.Input<string>,
    scope: Scope,
): kms.CryptoKeyIAMMember {
    return scope.child(
        "key-grant",
        kms.CryptoKeyIAMMember,
        {
            cryptoKeyId: key,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: agent.member,
        },
        { retainOnDelete: true, dependsOn: [...agent.ready] },
    );
}

/**
 * Why a key can't encrypt something in a region, or undefined. A key that is an output, or of another form than
 * `projects/P/locations/L/keyRings/R/cryptoKeys/K`, is left to the service.
 */
export function keyProblem(key: pulumi.Input<string> | undefined, region: string): string | undefined {
    const location =
        typeof key === "string" ? /^projects\/[^/]+\/locations\/([^/]+)\//.exec(key)?.[1] : undefined;
    return location === undefined || location === region
        ? undefined
        : `is a key in ${location}: Google Cloud encrypts what is in ${region} with a key in ${region} alone`;
}
