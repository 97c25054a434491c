import * as pulumi from "@pulumi/pulumi";
import { formatSite } from "../placement/site";
import type { Site } from "../providers/site";
import { TIER_DEFAULTS, TIERS } from "../providers/tier";
import type { Declaration, Settings } from "./declared";
import { placeInProgram, planning } from "./planning";
import { isSite, resolveSite, resolveTags, resolveTier, type ComponentArgs } from "./settings";
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
    tier: is.optional(is.text(`one of ${TIERS.join(", ")}`)),
    tags: is.optional(is.mapOf(is.text())),
    protect: is.optional(is.boolean()),
    customize: is.optional(is.mapOf(is.callback("a function (args, opts) => void"))),
} satisfies ObjectEntries;

/** Names of components become part of resource names in every cloud. */
const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * Checks a component's arguments and fills its defaults, all before anything of it is registered.
 *
 * @param inherited settings of another component that this one lives with, such as the cluster it runs on
 * @param references other components that this one needs; an invalid one makes this one unbuildable without
 *   being a mistake of its own
 * @param resolve the component's own defaults and cross-field checks; pushes problems
 * @throws InvalidComponentError listing every problem
 */
export function declare<Args extends ComponentArgs, Spec>(
    type: string,
    name: string,
    given: Args | undefined,
    options: {
        schema: GenericSchema;
        inherited?: () => { site?: Site } | undefined;
        references?: () => readonly { readonly invalid: boolean }[];
        resolve: (args: Args, settings: Settings, problems: Problem[]) => Spec;
        describe?: (spec: Spec) => Record<string, unknown>;
    },
): Declaration<Spec> {
    const problems: Problem[] = [];
    if (typeof name !== "string" || !NAME.test(name)) {
        problems.push({
            path: "",
            message: `${show(name)} is no name: use 1 to 40 lower-case letters, digits and hyphens, starting with a letter`,
        });
        if (typeof name !== "string" || name === "") {
            // Nothing can be registered under it, so that not even `barycenter plan` can go on.
            throw new InvalidComponentError(`${type} ${show(name)}`, problems);
        }
    }
    const args = (given ?? {}) as Args;
    problems.push(...is.check(options.schema, args));
    const sound = problems.length === 0;

    const refused = new Set(problems.map((problem) => problem.path));
    const inherited = typeof args === "object" ? options.inherited?.()?.site : undefined;
    const tier = refused.has("tier") ? undefined : resolveTier(args.tier, problems);
    const resolvedSite = inherited ?? (refused.has("at") ? undefined : resolveSite(args.at, problems));
    const tags = resolveTags(String(name), tier ?? "dev", args.tags, problems);
    if (inherited && sound) {
        checkElsewhere(args.at, inherited, problems);
    }

    let spec: Spec | undefined;
    let settings: Settings | undefined;
    if (sound && tier !== undefined && resolvedSite !== undefined) {
        const defaults = TIER_DEFAULTS[tier];
        settings = {
            site: resolvedSite,
            tier,
            defaults,
            tags,
            protect: args.protect ?? defaults.protect,
            ...(args.customize ? { customize: args.customize } : {}),
        };
        const broken = options.references?.().some((reference) => reference.invalid) ?? false;
        if (broken) {
            return { registered: { skipped: true, ...placeInProgram() }, warnings: [] };
        }
        spec = options.resolve(args, settings, problems);
    }
    const errors = problems.filter((problem) => !problem.warning);
    const warnings = problems.filter((problem) => problem.warning);
    if (errors.length > 0) {
        if (planning()) {
            return { registered: { problems: errors, ...placeInProgram() }, warnings };
        }
        throw new InvalidComponentError(`${type} '${name}'`, errors);
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
            ...placeInProgram(),
        },
        valid: { spec, settings },
        warnings,
    };
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
