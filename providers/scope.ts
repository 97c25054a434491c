import * as pulumi from "@pulumi/pulumi";
import type { CloudName } from "../placement/site";
import { cloudTags, type LogicalTags } from "../cost/tags";
import { physicalName, type NameRule } from "./names";
import type { Site } from "./site";
import type { Tier } from "./tier";

/** Changes the arguments or options of one child before it is registered. Works on them in place. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the neutral entry names no SDK type; the cloud folders type it.
export type Customizer = (args: any, opts: pulumi.CustomResourceOptions) => void;

/** Customizers by child suffix. */
export type Customizers = Readonly<Record<string, Customizer>>;

interface ScopeState {
    readonly component: pulumi.ComponentResource;
    readonly name: string;
    readonly site: Site;
    readonly tier: Tier;
    readonly tags: LogicalTags;
    readonly protect: boolean;
    readonly customize: Customizers;
    readonly provider?: pulumi.ProviderResource;
    readonly suffixes: Set<string>;
    /** Between the component's name and the prefix. */
    readonly joint: "-" | ".";
    readonly prefix: string;
}

/** A constructor of a Pulumi custom resource. */
export type ResourceClass<Args, Res extends pulumi.Resource> = new (
    name: string,
    args: Args,
    opts?: pulumi.CustomResourceOptions,
) => Res;

/**
 * The children of one component: their names, parent, provider, tags and customizers in one place.
 * A cloud's methods make every resource through it, so that none can be forgotten.
 */
export class Scope {
    private constructor(private readonly state: ScopeState) {}

    static of(
        component: pulumi.ComponentResource,
        name: string,
        settings: {
            site: Site;
            tier: Tier;
            tags: LogicalTags;
            protect: boolean;
            customize?: Customizers;
            provider?: pulumi.ProviderResource;
        },
    ): Scope {
        return new Scope({
            ...settings,
            component,
            name,
            customize: settings.customize ?? {},
            suffixes: new Set(),
            joint: "-",
            prefix: "",
        });
    }

    /** Logical name of the component. */
    get name(): string {
        return this.state.name;
    }
    get component(): pulumi.ComponentResource {
        return this.state.component;
    }
    get site(): Site {
        return this.state.site;
    }
    get tier(): Tier {
        return this.state.tier;
    }
    /** Deletion protection on what holds data and on the cluster. */
    get protect(): boolean {
        return this.state.protect;
    }
    /** Provider of this scope's children; undefined where the default one serves. */
    get provider(): pulumi.ProviderResource | undefined {
        return this.state.provider;
    }
    /** Suffixes of the children made so far. */
    get suffixes(): ReadonlySet<string> {
        return this.state.suffixes;
    }
    /** Customizers that no child has taken. */
    get unusedCustomizers(): string[] {
        return Object.keys(this.state.customize).filter((suffix) => !this.state.suffixes.has(suffix));
    }

    /** The same component's children with a prefix before their suffixes: `model` gives `chat-model-grant`. */
    within(prefix: string): Scope {
        return new Scope({ ...this.state, prefix: `${this.state.prefix}${prefix}-` });
    }

    /**
     * The same component's children that come of another component, or lie in another cloud: `weights` gives
     * `chat.weights.grant`. Both names are the program's, and no name holds a dot: with hyphens the grants of `chat` on
     * `eu-weights` and of `chat-eu` on `weights` would have one name.
     */
    toward(other: string): Scope {
        return new Scope({ ...this.state, joint: ".", prefix: `${this.state.prefix}${other}.` });
    }

    /** The same component's children at another site, as a grant on a store in another account or cloud needs. */
    at(site: Site, provider: pulumi.ProviderResource | undefined): Scope {
        const { provider: _, ...state } = this.state;
        return new Scope({ ...state, site, ...(provider ? { provider } : {}) });
    }

    /** The same component's children with this provider, as objects inside a cluster need. */
    using(provider: pulumi.ProviderResource): Scope {
        return new Scope({ ...this.state, provider });
    }

    /** Logical name of a child. */
    childName(suffix: string): string {
        return `${this.state.name}${this.state.joint}${this.state.prefix}${suffix}`;
    }

    /**
     * Registers a child: named after the component, under it, with the site's provider, its customizer applied.
     *
     * @throws Error when two children get the same suffix
     */
    child<Args, Res extends pulumi.Resource>(
        suffix: string,
        type: ResourceClass<Args, Res>,
        args: NonNullable<Args>,
        opts: pulumi.CustomResourceOptions = {},
    ): Res {
        const key = `${this.state.prefix}${suffix}`;
        if (this.state.suffixes.has(key)) {
            throw new Error(`two children of '${this.state.name}' are called '${key}'`);
        }
        this.state.suffixes.add(key);
        const childArgs = { ...args };
        const childOpts: pulumi.CustomResourceOptions = {
            parent: this.state.component,
            ...(this.state.provider ? { provider: this.state.provider } : {}),
            ...opts,
        };
        this.state.customize[key]?.(childArgs, childOpts);
        return new type(this.childName(suffix), childArgs, childOpts);
    }

    /** Cost tags in the form that a cloud takes, the site's own cloud unless another is named. */
    tags(cloud: CloudName = this.state.site.cloud): Record<string, string> {
        return cloudTags(cloud, { ...this.state.site.zone.tags, ...this.state.tags });
    }

    /**
     * Physical name of a child. Under a component of the program it always carries a hash, because another component
     * of the program may have a child of the same name. It changes with the component's place in the program and with
     * `immutable`, so a replacement never meets its predecessor's name.
     */
    physicalName(rule: NameRule, suffix = "", immutable: unknown = undefined): string {
        const readable = [this.state.name, `${this.state.prefix}${suffix}`].filter(Boolean).join("-");
        const path = logicalPath(this.state.component);
        const identity = JSON.stringify([
            organization(),
            pulumi.getProject(),
            pulumi.getStack(),
            path,
            `${this.state.prefix}${suffix}`,
            immutable ?? null,
        ]);
        return physicalName(path.length > 1 ? { ...rule, shared: true } : rule, readable, identity);
    }

    /**
     * A name that is unique in the world: it carries the account too, because two teams may well have the same
     * project, stack and component. Unknown until the account is known.
     */
    globalName(rule: NameRule, suffix: string, account: pulumi.Input<string>): pulumi.Output<string> {
        return pulumi.output(account).apply((id) => this.physicalName(rule, suffix, { account: id }));
    }
}

/** The stack's organisation, or Pulumi's own stand-in where mocks give none. */
function organization(): string {
    try {
        return pulumi.getOrganization();
    } catch {
        return "organization";
    }
}

/** Names from the stack down to a resource: two components of one name under two parents differ in it. */
function logicalPath(resource: pulumi.Resource): string[] {
    const path: string[] = [];
    // The SDK keeps both fields out of its declarations, but its own URN computation depends on them.
    type Internals = { __name?: string; __pulumiType?: string; __parentResource?: Internals };
    for (let at = resource as unknown as Internals | undefined; at; at = at.__parentResource) {
        if (at.__pulumiType !== "pulumi:pulumi:Stack") {
            path.unshift(`${at.__pulumiType ?? ""}::${at.__name ?? ""}`);
        }
    }
    return path;
}
