import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import { notOneOf, show, type Problem } from "./problem";

/**
 * The vocabulary in which components say what their arguments may be. It is valibot with messages that tell what
 * was given, what is allowed and what was likely meant.
 */

type Schema = v.GenericSchema;

/** Why a value can't be used: what was given, and what is needed. */
function refusal(given: unknown, needed: string): string {
    if (given === undefined) {
        return `is required: give ${needed}`;
    }
    if (isAsync(given)) {
        return `${show(given)} is not allowed here, because this decides which resources exist: give a plain value, ${needed}`;
    }
    return given === "" ? `is empty: give ${needed}` : `${show(given)} is not ${needed}`;
}

function isAsync(given: unknown): boolean {
    return pulumi.Output.isInstance(given) || given instanceof Promise;
}

/** An object with these properties and no others. */
export function fields<Entries extends v.ObjectEntries>(entries: Entries) {
    const names = Object.keys(entries);
    const object = v.strictObject(entries, (issue) => {
        const last = issue.path?.[issue.path.length - 1];
        if (issue.expected === "never" && last) {
            return notOneOf("a property", last.key, names);
        }
        const missing = last && issue.received === "undefined" ? entries[String(last.key)] : undefined;
        return missing ? messageOf(missing, undefined) : refusal(issue.input, "an object");
    });
    return plainObject(object);
}

/** What a schema says of a value that it refuses. */
function messageOf(schema: v.ObjectEntries[string], value: unknown): string {
    return v.safeParse(schema as Schema, value).issues?.[0].message ?? refusal(value, "a value");
}

/** A map from names that the user chooses. */
export function mapOf<Value extends Schema>(value: Value, key: Schema = v.string()) {
    return plainObject(
        v.record(key as v.GenericSchema<string>, value, (issue) => refusal(issue.input, "an object")),
    );
}

/** To the library lists, components and outputs are objects too, and each of their members a mistake. */
function plainObject<Inner extends Schema>(inner: Inner) {
    return v.lazy((given): Schema =>
        Array.isArray(given) || isAsync(given) || pulumi.Resource.isInstance(given)
            ? instance(never, "an object")
            : inner,
    );
}

function never(_: unknown): _ is never {
    return false;
}

export function listOf<Item extends Schema>(item: Item) {
    return v.array(item, (issue) => refusal(issue.input, "a list"));
}

/** @param also what else is allowed besides names, as `or a GpuCluster` */
export function oneOf<const Options extends readonly string[]>(
    kind: string,
    options: Options,
    also?: string,
) {
    const list = [...options, ...(also === undefined ? [] : [also])].join(", ");
    return v.picklist(options, (issue) =>
        typeof issue.input === "string"
            ? notOneOf(kind, issue.input, options, also)
            : `${refusal(issue.input, kind)}. Allowed: ${list}`,
    );
}

/** One of these, or a list of them in order of preference. */
export function oneOrMoreOf<const Options extends readonly string[]>(kind: string, options: Options) {
    const one = oneOf(kind, options);
    return v.lazy((given) =>
        Array.isArray(given) ? v.pipe(v.array(one), v.minLength(1, `[] is empty: give ${kind}`)) : one,
    );
}

export function integer(min: number, max: number) {
    return numberLike(Number.isInteger, min, max, "a whole number");
}

export function number(min: number, max: number) {
    return numberLike(Number.isFinite, min, max, "a number");
}

/** One check, so that a value which fails in two ways is told once. */
function numberLike(test: (given: unknown) => boolean, min: number, max: number, kind: string) {
    return instance(
        (given): given is number => test(given) && min <= (given as number) && (given as number) <= max,
        `${kind} from ${min} to ${max}`,
    );
}

export function boolean() {
    return v.boolean((issue) => refusal(issue.input, "true or false"));
}

/** Text that is not empty. */
export function text(needed = "text") {
    return instance((given): given is string => typeof given === "string" && given !== "", needed);
}

/** Text of a form. */
export function textLike(pattern: RegExp, needed: string) {
    return textThat((given) => pattern.test(given), needed);
}

/** Text that passes a test. */
export function textThat(test: (given: string) => boolean, needed: string) {
    return instance((given): given is string => typeof given === "string" && test(given), needed);
}

/** A value that may be known only later: anything asynchronous passes, a plain value is checked. */
export function input<Inner extends Schema>(inner: Inner) {
    return v.lazy((given) => (isAsync(given) ? v.any() : (inner as Schema)));
}

export function optional<Inner extends Schema>(inner: Inner) {
    return v.optional(inner);
}

/** Anything that passes a test, such as a component of the right kind. */
export function instance<T>(test: (given: unknown) => given is T, needed: string) {
    return v.custom<T>(test, (issue) => refusal(issue.input, needed));
}

export function callback(needed: string) {
    return v.custom<(...args: unknown[]) => unknown>(
        (given) => typeof given === "function",
        (issue) => refusal(issue.input, needed),
    );
}

export function either<Options extends Schema[]>(choose: (given: unknown) => Options[number]) {
    return v.lazy(choose);
}

/** Every mistake in a value, with its path. */
export function check(schema: Schema, value: unknown): Problem[] {
    const { issues = [] } = v.safeParse(schema, value);
    return issues.map((issue) => ({
        path: (issue.path ?? []).map((item) => String(item.key)).join("."),
        message: issue.message,
    }));
}
