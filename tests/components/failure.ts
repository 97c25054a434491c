import assert from "node:assert/strict";
import { InvalidComponentError } from "../../index";
import { DEV, registrations } from "../support/mocks";

/** The error that a program ends with, and what it had registered by then. */
export async function failureOf(
    program: () => unknown,
    config: Record<string, string> = DEV,
): Promise<{ error: InvalidComponentError; types: string[] }> {
    let caught: unknown;
    const { resources } = await registrations(
        () => {
            try {
                program();
            } catch (error) {
                caught = error;
            }
        },
        { config },
    );
    assert.ok(
        caught instanceof InvalidComponentError,
        `expected an InvalidComponentError, got ${String(caught)}`,
    );
    return { error: caught, types: resources.map((resource) => resource.type) };
}

/** Paths of its problems, in the order of the message. */
export const paths = (error: InvalidComponentError): string[] =>
    error.problems.map((problem) => problem.path);
/** What it says of one path. */
export const messageAt = (error: InvalidComponentError, path: string): string => {
    const problem = error.problems.find((candidate) => candidate.path === path);
    assert.ok(problem, `no problem at ${path} in:\n${error.message}`);
    return problem.message;
};
