import { stringAt } from "../../values";
import type { Context, NameRule, Rule } from "../types";

/** RFC 1035 names of Compute Engine and GKE. */
export function label(max: number, kind: string): NameRule {
    return {
        property: "name",
        max,
        autoMax: max,
        pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
        say: "lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
        lower: true,
        taken: (name, context) =>
            `googleapi: Error 409: The resource 'projects/${context.config.project}/${kind}/${name}' already exists, alreadyExists`,
    };
}

/** Number of every simulated project. */
export const PROJECT_NUMBER = "100000000001";

/**
 * Fills a resource path: `{name}` is the resource's own name, other braces are inputs, falling back to the
 * provider's project and region.
 */
export function fill(template: string, context: Context): string {
    return template.replace(/\{(\w+)\}/g, (_, property: string) => {
        switch (property) {
            case "name":
                return context.physical;
            case "project":
                return stringAt(context.inputs, "project") ?? context.config.project;
            case "region":
            case "location":
                return stringAt(context.inputs, property) ?? context.region;
            default:
                return stringAt(context.inputs, property) ?? context.name;
        }
    });
}

/** The inputs that a path is made of; changing one means another resource. */
export function parts(template: string): string[] {
    return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
}

/** A rule for a thing that its path identifies. */
export function at(template: string, rule: Rule): Rule {
    const { replaces, ...rest } = rule;
    const own = Array.isArray(replaces) ? (replaces as readonly string[]) : [];
    return {
        id: (context) => fill(template, context),
        ...rest,
        replaces: [...parts(template), "project", ...own],
    };
}

/** A Compute Engine thing, which also has a selfLink. */
export function compute(template: string, rule: Rule): Rule {
    return at(template, {
        ...rule,
        outputs: (context) => ({
            selfLink: `https://www.googleapis.com/compute/v1/${context.id}`,
            creationTimestamp: context.now,
            project: context.config.project,
            ...rule.outputs?.(context),
        }),
    });
}

/** A member of an IAM policy: everything about it identifies it. */
export function iamMember(on: string): Rule {
    return {
        source: "hashicorp/google IAM member schema: all forces a new one",
        replaces: ["*"],
        singleton: true,
        pattern: {
            member: [
                /^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group|domain|principal|principalSet|deleted|projectOwner|projectEditor|projectViewer):.+)$/,
                "a member such as serviceAccount:NAME@PROJECT.iam.gserviceaccount.com",
            ],
            role: [
                /^(?:roles\/[\w.]+|(?:projects|organizations)\/[^/]+\/roles\/[\w.]+)$/,
                "a role such as roles/storage.objectViewer",
            ],
        },
        id: (context) =>
            [on, "role", "member"]
                .map((each) => stringAt(context.inputs, each) ?? context.config.project)
                .join("/"),
        outputs: (context) => ({ etag: context.hex("etag", 12) }),
    };
}
