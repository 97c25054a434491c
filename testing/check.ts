import { distance } from "fastest-levenshtein";
import type { ObjectSpec, TypeSpec } from "./schema/types";
import { formatPath, isAsset, isObject, isUnknown, type Path, type Value, type Values } from "./values";

/** Why an input is refused. */
export interface Failure {
    /** The property, as in `lifecycleRules[0].expiration.days`; empty when it is about several. */
    readonly property: string;
    readonly reason: string;
}

/** Properties to be checked and where to find the nested types they refer to. */
export interface Expectation extends ObjectSpec {
    readonly types: (ref: string) => ObjectSpec | undefined;
    /** Azure compares enumerated values without regard to case. */
    readonly ignoreCase?: boolean;
}

/** Checks plain inputs (no secret envelopes) against a schema, and lists everything that is wrong. */
export function checkTypes(inputs: Values, expected: Expectation): Failure[] {
    const failures: Failure[] = [];
    new Checker(expected, failures).object(inputs, expected, []);
    return failures;
}

class Checker {
    constructor(
        private readonly expected: Expectation,
        private readonly failures: Failure[],
    ) {}

    object(value: Values, spec: ObjectSpec, at: Path): void {
        for (const [key, each] of Object.entries(value)) {
            const type = Object.hasOwn(spec.properties, key) ? spec.properties[key] : undefined;
            // The engine's own keys, such as __defaults or __provider, are no property of the resource.
            if (type === undefined && !spec.open && !key.startsWith("__")) {
                this.fail(
                    [...at, key],
                    `unknown property "${key}"${suggestion(key, Object.keys(spec.properties))}`,
                );
            } else if (type !== undefined) {
                this.value(each, type, [...at, key]);
            }
        }
        for (const key of spec.required ?? []) {
            if (value[key] === undefined || value[key] === null) {
                this.fail([...at, key], `missing required property "${key}"`);
            }
        }
    }

    value(value: Value, type: TypeSpec, at: Path): void {
        if (value === null || isUnknown(value) || type === "any") {
            return;
        }
        if (typeof type === "string") {
            this.primitive(value, type, at);
        } else if ("array" in type) {
            if (Array.isArray(value)) {
                value.forEach((each, index) => this.value(each, type.array, [...at, index]));
            } else {
                this.fail(at, `expected a list, got ${describe(value)}`);
            }
        } else if ("map" in type) {
            if (isObject(value) && !isAsset(value)) {
                Object.entries(value).forEach(([key, each]) => this.value(each, type.map, [...at, key]));
            } else {
                this.fail(at, `expected a map, got ${describe(value)}`);
            }
        } else if ("values" in type) {
            this.enumerated(value, type.values, at);
        } else if ("ref" in type) {
            this.nested(value, type.ref, at);
        } else {
            this.oneOf(value, type.oneOf, at);
        }
    }

    private primitive(value: Value, type: "string" | "number" | "boolean" | "asset", at: Path): void {
        const fits = type === "asset" ? isAsset(value) : typeof value === type || convertible(value, type);
        if (!fits) {
            this.fail(
                at,
                `expected ${type === "asset" ? "an asset or archive" : `a ${type}`}, got ${describe(value)}`,
            );
        }
    }

    private enumerated(value: Value, allowed: readonly (string | number | boolean)[], at: Path): void {
        const fold = (each: unknown) =>
            this.expected.ignoreCase ? String(each).toLowerCase() : String(each);
        if (typeof value === "object" || !allowed.some((each) => fold(each) === fold(value))) {
            const nearest = suggestion(String(value), allowed.map(String));
            this.fail(at, `${describe(value)} is not allowed${nearest}; allowed: ${allowed.join(", ")}`);
        }
    }

    private nested(value: Value, ref: string, at: Path): void {
        const spec = this.expected.types(ref);
        if (spec && isObject(value) && !isAsset(value)) {
            this.object(value, spec, at);
        } else if (spec) {
            this.fail(at, `expected an object, got ${describe(value)}`);
        }
    }

    private oneOf(value: Value, types: readonly TypeSpec[], at: Path): void {
        let best: Failure[] | undefined;
        for (const type of types) {
            const failures: Failure[] = [];
            new Checker(this.expected, failures).value(value, type, at);
            if (failures.length === 0) {
                return;
            }
            // The alternative that got furthest is the one that was meant.
            const depth = (list: Failure[]) => Math.max(...list.map((each) => each.property.length));
            if (!best || depth(failures) > depth(best)) {
                best = failures;
            }
        }
        this.failures.push(...(best ?? []));
    }

    private fail(at: Path, reason: string): void {
        this.failures.push({ property: formatPath(at), reason });
    }
}

/** Bridged providers turn "true" and "12" into what the schema wants, and numbers and booleans into strings. */
function convertible(value: Value, type: "string" | "number" | "boolean"): boolean {
    switch (type) {
        case "string":
            return typeof value === "number" || typeof value === "boolean";
        case "number":
            return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value));
        case "boolean":
            return value === "true" || value === "false";
    }
}

function describe(value: Value): string {
    if (Array.isArray(value)) {
        return "a list";
    }
    if (isAsset(value)) {
        return "an asset";
    }
    return isObject(value) ? "an object" : `${typeof value} ${JSON.stringify(value)}`;
}

/** A hint with the nearest known name, when one is near enough to have been meant. */
export function suggestion(given: string, known: readonly string[]): string {
    const [nearest] = known
        .map((name) => ({ name, far: distance(given.toLowerCase(), name.toLowerCase()) }))
        .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name));
    return nearest && nearest.far <= Math.max(2, Math.floor(given.length / 3))
        ? `, did you mean "${nearest.name}"?`
        : "";
}
