import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { notOneOf, show, type Problem } from "./problem";

/**
 * The vocabulary in which components say what their arguments may be. It is valibot with messages that tell what
 * was given, what is allowed and what was likely meant.
 */

type Schema = v.GenericSchema;

/** A plain value is needed where an Output was given: it decides which resources exist. */
function plain(given: unknown, needed: string): string {
    return pulumi.Output.isInstance(given) || given instanceof Promise
        ? `${show(given)} is not allowed here, because this decides which resources exist: give a plain ${needed}`
        : given === undefined
          ? `is required: give ${needed}`
          : `${show(given)} is not ${needed}`;
}

/** An object with these properties and no others. */
export function fields<Entries extends v.ObjectEntries>(entries: Entries) {
    const names = Object.keys(entries);
    return v.strictObject(entries, (issue) => {
        const last = issue.path?.[issue.path.length - 1];
        if (issue.expected === "never" && last) {
            return notOneOf("a property", last.key, names);
        }
        if (last && names.includes(String(last.key)) && issue.received === "undefined") {
            return "is required";
        }
        return plain(issue.input, "an object");
    });
}

/** A map from names that the user chooses. */
export function mapOf<Value extends Schema>(value: Value, key: Schema = v.string()) {
    return v.record(key as v.GenericSchema<string>, value, (issue) => plain(issue.input, "an object"));
}

export function listOf<Item extends Schema>(item: Item) {
    return v.array(item, (issue) => plain(issue.input, "a list"));
}

export function oneOf<const Options extends readonly string[]>(kind: string, options: Options) {
    return v.picklist(options, (issue) =>
        typeof issue.input === "string"
            ? notOneOf(kind, issue.input, options)
            : `${plain(issue.input, kind)}. Allowed: ${options.join(", ")}`,
    );
}

/** One of these, or a list of them in order of preference. */
export function oneOrMoreOf<const Options extends readonly string[]>(kind: string, options: Options) {
    const one = oneOf(kind, options);
    return v.lazy((given) =>
        Array.isArray(given)
            ? v.pipe(v.array(one), v.minLength(1, `[] names none: give one ${kind} at least`))
            : one,
    );
}

export function integer(min: number, max: number) {
    const needed = `a whole number from ${min} to ${max}`;
    const message = (issue: { input: unknown }): string => plain(issue.input, needed);
    return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

export function number(min: number, max: number) {
    const needed = `a number from ${min} to ${max}`;
    const message = (issue: { input: unknown }): string => plain(issue.input, needed);
    return v.pipe(v.number(message), v.finite(message), v.minValue(min, message), v.maxValue(max, message));
}

export function boolean() {
    return v.boolean((issue) => plain(issue.input, "true or false"));
}

/** Text that is not empty. */
export function text(needed = "text") {
    const message = (issue: { input: unknown }): string => plain(issue.input, needed);
    return v.pipe(v.string(message), v.minLength(1, message));
}

/** Text of a form. */
export function textLike(pattern: RegExp, needed: string) {
    const message = (issue: { input: unknown }): string => plain(issue.input, needed);
    return v.pipe(v.string(message), v.regex(pattern, message));
}

/** A value that may be known only later: anything asynchronous passes, a plain value is checked. */
export function input<Inner extends Schema>(inner: Inner) {
    return v.lazy((given) =>
        pulumi.Output.isInstance(given) || given instanceof Promise ? v.any() : (inner as Schema),
    );
}

export function optional<Inner extends Schema>(inner: Inner) {
    return v.optional(inner);
}

/** Anything that passes a test, such as a component of the right kind. */
export function instance<T>(test: (given: unknown) => given is T, needed: string) {
    return v.custom<T>(test, (issue) => plain(issue.input, needed));
}

export function callback(needed: string) {
    return v.custom<(...args: unknown[]) => unknown>(
        (given) => typeof given === "function",
        (issue) => plain(issue.input, needed),
    );
}

export function either<Options extends Schema[]>(choose: (given: unknown) => Options[number]) {
    return v.lazy(choose);
}

/** Every mistake in a value, with its path. */
export function check(schema: Schema, value: unknown): Problem[] {
    const result = v.safeParse(schema, value);
    return result.success
        ? []
        : result.issues.map((issue) => ({
              path: (issue.path ?? []).map((item) => String(item.key)).join("."),
              message: issue.message,
          }));
}
