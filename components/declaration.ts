import * as pulumi from "@pulumi/pulumi";
import type { Demand } from "../placement/demand";
import { formatSite } from "../placement/site";
import type { Site } from "../providers/site";
import { TIER_DEFAULTS, TIERS, type TierDefaults } from "../providers/tier";
import type { Declaration, Settings } from "./declared";
import { placeInProgram, planning } from "./planning";
import { breaches, unknownRegion, unusedChoices } from "./placed";
import { placementId } from "./placementId";
import { placementSchema } from "./placementSchema";
import {
    isSite,
    resolvePlace,
    resolveTags,
    resolveTier,
    UNPLACED,
    type ComponentArgs,
    type Place,
} from "./settings";
import { InvalidComponentError, show, type Problem } from "./validation/problem";
import * as is from "./validation/schema";
import type { GenericSchema, ObjectEntries } from "valibot";

/** Schema of {@link ComponentArgs}, to be spread into a component's own. */
export const commonFields = {
    at: is.optional(
        is.either((given) =>
            typeof given === "string"
                ? is.text()
                : is.instance(isSite, "a site such as 'aws/eu-west-1' or site('aws/eu-west-1', {...})"),
        ),
    ),
    placement: is.optional(placementSchema),
    tier: is.optional(is.text(`one of ${TIERS.join(", ")}`)),
    tags: is.optional(is.mapOf(is.text())),
    protect: is.optional(is.boolean()),
    customize: is.optional(is.mapOf(is.callback("a function (args, opts) => void"))),
} satisfies ObjectEntries;

/** Names of components become part of resource names in every cloud. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** What a component says of itself apart from where it is and who owns it. */
export type DemandOf<Kind extends Demand["kind"]> = Omit<
    Extract<Demand, { kind: Kind }>,
    "id" | "at" | "constraints"
>;

type AnyDemand = { [Kind in Demand["kind"]]: DemandOf<Kind> }[Demand["kind"]];

/** What is particular to one kind of component. */
export interface DeclarationOptions<Args, Spec> {
    readonly schema: GenericSchema;
    readonly parent: pulumi.Resource | undefined;
    /** Settings of another component that this one lives with, such as the cluster it runs on. */
    readonly inherited?: () => { site?: Site } | undefined;
    /**
     * Other components that this one needs; an invalid one makes this one unbuildable without being a mistake of its
     * own.
     */
    readonly references?: () => readonly { readonly invalid: boolean; readonly unplaced: boolean }[];
    /** It lives where another component does, and has no place of its own. */
    readonly guest?: boolean;
    /** It exists already, and where is for the program to say. */
    readonly existing?: boolean;
    /** What placement and estimates need to know. */
    readonly demand: (args: Args, defaults: TierDefaults) => AnyDemand;
    /** The component's own defaults and cross-field checks; pushes problems. */
    readonly resolve: (args: Args, settings: Settings, problems: Problem[]) => Spec;
    readonly describe?: (spec: Spec) => Record<string, unknown>;
}

/**
 * Checks a component's arguments and fills its defaults, all before anything of it is registered.
 *
 * @throws InvalidComponentError listing every problem
 */
