import * as pulumi from "@pulumi/pulumi";
import {
    formatSite,
    isCloudName,
    parseSite,
    CLOUDS,
    DEFAULT_REGION,
    type CloudName,
} from "../placement/site";
import type { Pin } from "../placement/pins";
import type { LogicalTags } from "../cost/tags";
import type { LandingZone, Site } from "../providers/site";
import { TIERS, type Tier } from "../providers/tier";
import { landingZones, zoneFields } from "./landingZones";
import { pinOf, pinPath, reconsider } from "./pins";
import type { PlacementArgs } from "./placementArgs";
import { refuse } from "./planning";
import { stackConfig } from "./stackConfig";
import { InvalidComponentError, notOneOf, show, type Problem } from "./validation/problem";
import { check, fields, instance, optional } from "./validation/schema";

/** What every component accepts. */
export interface ComponentArgs {
    /**
     * Where it lives: `aws/eu-west-1`, or a site with an account from {@link site}.
     * @default its pin, which `barycenter plan --pin` writes; else the stack's `barycenter:cloud` and `barycenter:region`
     */
    readonly at?: string | Site;
    /**
     * Conditions on where it may be. What it says itself, a pin and the stack's default must meet them too.
     * @default those of the stack's `barycenter:placement`
     */
    readonly placement?: PlacementArgs;
    /**
     * Kind of environment, which sets the defaults of replicas, protection, retention and rollout.
     * @default the stack's `barycenter:tier`; it is an error when neither says it
     */
    readonly tier?: Tier;
    /**
     * Cost tags besides those that the package sets (`application`, `component`, `environment`, `managed-by`).
     * @default the stack's `barycenter:tags`
     */
    readonly tags?: Readonly<Record<string, string>>;
    /**
     * Deletion protection on what holds data and on the cluster. To delete a protected component, run `pulumi up`
     * with `protect: false` first.
     * @default true in production, false elsewhere
     */
    readonly protect?: boolean;
    /**
     * Changes to the arguments or options of single children, by the child's suffix. `barycenter/aws`,
     * `barycenter/gcp`, `barycenter/azure` and `barycenter/kubernetes` type it for one cloud.
     * @default none
     */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- typed per cloud by the entries named above
    readonly customize?: Readonly<Record<string, (args: any, opts: pulumi.CustomResourceOptions) => void>>;
}

/** A site together with an account, provider or network that belongs to it. */
export interface SiteOptions extends LandingZone {
    /** Provider for this site's cloud, where the default one has other credentials. */
    readonly provider?: pulumi.ProviderResource;
}

const siteSchema = fields({
    ...zoneFields,
    provider: optional(instance(isProvider, "a provider, such as new aws.Provider(...)")),
});

/** The package of each cloud's provider. */
const PACKAGE: Record<CloudName, string> = {
    aws: "aws",
    gcp: "gcp",
    azure: "azure-native",
    kubernetes: "kubernetes",
};

/** Package of a provider, by whichever copy of the SDK it was made; undefined when it is none. */
function packageOf(given: unknown): string | undefined {
    // The SDK keeps the type out of its declarations, but providers are told apart by it alone.
    const type = pulumi.Resource.isInstance(given)
        ? (given as unknown as { __pulumiType?: string }).__pulumiType
        : undefined;
    return /^pulumi:providers:(.+)$/.exec(type ?? "")?.[1];
}

function isProvider(given: unknown): given is pulumi.ProviderResource {
    return packageOf(given) !== undefined;
}

/**
 * A place with its account: `site("aws/eu-west-1", { provider: production })`.
 *
 * @param id `cloud/region`, or `kubernetes/<context>` for a cluster of your own
 * @throws InvalidComponentError when the id has not that form, listing also every problem of the options
 */
export function site(id: string, options: SiteOptions = {}): Site {
    const parsed = parseSite(String(id));
    const problems = check(siteSchema, options);
    if ("reason" in parsed) {
        throw new InvalidComponentError(`site ${show(id)}`, [
            { path: "", message: parsed.reason },
            ...problems,
        ]);
    }
    const made = packageOf(options?.provider);
    if (made !== undefined && made !== PACKAGE[parsed.cloud]) {
        const message = `is one of ${made}; this site's resources need one of ${PACKAGE[parsed.cloud]}`;
        problems.push({ path: "provider", message });
    }
    if (problems.length > 0) {
        refuse(`site ${show(id)}`, problems);
        return { ...parsed, zone: {} };
    }
    const { provider, ...zone } = options;
    const configured = landingZones().zones[formatSite(parsed)];
    return { ...parsed, zone: { ...configured, ...zone }, ...(provider ? { provider } : {}) };
}

/** Where a component is, what says so, and what else its pin holds. */
export interface Place {
    readonly site: Site;
    readonly path: "at" | "barycenter:pins" | "barycenter:region";
    readonly accelerators?: Readonly<Record<string, string>>;
}

