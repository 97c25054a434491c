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
    if (value instanceof Promise) {
        return "a Promise";
    }
    if (pulumi.Resource.isInstance(value)) {
        return "a resource";
    }
    if (typeof value === "string") {
        return `'${value}'`;
    }
    if (typeof value === "function") {
        return "a function";
    }
    if (typeof value === "bigint" || typeof value === "symbol") {
        return String(value);
    }
    if (typeof value === "number" || value === null || value === undefined) {
        return String(value);
    }
    const json = JSON.stringify(value) ?? String(value);
    return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

/** `'L5' is not an accelerator; did you mean 'L4'? Allowed: …`. */
export function notOneOf(kind: string, given: unknown, allowed: readonly string[]): string {
    const list = allowed.length === 0 ? "none" : allowed.join(", ");
    return `${show(given)} is not ${kind}${suggestion(given, allowed)} Allowed: ${list}`;
}

/** `; did you mean 'L4'?` where a name is near, else `.`. */
function suggestion(given: unknown, allowed: readonly string[]): string {
    const near = typeof given === "string" ? nearest(given, allowed) : undefined;
    return near === undefined ? "." : `; did you mean '${near}'?`;
}

/** The valid name that a typo most likely meant: at most a third of its characters differ. */
export function nearest(given: string, allowed: readonly string[]): string | undefined {
    if (allowed.length === 0 || given === "") {
        return undefined;
    }
    const lower = given.toLowerCase();
    const prefixed = allowed.find((name) => name.toLowerCase().startsWith(lower) && given.length >= 3);
    const near = closest(
        lower,
        allowed.map((name) => name.toLowerCase()),
    );
    const name = allowed.find((candidate) => candidate.toLowerCase() === near);
    const changes = distance(lower, near);
    return changes <= Math.max(1, Math.floor(near.length / 3)) ? name : prefixed;
}
