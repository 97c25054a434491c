import type { Input, ProviderResource } from "@pulumi/pulumi";
import type { SiteId } from "../placement/site";

/**
 * What a team really has at a site: an entry of `barycenter:sites`, or the second argument of `site()`.
 * Everything is optional; what is absent is created or left to the cloud's default.
 */
export interface LandingZone {
    /** AWS account id, Google Cloud project id or Azure subscription id. */
    readonly account?: string;
    /** AWS role ARN to assume, or Google Cloud service account to impersonate. */
    readonly role?: string;
    /** VPC id (AWS), network name or self link (Google Cloud), virtual network id (Azure). */
    readonly network?: string;
    /** Private subnet ids for nodes. */
    readonly subnets?: readonly string[];
    /** Azure resource group that resources go to; created where absent. */
    readonly resourceGroup?: string;
    /** Registry host that replaces the public one of the package's pinned images. */
    readonly registry?: string;
    /** Default encryption key, in the cloud's own id form. */
    readonly encryptionKey?: string;
    /** Azure Machine Learning workspace (resource id) that endpoints go to; created where absent. */
    readonly machineLearningWorkspace?: string;
    /** DNS zone in which hostnames are made. */
    readonly dnsZone?: string;
    /** Tags added to every resource at this site. */
    readonly tags?: Readonly<Record<string, string>>;
    /** Path of a kubeconfig file, for a `kubernetes` site. */
    readonly kubeconfig?: Input<string>;
}

/** A site with its landing zone and, where one was given in code, its provider. */
export interface Site extends SiteId {
    readonly zone: LandingZone;
    readonly provider?: ProviderResource;
}
