import { stringAt } from "../../values";
import type { Context, NameRule, Rule } from "../types";
import { parts } from "../gcp/shared";

/** An ARM id. `path` is what follows /providers/, with inputs in braces: "Microsoft.Storage/storageAccounts/{accountName}". */
export function armId(path: string, context: Context): string {
    const group = stringAt(context.inputs, "resourceGroupName") ?? "";
    const filled = path.replace(
        /\{(\w+)\}/g,
        (_, name: string) => stringAt(context.inputs, name) ?? context.physical,
    );
    return `/subscriptions/${context.config.subscription}/resourceGroups/${group}/providers/${filled}`;
}

/** The ARM type in an ARM path: "Microsoft.Storage/storageAccounts/blobServices". */
export function armType(path: string): string {
    const [provider, ...rest] = path.split("/");
    return [provider, ...rest.filter((_, index) => index % 2 === 0)].join("/");
}

/**
 * A rule for an ARM resource. What is in its id, its resource group and its location can't change
 * (azure-native replaces on every path parameter).
 */
export function arm(path: string, rule: Rule): Rule {
    const { replaces, outputs, ...rest } = rule;
    const own = Array.isArray(replaces) ? (replaces as readonly string[]) : [];
    return {
        id: (context) => armId(path, context),
        ...rest,
        replaces: ["resourceGroupName", "location", ...parts(path), ...own],
        outputs: (context) => ({
            name: context.physical,
            type: armType(path),
            provisioningState: "Succeeded",
            location: context.region,
            ...outputs?.(context),
        }),
    };
}

/** A name in ARM: Azure's own wording when it is taken. */
export function armName(
    property: string,
    min: number,
    max: number,
    pattern?: RegExp,
    say?: string,
): NameRule {
    return {
        property,
        min,
        max,
        pattern,
        say,
        taken: (_, context) => `cannot create already existing resource "${context.id}"`,
    };
}

/** Names of 1 to `max` letters, digits, `_`, `.` and `-` that begin and end well, as most of Microsoft.Network has. */
export function networkName(property: string, max = 80): NameRule {
    const pattern = /^[A-Za-z0-9](?:[\w.-]*\w)?$/;
    return armName(property, 1, max, pattern, "letters, digits and _.-, ending with a letter, digit or _");
}