export function declare<Args extends ComponentArgs, Spec>(
    type: string,
    name: string,
    given: Args | undefined,
    options: DeclarationOptions<Args, Spec>,
): Declaration<Spec> {
    const problems: Problem[] = [];
    if (typeof name !== "string" || !NAME.test(name)) {
        problems.push({
            path: "",
            message: `${show(name)} is no name: use 1 to 40 lower-case letters, digits and hyphens, starting with a letter`,
        });
    }
    const args = (given ?? {}) as Args;
    problems.push(...is.check(options.schema, args));
    if (typeof name !== "string" || name === "") {
        // Nothing can be registered under it, so that not even `barycenter plan` can go on.
        throw new InvalidComponentError(`${type} ${show(name)}`, problems);
    }
    const sound = problems.length === 0;
    const refused = new Set(problems.map((problem) => problem.path));

    const id = placementId(type, name, options.parent);
    const inherited = typeof args === "object" ? options.inherited?.()?.site : undefined;
    const tier = refused.has("tier") ? undefined : resolveTier(args.tier, problems);
    const place = inherited
        ? { site: inherited, path: "at" as const }
        : refused.has("at") || options.guest
          ? undefined
          : resolvePlace(args.at, id, problems);
    const placed = place === "open" ? undefined : place;
    if (place === "open" && (options.existing || !planning())) {
        problems.push(UNPLACED);
    }
    const tags = resolveTags(String(name), tier ?? "dev", args.tags, problems);
    if (inherited && sound) {
        checkElsewhere(args.at, inherited, problems);
    }
    // Without a place for a mistake, it is not open: it would be placed as if nothing were said.
    const placeable = place !== undefined || options.guest === true;
    const demand =
        sound && tier !== undefined && placeable
            ? demandOf(id, args, placed, options, TIER_DEFAULTS[tier])
            : undefined;
    if (demand && placed && !inherited) {
        problems.push(...breaches(demand, placed), ...unusedChoices(demand), ...unknownRegion(placed));
    }

    const references = options.references?.() ?? [];
    if (sound && references.some((each) => each.invalid && !each.unplaced)) {
        return {
            registered: { skipped: true, ...planned(demand) },
            warnings: [],
            ...(demand ? { demand } : {}),
        };
    }
    let spec: Spec | undefined;
    let settings: Settings | undefined;
    const unplaced = place === "open" || references.some((each) => each.unplaced);
    if (sound && tier !== undefined && placed && !unplaced) {
        const defaults = TIER_DEFAULTS[tier];
        settings = {
            site: placed.site,
            tier,
            defaults,
            tags,
            protect: args.protect ?? defaults.protect,
            ...(args.customize ? { customize: args.customize } : {}),
            ...("accelerators" in placed && placed.accelerators ? { accelerators: placed.accelerators } : {}),
        };
        spec = options.resolve(args, settings, problems);
    }
    const errors = problems.filter((problem) => !problem.warning);
    const warnings = problems.filter((problem) => problem.warning);
    if (errors.length > 0) {
        if (planning()) {
            return { registered: { problems: errors, ...planned(demand) }, warnings };
        }
        throw new InvalidComponentError(`${type} '${name}'`, errors);
    }
    if (unplaced) {
        return {
            registered: { unplaced: true, ...planned(demand) },
            unplaced: true,
            warnings,
            ...(demand ? { demand } : {}),
        };
    }
    if (spec === undefined || settings === undefined) {
        throw new Error(`${type} '${name}' was neither resolved nor refused`);
    }
    return {
        registered: {
            site: formatSite(settings.site),
            tier: settings.tier,
            protect: settings.protect,
            tags: settings.tags,
            ...plainOf(options.describe ? options.describe(spec) : (spec as Record<string, unknown>)),
            ...planned(demand),
        },
        valid: { spec, settings },
        ...(demand ? { demand } : {}),
        warnings,
    };
}

function demandOf<Args extends ComponentArgs, Spec>(
    id: string,
    args: Args,
    place: Place | { readonly site: Site } | undefined,
    options: DeclarationOptions<Args, Spec>,
    defaults: TierDefaults,
): Demand {
    const constraints = args.placement ?? {};
    const at = place && !options.guest ? { at: formatSite(place.site), saidBy: sayerOf(place) } : {};
    const chosen = place && "accelerators" in place ? { chosen: place.accelerators } : {};
    return { id, ...at, ...chosen, constraints, ...options.demand(args, defaults) } as Demand;
}

function sayerOf(place: Place | { readonly site: Site }): Demand["saidBy"] {
    const path = "path" in place ? place.path : "at";
    return path === "barycenter:pins" ? "pin" : path === "barycenter:region" ? "default" : "program";
}

/** What only `barycenter plan` reads: it would be noise in the state. */
function planned(demand: Demand | undefined): Record<string, unknown> {
    return planning() ? { ...placeInProgram(), ...(demand ? { demand } : {}) } : {};
}

/** A component that lives with another can't be somewhere else. */
function checkElsewhere(at: ComponentArgs["at"], inherited: Site, problems: Problem[]): void {
    const id = at === undefined || typeof at === "string" ? at : formatSite(at);
    if (id !== undefined && id !== formatSite(inherited)) {
        problems.push({
            path: "at",
            message: `${show(id)} is not where its cluster is, which is ${formatSite(inherited)}: leave it out`,
        });
    }
}

/**
 * The plain part of a specification. Outputs are left out: registering a component with another component's
 * output would make the registration wait for all of that component's children, and hang when one of them waits
 * for us.
 */
export function plainOf(value: Record<string, unknown>): Record<string, unknown> {
    return (toPlain(value) ?? {}) as Record<string, unknown>;
}

function toPlain(value: unknown): unknown {
    if (
        value === undefined ||
        typeof value === "function" ||
        value instanceof Promise ||
        pulumi.Output.isInstance(value) ||
        pulumi.Resource.isInstance(value)
    ) {
        return undefined;
    }
    if (Array.isArray(value)) {
        return value.map(toPlain).filter((item) => item !== undefined);
    }
    if (typeof value === "object" && value !== null) {
        const entries = Object.entries(value)
            .map(([key, item]) => [key, toPlain(item)] as const)
            .filter(([, item]) => item !== undefined);
        return Object.fromEntries(entries);
    }
    return value;
}
