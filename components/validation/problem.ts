import * as pulumi from "@pulumi/pulumi";
import { closest, distance } from "fastest-levenshtein";

/** One mistake in the arguments of a component. */
export interface Problem {
    /** Property path: `pools.chat.accelerator`. Empty for the component as a whole. */
    readonly path: string;
    /** What was given, what is allowed, and the nearest valid name for a typo. */
    readonly message: string;
    /** Worth knowing, but no reason to stop. */
    readonly warning?: true;
}

/**
 * The arguments of a component can't be used. The message lists every problem.
 *
 * Derives from RunError, so that the language host prints the message without a stack trace.
 */
export class InvalidComponentError extends pulumi.RunError {
    constructor(
        readonly component: string,
        readonly problems: readonly Problem[],
    ) {
        const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
        super(
            `${component} has ${count}:\n${problems.map((problem) => `  ${formatProblem(problem)}`).join("\n")}`,
        );
    }
}

export function formatProblem(problem: Problem): string {
    return problem.path === "" ? problem.message : `${problem.path}: ${problem.message}`;
}

/** A value as an error message shows it. */
export function show(value: unknown): string {
    if (pulumi.Output.isInstance(value)) {
        return "an Output";
    }
    if (typeof value === "string") {
        return `'${value}'`;
    }
    if (typeof value === "function") {
        return "a function";
    }
    if (typeof value !== "object" || value === null) {
        return String(value);
    }
    const made = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
    const kind = made?.constructor?.name ?? "Object";
    if (kind !== "Object" && kind !== "Array") {
        return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
    }
    const text = jsonOf(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Plain values may still hold what is not: resources refer to each other in circles. */
function jsonOf(value: object): string {
    try {
        return JSON.stringify(value);
    } catch {
        return Array.isArray(value) ? "a list" : "an object";
    }
}

/** `'L5' is not an accelerator; did you mean 'L4'? Allowed: …`. */
export function notOneOf(kind: string, given: unknown, allowed: readonly string[], also?: string): string {
    const list = [...(allowed.length === 0 ? ["none"] : allowed), ...(also === undefined ? [] : [also])];
    return `${show(given)} is not ${kind}${suggestion(given, allowed)} Allowed: ${list.join(", ")}`;
}

/** `; did you mean 'L4'?` where a name is near, else `.`. */
function suggestion(given: unknown, allowed: readonly string[]): string {
    const near = typeof given === "string" ? nearest(given, allowed) : [];
    return near.length === 0 ? "." : `; did you mean ${near.map((name) => `'${name}'`).join(" or ")}?`;
}

const TOO_MANY = 3;

/**
 * The valid names that were most likely meant: those that the text is the beginning of (`A100`) or that are a word of
 * it (`nvidia-l4`), else the one of which a third of the characters differ at most.
 */
export function nearest(given: string, allowed: readonly string[]): string[] {
    const text = given.toLowerCase();
    if (allowed.length === 0 || text === "") {
        return [];
    }
    const named = (test: (name: string) => boolean) => allowed.filter((name) => test(name.toLowerCase()));
    const same = named((name) => name === text);
    if (same.length > 0) {
        return same;
    }
    const longer = text.length < 3 ? [] : named((name) => name.startsWith(text));
    const words = text.split(/[^a-z0-9]+/);
    const kin = longer.length > 0 ? longer : named((name) => words.length > 1 && words.includes(name));
    if (kin.length > 0 && kin.length <= TOO_MANY) {
        return kin;
    }
    const near = closest(
        text,
        allowed.map((name) => name.toLowerCase()),
    );
    return distance(text, near) <= Math.max(1, Math.floor(near.length / 3))
        ? named((name) => name === near)
        : [];
}
