/**
 * Assertions about what the engine did; each shows the CLI's own output when it fails.
 */
import assert from "node:assert/strict";
import type { Step, StepResult } from "./result";

/** Operations that leave everything as it was. */
const QUIET = new Set(["same", "read", "refresh"]);

/** The operation ended well. */
export function assertSucceeded(result: StepResult): void {
    assert.equal(result.exitCode, 0, describe(result, "failed"));
}

/** The operation failed, with a message that matches. */
export function assertFailed(result: StepResult, message: RegExp): void {
    assert.notEqual(result.exitCode, 0, describe(result, "succeeded, but should have failed"));
    const errors = result.diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    const violations = result.policyViolations.map(
        (violation) => `${violation.policyName}: ${violation.message}`,
    );
    const said = [...errors.map((error) => error.message), ...violations, result.stderr].join("\n");
    assert.match(said, message, describe(result, `failed, but not with ${message}`));
}

/** The operation ended well and neither changed nor would change anything. */
export function assertNoChanges(result: StepResult): void {
    assertSucceeded(result);
    const changed = result.steps
        .filter((step) => !QUIET.has(step.op))
        .map((step) => `${step.op} ${step.urn}`);
    const counted = Object.entries(result.changes).filter(([op, count]) => !QUIET.has(op) && count > 0);
    assert.deepEqual(
        { changed, counted },
        { changed: [], counted: [] },
        describe(result, "changed something"),
    );
}

/**
 * The operation ended well and did exactly this, and nothing to any other resource.
 *
 * @param expected names (the last part of the URN) by operation; an operation that is left out must not occur. A
 *     replaced resource counts as `replace` alone.
 */
export function assertChanges(
    result: StepResult,
    expected: Partial<Record<Change, readonly string[]>>,
): void {
    assertSucceeded(result);
    const wanted = Object.fromEntries(
        CHANGES.map((change) => [change, [...(expected[change] ?? [])].sort()]),
    );
    const happened = Object.fromEntries(CHANGES.map((change) => [change, namesOf(result, change)]));
    assert.deepEqual(happened, wanted, describe(result, "did something else"));
}

/** These resources, given by name or URN, and no others, were (at preview: would be) replaced. */
export function assertReplaced(result: StepResult, resources: readonly string[]): void {
    assertSucceeded(result);
    const replaced = result.steps.filter((step) => step.op === "replace");
    const left = replaced.filter((step) => !resources.some((wanted) => isCalled(step, wanted)));
    const missing = resources.filter((wanted) => !replaced.some((step) => isCalled(step, wanted)));
    const found = { alsoReplaced: left.map((step) => step.urn), notReplaced: missing };
    assert.deepEqual(
        found,
        { alsoReplaced: [], notReplaced: [] },
        describe(result, "replaced something else"),
    );
}

/** The changes that assertChanges() knows. */
export type Change = (typeof CHANGES)[number];

const CHANGES = ["create", "update", "replace", "delete", "import"] as const;

function namesOf(result: StepResult, change: Change): string[] {
    return result.steps
        .filter((step) => step.op === change)
        .map((step) => step.name)
        .sort();
}

function isCalled(step: Step, wanted: string): boolean {
    return step.urn === wanted || step.name === wanted;
}

function describe(result: StepResult, what: string): string {
    const steps = result.steps.filter((step) => !QUIET.has(step.op));
    const listed = steps.map(
        (step) => `  ${step.op} ${step.urn}${step.diffs.length ? ` [${step.diffs.join(", ")}]` : ""}`,
    );
    return [
        `${result.operation} ${what} (exit code ${result.exitCode})`,
        ...listed,
        result.stdout,
        result.stderr,
    ].join("\n");
}
