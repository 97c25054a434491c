/**
 * What a run of the CLI did, from its event log.
 */
import * as fs from "node:fs";
import type { automation } from "@pulumi/pulumi";

/** One thing that the engine did, or at preview would do, to a resource. */
export interface Step {
    readonly op: automation.OpType;
    readonly urn: string;
    readonly type: string;
    /** The last part of the URN. */
    readonly name: string;
    /** Properties that differ, and for a replacement those that force it. */
    readonly diffs: readonly string[];
    readonly replaceKeys: readonly string[];
    readonly old?: automation.StepEventStateMetadata;
    readonly new?: automation.StepEventStateMetadata;
}

/** A message to the user. */
export interface Diagnostic {
    readonly severity: "info" | "info#err" | "warning" | "error";
    readonly message: string;
    readonly urn?: string;
}

/** The result of one run of the CLI on a stack. */
export interface StepResult {
    /** What was asked for, such as `up`. */
    readonly operation: string;
    /** Null when the CLI was killed. */
    readonly exitCode: number | null;
    readonly stdout: string;
    readonly stderr: string;
    /** How many resources were (at preview: would be) created, updated, left the same, and so on. */
    readonly changes: Readonly<automation.OpMap>;
    /** In the order in which the engine took them up, without the default providers. */
    readonly steps: readonly Step[];
    /** URNs of the resources whose operation failed. */
    readonly failed: readonly string[];
    readonly diagnostics: readonly Diagnostic[];
    readonly policyViolations: readonly automation.PolicyEvent[];
}

/** Reads the events that the CLI has written so far. */
export function readEvents(file: string): automation.EngineEvent[] {
    if (!fs.existsSync(file)) {
        return [];
    }
    const text = fs.readFileSync(file, "utf8");
    // A killed CLI leaves half a line.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    return whole
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as automation.EngineEvent);
}

/** Puts the result together. */
export function summarise(
    run: Pick<StepResult, "operation" | "exitCode" | "stdout" | "stderr">,
    events: automation.EngineEvent[],
): StepResult {
    return {
        ...run,
        changes: Object.assign({}, ...events.map((event) => event.summaryEvent?.resourceChanges ?? {})),
        steps: events
            .flatMap((event) => event.resourcePreEvent?.metadata ?? [])
            .map(step)
            .filter(isCounted),
        failed: events.flatMap((event) => event.resOpFailedEvent?.metadata.urn ?? []),
        diagnostics: events.flatMap((event) =>
            event.diagnosticEvent ? diagnostic(event.diagnosticEvent) : [],
        ),
        policyViolations: events.flatMap((event) => event.policyEvent ?? []),
    };
}

function step(metadata: automation.StepEventMetadata): Step {
    return {
        op: metadata.op,
        urn: metadata.urn,
        type: metadata.type,
        name: metadata.urn.slice(metadata.urn.lastIndexOf("::") + 2),
        diffs: metadata.diffs ?? [],
        replaceKeys: metadata.keys ?? [],
        old: metadata.old,
        new: metadata.new,
    };
}

/** Providers that the engine makes by itself are in nobody's program, and the CLI doesn't count them either. */
function isCounted({ type, name }: Step): boolean {
    return !(type.startsWith("pulumi:providers:") && /^default(_|$)/.test(name));
}

function diagnostic(event: automation.DiagnosticEvent): Diagnostic[] {
    const message = event.message.replace(/<\{%.*?%\}>/g, "").trim();
    // The log has debugging messages too; the SDK's type doesn't say so.
    const forUser = !event.ephemeral && message !== "" && (event.severity as string) !== "debug";
    return forUser ? [{ severity: event.severity, message, urn: event.urn }] : [];
}
