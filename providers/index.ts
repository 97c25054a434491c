import * as pulumi from "@pulumi/pulumi";
import { formatSite, type CloudName } from "../placement/site";
import type { Cloud, Orchestrator } from "./cloud";
import type { Site } from "./site";

/** The SDK that a cloud's folder needs. */
const SDK: Record<CloudName, { readonly name: string; readonly version: string }> = {
    aws: { name: "@pulumi/aws", version: "7.48" },
    gcp: { name: "@pulumi/gcp", version: "9.37" },
    azure: { name: "@pulumi/azure-native", version: "3.28" },
    kubernetes: { name: "@pulumi/kubernetes", version: "4.34" },
};

/**
 * A cloud by name. Its SDK is loaded here and nowhere else, so a stack loads only the clouds it uses.
 *
 * @throws RunError naming the package to install when the cloud's SDK is missing
 */
export function loadCloud(name: CloudName): Cloud {
    return withSdk(name, () => {
        switch (name) {
            case "aws":
                return (require("./aws") as typeof import("./aws")).cloud;
            case "gcp":
                return (require("./gcp") as typeof import("./gcp")).cloud;
            case "azure":
                return (require("./azure") as typeof import("./azure")).cloud;
            case "kubernetes":
                return (require("./kubernetes") as typeof import("./kubernetes")).cloud;
        }
    });
}

/** What runs workloads on a cluster of any cloud. */
export function loadOrchestrator(): Orchestrator {
    return withSdk(
        "kubernetes",
        () => (require("./kubernetes") as typeof import("./kubernetes")).orchestrator,
    );
}

function withSdk<T>(cloud: CloudName, load: () => T): T {
    try {
        return load();
    } catch (error) {
        const missing = missingPackage(error);
        if (missing === undefined) {
            throw error;
        }
        const known = Object.values(SDK).find((sdk) => sdk.name === missing);
        throw new pulumi.RunError(
            `${cloud} needs the package ${missing}, which is not installed. ` +
                `Run: npm install ${missing}${known ? `@${known.version}` : ""}`,
        );
    }
}

/** Name of the SDK whose absence made a require fail; undefined for any other error. */
function missingPackage(error: unknown): string | undefined {
    const code = (error as NodeJS.ErrnoException).code;
    const match = /Cannot find (?:module|package) '((?:@[^/']+\/)?[^/']+)/.exec((error as Error).message);
    return code === "MODULE_NOT_FOUND" && match?.[1]?.startsWith("@pulumi/") ? match[1] : undefined;
}

/** Providers by stack and site: two components at one site share one. */
const siteProviders = new WeakMap<object, Map<string, pulumi.ProviderResource | undefined>>();

/** The provider of a site whose landing zone names an account; undefined where the default provider serves. */
export function siteProvider(site: Site): pulumi.ProviderResource | undefined {
    // Keyed by the running stack, so that two inline programs in one process don't share resources.
    const stack = (pulumi.runtime as { getStackResource?: () => object | undefined }).getStackResource?.() ?? SDK;
    const known = siteProviders.get(stack) ?? new Map<string, pulumi.ProviderResource | undefined>();
    siteProviders.set(stack, known);
    const key = JSON.stringify([formatSite(site), site.zone.account, site.zone.role, site.zone.kubeconfig]);
    if (!known.has(key)) {
        known.set(key, loadCloud(site.cloud).siteProvider(site.region, site.zone));
    }
    return known.get(key);
}
