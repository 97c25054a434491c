import * as pulumi from "@pulumi/pulumi";

/** Versions of the SDKs that the clouds' folders are written for: what the error for a missing one says to install. */
const VERSIONS: Readonly<Record<string, string>> = {
    "@pulumi/aws": "7.48",
    "@pulumi/gcp": "9.37",
    "@pulumi/azure-native": "3.28",
    "@pulumi/kubernetes": "4.34",
};

/**
 * Loads code that needs an SDK.
 *
 * @throws RunError naming the package to install when an SDK is missing; any other error as it is
 */
export function withSdk<T>(load: () => T): T {
    try {
        return load();
    } catch (error) {
        const missing = missingSdk(error);
        if (missing === undefined) {
            throw error;
        }
        throw new pulumi.RunError(
            `The package ${missing} is needed and not installed. Run: npm install ${missing}@${VERSIONS[missing]}`,
        );
    }
}

/** Name of the SDK whose absence made a require fail; undefined for any other error. */
function missingSdk(error: unknown): string | undefined {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
        return undefined;
    }
    const name = /Cannot find (?:module|package) '((?:@[^/']+\/)?[^/']+)/.exec((error as Error).message)?.[1];
    return name !== undefined && name in VERSIONS ? name : undefined;
}

/**
 * The Kubernetes provider's class. Loaded when a cluster is made, so that a stack without one needs no Kubernetes SDK.
 */
export function kubernetesProviderClass(): typeof import("@pulumi/kubernetes/provider").Provider {
    return withSdk(
        () =>
            (require("@pulumi/kubernetes/provider") as typeof import("@pulumi/kubernetes/provider")).Provider,
    );
}
