import type { Failure } from "../check";
import type { CloudResource } from "../store";
import type { Values } from "../values";

/** Where a provider is told to work. */
export interface CloudConfig {
    /** AWS region, or Google Cloud region. */
    readonly region: string;
    readonly account: string;
    readonly project: string;
    readonly subscription: string;
    readonly tenant: string;
    /** Which Kubernetes API server: the address in the kubeconfig, or its identifier. */
    readonly cluster: string;
    /** The namespace of Kubernetes objects that name none. */
    readonly namespace: string;
    /** The provider's configuration as the program gave it. */
    readonly provider: Values;
}

/** What a rule knows about the resource it is asked about. */
export interface Context {
    readonly type: string;
    /** The name in the program. */
    readonly name: string;
    /** The name in the cloud: the value of the rule's name property, or the program's name. */
    readonly physical: string;
    readonly inputs: Values;
    readonly config: CloudConfig;
    /** The region or location the resource is in. */
    readonly region: string;
    /** The id it got, for outputs. */
    readonly id: string;
    readonly now: string;
    /** What the service answered last, when this is an update. */
    readonly previous?: Values;
    /** Hexadecimal digits that only this resource has, the same for the same label. */
    hex(label: string, length: number): string;
    digits(label: string, length: number): string;
    uuid(label: string): string;
    /** What exists of these types in the same account, project, subscription or cluster. */
    existing(...types: string[]): CloudResource[];
    /** All that exists in the same account, project, subscription or cluster. */
    everything(): CloudResource[];
}

/** The rule for a resource's own name. */
export interface NameRule {
    readonly property: string;
    readonly min?: number;
    readonly max?: number;
    readonly pattern?: RegExp;
    /** What the pattern says, in words. */
    readonly say?: string;
    /** How the provider makes up a name when none is given; "none" when it refuses to. @default "hex" */
    readonly auto?: "hex" | "uuid" | "copy" | "none";
    /** Longest name the provider makes up. @default max */
    readonly autoMax?: number;
    /** Whether the provider makes up lower-case names. */
    readonly lower?: boolean;
    /** Whether no one else in the world may have the name. */
    readonly global?: boolean;
    /** The service's own words when the name is taken. */
    readonly taken?: (name: string, context: Context) => string;
}

/** Resources that keep another from being deleted. */
export interface Holder {
    readonly type: string;
    /** Path in the holder's inputs that names the held one. */
    readonly through: string;
    /** The held one's own value that is named there. @default "id" */
    readonly by?: string;
    readonly say: (held: CloudResource, holder: CloudResource) => string;
}

/** What the SDK's declarations don't say about a resource type. Paths are as in `vpcConfig.subnetIds[*]`. */
export interface Rule {
    /** Where the row's claims come from. */
    readonly source: string;
    readonly name?: NameRule;
    /** Properties whose change replaces the resource; `"*"` for all but tags. */
    readonly replaces?: readonly string[] | ((inputs: Values, config: CloudConfig) => readonly string[]);
    /** Properties that can change in place although their comment or `"*"` says otherwise. */
    readonly updatable?: readonly string[];
    readonly required?: readonly string[];
    readonly allowed?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
    /** Lowest and highest number. */
    readonly range?: Readonly<Record<string, readonly [number, number]>>;
    readonly pattern?: Readonly<Record<string, readonly [RegExp, string]>>;
    /** Shortest and longest string, or fewest and most entries. */
    readonly length?: Readonly<Record<string, readonly [number, number]>>;
    /** Combinations of properties. */
    readonly verify?: (inputs: Values, context: Pick<Context, "name" | "config">) => Failure[];
    readonly id?: (context: Context) => string;
    /** Whether a second one with the same id is the same thing once more, not a conflict. */
    readonly singleton?: boolean;
    /** Outputs that the service computes or fills in; an input of the same name wins. */
    readonly outputs?: (context: Context) => Values;
    /** What the service adds to objects that the inputs gave; what they gave wins. */
    readonly completes?: (context: Context) => Values;
    /** Outputs that an update changes, so that they are not known while it is previewed. */
    readonly recomputed?: readonly string[];
    readonly secretOutputs?: readonly string[];
    readonly heldBy?: readonly Holder[];
    /** What this one changes in others when it is created or updated: they take the place of those with their ids. */
    readonly touches?: (context: Context) => readonly CloudResource[];
    /** The service's words when the state of other things forbids a create or update. */
    readonly refuse?: (context: Context) => string | undefined;
    readonly refuseDelete?: (resource: CloudResource, context: Context) => string | undefined;
    /** Types of things that disappear together with this one, and the path in their inputs that names it. */
    readonly takesAlong?: readonly {
        readonly type: string;
        readonly through: string;
        readonly by?: string;
    }[];
}

/** Rules by type token. */
export type Rules = Readonly<Record<string, Rule>>;
