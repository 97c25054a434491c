import { type Failure, suggestion } from "../check";
import { hasUnknown, isUnknown, stringAt, valuesAt, type Value, type Values } from "../values";
import type { Rule } from "./types";

/** Checks inputs against the properties' part of a rule: required, allowed values, ranges, lengths, patterns. */
export function verifyProperties(inputs: Values, rule: Rule): Failure[] {
    return [
        ...missing(inputs, rule.required ?? []),
        ...each(inputs, rule.allowed, notAllowed),
        ...each(inputs, rule.range, outOfRange),
        ...each(inputs, rule.length, wrongLength),
        ...each(inputs, rule.pattern, mismatch),
        ...wrongName(inputs, rule),
    ];
}

function missing(inputs: Values, required: readonly string[]): Failure[] {
    return required
        .filter((property) => valuesAt(inputs, property).length === 0)
        .map((property) => ({ property, reason: `missing required property "${property}"` }));
}

function each<T>(
    inputs: Values,
    table: Readonly<Record<string, T>> | undefined,
    verify: (value: Value, limit: T) => string | undefined,
): Failure[] {
    return Object.entries(table ?? {}).flatMap(([property, limit]) =>
        valuesAt(inputs, property).flatMap((value) => {
            const reason = isUnknown(value) ? undefined : verify(value, limit);
            return reason === undefined ? [] : [{ property, reason }];
        }),
    );
}

function notAllowed(value: Value, allowed: readonly (string | number | boolean)[]): string | undefined {
    if (allowed.some((one) => String(one) === String(value))) {
        return undefined;
    }
    const hint = suggestion(String(value), allowed.map(String));
    return `${JSON.stringify(value)} is not allowed${hint}; allowed: ${allowed.join(", ")}`;
}

function outOfRange(value: Value, [low, high]: readonly [number, number]): string | undefined {
    const number = Number(value);
    return number < low || number > high ? `${number} is out of range, from ${low} to ${high}` : undefined;
}

function wrongLength(value: Value, [low, high]: readonly [number, number]): string | undefined {
    if (hasUnknown(value) && typeof value === "string") {
        return undefined;
    }
    const length =
        typeof value === "string" || Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
    const unit = typeof value === "string" ? "characters" : "entries";
    return length < low || length > high
        ? `has ${length} ${unit}, from ${low} to ${high} are allowed`
        : undefined;
}

function mismatch(value: Value, [pattern, say]: readonly [RegExp, string]): string | undefined {
    return pattern.test(String(value)) ? undefined : `${JSON.stringify(value)} is not ${say}`;
}

function wrongName(inputs: Values, { name }: Rule): Failure[] {
    const given = name && stringAt(inputs, name.property);
    if (!name || given === undefined) {
        return [];
    }
    const { property, min = 1, max = Infinity, pattern, say } = name;
    if (given.length > max) {
        return [{ property, reason: `"${given}" is too long (${given.length}): at most ${max} characters` }];
    }
    if (given.length < min) {
        return [
            { property, reason: `"${given}" is too short (${given.length}): at least ${min} characters` },
        ];
    }
    return pattern && !pattern.test(given)
        ? [{ property, reason: `"${given}" must be ${say ?? String(pattern)}` }]
        : [];
}
