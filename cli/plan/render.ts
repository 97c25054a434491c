import type { ClientContract } from "../../providers/concepts/inference";
import { parseUrn, shortType } from "../urn";
import type { PlanChanges, PlanDocument, PlanError, PlannedComponent, PlannedResource } from "./document";
import { placementBlocks } from "../placement/text";
import { columns, indented } from "./text";

/** How much of a plan to print. */
export interface RenderOptions {
    /** Every resource on a line of its own. */
    readonly verbose: boolean;
    /** Name of the file that the plan was compared with. */
    readonly baseline?: string;
}

/** A valid plan as text. */
export function renderPlan(plan: PlanDocument, options: RenderOptions): string {
    const at = plan.site === undefined ? "" : ` at ${plan.site}`;
    const blocks = [
        `${plan.project}, stack ${plan.stack}${at}`,
        ...plan.components.map((component) => componentBlock(component, options)),
        plan.resources.length > 0 ? titled("Outside components", resourceLines(plan.resources, options)) : "",
        ...(plan.placement ? placementBlocks(plan.placement, options.verbose) : []),
        titled("Outputs", outputLines(plan.outputs)),
        titled("Warnings", plan.warnings),
        plan.changes ? changesBlock(plan.changes, options.baseline ?? "the baseline") : "",
        titled(
            "Assumed, since a plan asks nothing outside",
            plan.assumptions.map(({ text }) => text),
        ),
        totalsLine(plan),
    ];
    return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

/** The errors of an invalid program, and nothing else. */
export function renderErrors(errors: readonly PlanError[]): string {
    return `${errors.map((error) => `error: ${errorWords(error)}`).join("\n\n")}\n`;
}

/** An error that says whose it is. */
export function errorWords({ urn, message }: PlanError): string {
    if (urn === undefined) {
        return message;
    }
    const { type, name } = parseUrn(urn);
    return message.includes(`'${name}'`) || message.includes(urn)
        ? message
        : `${shortType(type)} '${name}': ${message}`;
}

function componentBlock(component: PlannedComponent, options: RenderOptions): string {
    const title = `${shortType(component.type)} ${component.name}`;
    const lines = [
        component.site === undefined ? title : columns([[title, component.site]], [44])[0],
        ...indented([
            ...replicaLines(component.outputs),
            ...(component.client ? clientLines(component.client) : []),
            ...resourceLines(component.resources, options),
            ...component.warnings.map((text) => `warning: ${text}`),
            ...(component.notes ?? []).flatMap((text) => text.split("\n")),
            ...component.components.flatMap((nested) => componentBlock(nested, options).split("\n")),
        ]),
    ];
    return lines.join("\n");
}

function replicaLines({ replicas, accelerator }: PlannedComponent["outputs"]): string[] {
    const { min, max } = (replicas ?? {}) as { min?: number; max?: number };
    if (typeof min !== "number" || typeof max !== "number") {
        return [];
    }
    const on = typeof accelerator === "string" && accelerator !== "" ? ` on ${accelerator}` : "";
    return [`${min === max ? min : `${min} to ${max}`} replica${max === 1 ? "" : "s"}${on}`];
}

function clientLines(client: ClientContract): string[] {
    return columns([
        ["clients call", client.urlForm],
        ["  protocol", client.protocol],
        ["  authentication", client.authentication],
    ]);
}

function resourceLines(resources: readonly PlannedResource[], { verbose }: RenderOptions): string[] {
    const warnings = resources.flatMap((each) =>
        (each.warnings ?? []).map((text) => `warning: ${each.name}: ${text}`),
    );
    if (verbose) {
        return [
            ...columns(resources.map((each) => [shortType(each.type), each.name, marks(each)])),
            ...warnings,
        ];
    }
    const groups = new Map<string, PlannedResource[]>();
    for (const resource of resources) {
        const key = `${shortType(resource.type)}${resource.read ? " (read)" : ""}`;
        groups.set(key, [...(groups.get(key) ?? []), resource]);
    }
    const rows = [...groups].map(([type, members]) => [
        String(members.length).padStart(3),
        type,
        names(members),
    ]);
    return [...columns(rows), ...warnings];
}

const NAMES_SHOWN = 2;

function names(resources: readonly PlannedResource[]): string {
    const shown = resources.slice(0, NAMES_SHOWN).map((each) => each.name);
    return [...shown, ...(resources.length > NAMES_SHOWN ? ["…"] : [])].join(", ");
}

function marks(resource: PlannedResource): string {
    const all = [
        resource.protect && "protected",
        resource.retainOnDelete && "kept on delete",
        resource.read && "read",
    ];
    return all.filter(Boolean).join(", ");
}

function outputLines(outputs: PlanDocument["outputs"]): string[] {
    return columns(
        Object.entries(outputs).map(([name, value]) => [
            name,
            value === null
                ? "(known once it exists)"
                : value === ""
                  ? "(empty)"
                  : typeof value === "string"
                    ? value
                    : JSON.stringify(value),
        ]),
    );
}

function changesBlock({ added, removed, clients }: PlanChanges, baseline: string): string {
    const resources = [
        ...added.map(({ type, name }) => ["+", type, name]),
        ...removed.map(({ type, name }) => ["-", type, name]),
    ];
    const lines = [
        ...columns(resources),
        ...clients.flatMap(({ service, from, to }) => [
            `clients of ${service} must change:`,
            ...indented(
                columns([
                    ["URL", ...change(from.urlForm, to.urlForm)],
                    ["authentication", ...change(from.authentication, to.authentication)],
                    ["protocol", ...change(from.protocol, to.protocol)],
                ]),
            ),
        ]),
    ];
    return titled(`Changes against ${baseline}`, lines.length > 0 ? lines : ["none"]);
}

function change(from: string, to: string): [string] {
    return from === to ? [`stays ${to}`] : [`${from}  →  ${to}`];
}

/** How to see what a change of the program means; empty where the plan shows that, or has no service. */
export function comparisonHint(plan: PlanDocument): string {
    const serves = (component: PlannedComponent): boolean =>
        component.client !== undefined || component.components.some(serves);
    return plan.changes || !plan.components.some(serves)
        ? ""
        : "\nTo see what a change means for resources and for the services' clients, keep this plan (--json > before.json)\n" +
              "and compare with it after the change (--baseline before.json). A pulumi stack export serves too.\n";
}

function totalsLine(plan: PlanDocument): string {
    const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
    return `${count(plan.totals.components, "component")}, ${count(plan.totals.resources, "resource")}`;
}

function titled(title: string, lines: readonly string[]): string {
    return lines.length === 0 ? "" : [`${title}:`, ...indented(lines)].join("\n");
}
