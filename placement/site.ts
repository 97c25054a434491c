/** The clouds that a site can be on. `kubernetes` is a cluster that the user brings. */
export const CLOUDS = ["aws", "gcp", "azure", "kubernetes"] as const;

/** A cloud by its short name. */
export type CloudName = (typeof CLOUDS)[number];

/** A place that resources can live in: a cloud and a region of it, or `kubernetes` and a context. */
export interface SiteId {
    readonly cloud: CloudName;
    /** Region (`eu-west-1`, `europe-west4`, `westeurope`), or the kubeconfig context for `kubernetes`. */
    readonly region: string;
}

/** The region used when only a cloud is named, as `plan --cloud gcp` does. */
export const DEFAULT_REGION: Record<CloudName, string> = {
    aws: "us-east-1",
    gcp: "us-central1",
    azure: "eastus",
    kubernetes: "default",
};

const REGION_FORM: Record<CloudName, { pattern: RegExp; example: string }> = {
    aws: { pattern: /^[a-z]{2,4}(-[a-z]+)+-\d$/, example: "eu-west-1" },
    gcp: { pattern: /^[a-z]+-[a-z]+\d+$/, example: "europe-west4" },
    azure: { pattern: /^[a-z]+[a-z0-9]*$/, example: "westeurope" },
    kubernetes: { pattern: /^[^\s/][^\s]*$/, example: "default" },
};

/** `aws/eu-west-1`. */
export function formatSite(site: SiteId): string {
    return `${site.cloud}/${site.region}`;
}

/** The parts of `cloud/region`, or why it is none. */
export function parseSite(text: string): SiteId | { readonly reason: string } {
    const slash = text.indexOf("/");
    const cloud = slash < 0 ? text : text.slice(0, slash);
    const region = slash < 0 ? "" : text.slice(slash + 1);
    if (!isCloudName(cloud)) {
        return { reason: `a site is <cloud>/<region> with a cloud of ${CLOUDS.join(", ")}` };
    }
    const form = REGION_FORM[cloud];
    if (!form.pattern.test(region)) {
        return { reason: `'${region}' has not the form of a region of ${cloud}, such as '${form.example}'` };
    }
    return { cloud, region };
}

export function isCloudName(text: string): text is CloudName {
    return (CLOUDS as readonly string[]).includes(text);
}
