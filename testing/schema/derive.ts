import * as fs from "node:fs";
import { type DeclaredProperty, mayBeAbsent, NestedTypes, parseMembers, readType } from "./declarations";
import { type InstalledSdk, locate } from "./locate";
import type { FunctionSpec, ObjectSpec, PackageSchema, ResourceSpec, TypeSpec } from "./types";

/**
 * Comments that say a change replaces the resource. Conditional sentences ("forces replacement if …") and
 * sentences about something else ("forces a new interface") must not match.
 */
const replaceComments = [
    /forces? (?:a |the )?new (?:resource|cluster|bucket|service)/i,
    /chang(?:e|ing)[^.]{0,40}forces? (?:a )?(?:replacement|re-?creation)(?! (?:if|when))/i,
    /\bImmutable\./,
    /(?:property|field|value|this|it) cannot be (?:changed|updated|modified) after/i,
];

/** Derives specs of one installed SDK from its declarations and code, adding the nested types met to `into`. */
export class Deriver {
    private readonly nested: NestedTypes;

    constructor(
        private readonly sdk: InstalledSdk,
        private readonly into: PackageSchema,
    ) {
        this.nested = new NestedTypes(sdk.directory);
    }

    /** The resource that a token names, or undefined when the SDK has none. */
    resource(token: string): ResourceSpec | undefined {
        const found = locate(this.sdk, token);
        if (!found) {
            return undefined;
        }
        const members = parseMembers(fs.readFileSync(`${found.file}.d.ts`, "utf8"));
        const args = members.get(`${found.member}Args`);
        const outputs = members.get(found.member);
        if (!args || !outputs) {
            return undefined;
        }
        const code = fs.readFileSync(`${found.file}.js`, "utf8");
        const constants = [...code.matchAll(/resourceInputs\["(\w+)"\] = "([^"]*)";/g)];
        const secretOutputs = /additionalSecretOutputs: (\[[^\]]*\])/.exec(code)?.[1] ?? "[]";
        const deprecated = /pulumi\.log\.warn\("((?:[^"\\]|\\.)*)"\)/.exec(code)?.[1];
        return {
            inputs: this.types(args),
            required: matches(code, /Missing required property '(\w+)'/g),
            outputs: this.types(outputs),
            promised: outputs
                .filter((each) => !each.optional && !mayBeAbsent(each.type))
                .map(({ name }) => name),
            secretInputs: matches(code, /resourceInputs\["(\w+)"\] = [^;\n]*pulumi\.secret\(/g),
            secretOutputs: JSON.parse(secretOutputs) as string[],
            constants: Object.fromEntries(constants.map(([, name, value]) => [name, value])),
            replaces: args
                .filter(({ comment }) =>
                    replaceComments.some((each) => each.test(comment.replace(/\s*\n\s*\*\s*/g, " "))),
                )
                .map(({ name }) => name),
            ...(deprecated ? { deprecated } : {}),
        };
    }

    /** The function that a token names, or undefined when the SDK has none. */
    function(token: string): FunctionSpec | undefined {
        const found = locate(this.sdk, token);
        if (!found) {
            return undefined;
        }
        const name = found.member.charAt(0).toUpperCase() + found.member.slice(1);
        const members = parseMembers(fs.readFileSync(`${found.file}.d.ts`, "utf8"));
        const result = members.get(`${name}Result`);
        if (!result) {
            return undefined;
        }
        const args = members.get(`${name}Args`) ?? [];
        return {
            inputs: this.types(args),
            required: args.filter(({ optional }) => !optional).map((each) => each.name),
            outputs: this.types(result),
            promised: result
                .filter((each) => !each.optional && !mayBeAbsent(each.type))
                .map((each) => each.name),
        };
    }

    /** Makes sure that a nested type is among the package's types and returns its reference. */
    object(direction: "in" | "out", name: string): string | undefined {
        const ref = `${direction}:${name}`;
        if (this.into.types[ref]) {
            return ref;
        }
        const properties = this.nested.object(direction, name);
        if (!properties) {
            return undefined;
        }
        // Entered before its properties are read: nested types may contain themselves.
        const spec: { properties: Record<string, TypeSpec>; required?: string[] } = { properties: {} };
        this.into.types[ref] = spec as ObjectSpec;
        Object.assign(spec.properties, this.types(properties));
        const required = properties.filter((each) => !each.optional).map((each) => each.name);
        if (required.length > 0) {
            spec.required = required;
        }
        return ref;
    }

    private types(properties: readonly DeclaredProperty[]): Record<string, TypeSpec> {
        const reader = {
            nested: this.nested,
            keepOpenValues: this.sdk.package !== "aws",
            onObject: (direction: "in" | "out", name: string) => this.object(direction, name),
        };
        return Object.fromEntries(properties.map(({ name, type }) => [name, readType(type, reader)]));
    }
}

function matches(text: string, pattern: RegExp): string[] {
    return [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
}