/**
 * The place of a component: what it says, else its pin, else the stack's default. Pushes a problem where what is said
 * can't be.
 *
 * @returns undefined where there is a problem, and `"open"` where nothing says it
 */
export function resolvePlace(at: unknown, id: string, problems: Problem[]): Place | "open" | undefined {
    if (isSite(at)) {
        return { site: at, path: "at" };
    }
    const pin = typeof at === "string" ? undefined : pinOf(id, problems);
    const said = typeof at === "string" ? at : (pin?.site ?? stackDefault(problems));
    const path = typeof at === "string" ? "at" : pin ? "barycenter:pins" : "barycenter:region";
    const shown = pin ? `${pinPath(id)}.site` : path;
    const site = said === undefined || said === "open" ? said : siteNamed(said, shown, problems);
    if (pin && typeof site === "object") {
        checkAccount(pin, id, site, problems);
    }
    return typeof site === "object"
        ? { site, path, ...(pin?.accelerators ? { accelerators: pin.accelerators } : {}) }
        : site;
}

/** A pin holds for the account that it was made for: in another one, everything would be made anew. */
function checkAccount({ account, site: at }: Pin, id: string, { zone }: Site, problems: Problem[]): void {
    if (account !== undefined && account !== zone.account) {
        const now = zone.account === undefined ? "names none" : `names ${show(zone.account)}`;
        problems.push({
            path: `${pinPath(id)}.account`,
            message: `${show(account)} is where it was pinned to, but barycenter:sites ${now} for ${at}: ${reconsider(id)}`,
        });
    }
}

function siteNamed(id: string, path: string, problems: Problem[]): Site | undefined {
    const { zones, problems: zoneProblems } = landingZones();
    problems.push(...zoneProblems);
    const parsed = parseSite(id);
    if ("reason" in parsed) {
        problems.push({ path, message: `${show(id)} is no site: ${parsed.reason}` });
        return undefined;
    }
    const known = Object.keys(zones);
    if (known.length > 0 && !known.includes(id)) {
        problems.push({ path, message: notOneOf("a site of barycenter:sites", id, known) });
        return undefined;
    }
    return { ...parsed, zone: zones[id] ?? {} };
}

/** What a component is told that nothing places. */
export const UNPLACED: Problem = {
    path: "at",
    message:
        "nothing says where this lives: let `barycenter plan --pin` choose, give `at`, or set the stack's default with " +
        "`pulumi config set barycenter:cloud aws` and `pulumi config set barycenter:region eu-west-1`",
};

function stackDefault(problems: Problem[]): string | "open" | undefined {
    const config = new pulumi.Config("barycenter");
    const cloud = config.get("cloud");
    if (cloud === undefined) {
        return "open";
    }
    if (!isCloudName(cloud)) {
        problems.push({ path: "barycenter:cloud", message: notOneOf("a cloud", cloud, CLOUDS) });
        return undefined;
    }
    const region = config.get("region") ?? (cloud === "kubernetes" ? DEFAULT_REGION.kubernetes : undefined);
    if (region === undefined) {
        problems.push({
            path: "barycenter:region",
            message: `is required beside barycenter:cloud, such as '${DEFAULT_REGION[cloud]}'`,
        });
        return undefined;
    }
    return `${cloud}/${region}`;
}

/** The tier of a component: what it says, else the stack's. Never assumed. */
export function resolveTier(tier: Tier | undefined, problems: Problem[]): Tier | undefined {
    const given = tier ?? new pulumi.Config("barycenter").get("tier");
    if (given === undefined) {
        problems.push({
            path: "tier",
            message: `is required: give it, or run \`pulumi config set barycenter:tier dev\`. Allowed: ${TIERS.join(", ")}`,
        });
        return undefined;
    }
    if (!(TIERS as readonly string[]).includes(given)) {
        problems.push({
            path: tier === undefined ? "barycenter:tier" : "tier",
            message: notOneOf("a tier", given, TIERS),
        });
        return undefined;
    }
    return given as Tier;
}

/** Cost tags of a component: the stack's, then its own, then those that the package sets. */
export function resolveTags(
    component: string,
    tier: Tier,
    own: LogicalTags | undefined,
    problems: Problem[],
): LogicalTags {
    const stack = stackTags(problems);
    return {
        application: pulumi.getProject(),
        environment: pulumi.getStack(),
        tier,
        component,
        "managed-by": "pulumi",
        ...stack,
        ...own,
    };
}

function stackTags(problems: Problem[]): LogicalTags {
    const tags = stackConfig("tags") ?? {};
    const valid = typeof tags === "object" && Object.values(tags).every((value) => typeof value === "string");
    if (!valid) {
        problems.push({ path: "barycenter:tags", message: `${show(tags)} is not a map from names to texts` });
        return {};
    }
    return tags as LogicalTags;
}

export function isSite(given: unknown): given is Site {
    return (
        typeof given === "object" &&
        given !== null &&
        "cloud" in given &&
        "region" in given &&
        "zone" in given &&
        isCloudName(String(given.cloud))
    );
}
