import { parseUrn, providerUrn, STACK_TYPE } from "../urn";
import type { Deployment, PendingOperation, StateResource } from "./checkpoint";
import { findCommands } from "./find";
import { importId, isEngineNamed, isRepeatable, type ImportId } from "./importIds";
import { quoted } from "./shell";
import { surroundings } from "./surroundings";

/** Version of the document that `barycenter doctor --json` prints. */
export const SCHEMA_VERSION = 1;

/** An operation that the engine did not finish, with the way out. */
export interface Finding {
    readonly operation: PendingOperation["type"];
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    /** What it is imported by; absent for operations other than creating. */
    readonly id?: ImportId;
    /** The id under which a later update recorded the same resource. */
    readonly recordedAs?: string;
    /** Ids of the same type that the state knows, so that a search's other results can be told from the lost one. */
    readonly knownIds: readonly string[];
    /** Creating it once more leaves one. */
    readonly repeatable: boolean;
    /** The engine made up its name, so that creating it once more leaves two. */
    readonly engineNamed: boolean;
    /** Records the resource, if it exists. Absent when it can't be imported or is recorded already. */
    readonly importCommand?: string;
    /** Find out the id that its service chose. */
    readonly findCommands: readonly string[];
}

/** What a state says about operations that were interrupted. */
export interface Diagnosis {
    readonly findings: readonly Finding[];
    /** Completes every creation whose id is known, in one go; absent when there is none. */
    readonly importAllCommand?: string;
    /** Forgets the pending creations once all are dealt with. */
    readonly clearCommand?: string;
}

/**
 * Lists the operations that a killed or crashed `pulumi up` began and did not record as done. A resource that it was
 * creating may exist without the state knowing.
 */
export function diagnose(deployment: Deployment, stack?: string): Diagnosis {
    const findings = (deployment.pending_operations ?? []).map((pending) =>
        examine(pending, deployment, stack),
    );
    const creates = findings.filter((finding) => finding.operation === "creating");
    const certain = creates.flatMap(({ urn, id, recordedAs }) =>
        id?.kind === "known" && recordedAs === undefined ? [[urn, id.id] as const] : [],
    );
    const onStack = stack === undefined ? "" : ` --stack ${quoted(stack)}`;
    return {
        findings,
        ...(certain.length === 0
            ? {}
            : {
                  importAllCommand: `pulumi refresh${onStack}${certain
                      .flatMap((pair) => pair)
                      .map((word) => ` --import-pending-creates ${quoted(word)}`)
                      .join("")}`,
              }),
        ...(creates.length === 0 ? {} : { clearCommand: `pulumi refresh${onStack} --clear-pending-creates` }),
    };
}

function examine(pending: PendingOperation, deployment: Deployment, stack: string | undefined): Finding {
    const { resource } = pending;
    const { name } = parseUrn(resource.urn);
    const all = deployment.resources ?? [];
    const base = {
        operation: pending.type,
        type: resource.type,
        name,
        urn: resource.urn,
        repeatable: isRepeatable(resource),
        engineNamed: isEngineNamed(resource),
        knownIds: all.flatMap((each) => (each.type === resource.type && each.id ? [each.id] : [])),
    };
    if (pending.type !== "creating" || resource.custom === false) {
        return { ...base, findCommands: [] };
    }
    const config = surroundings(resource, deployment);
    const id = importId(resource, config);
    const recorded = all.find((each) => each.urn === resource.urn && !each.delete && each.id);
    return {
        ...base,
        id,
        ...(recorded?.id === undefined ? {} : { recordedAs: recorded.id }),
        ...(recorded !== undefined || id.kind === "unsupported"
            ? {}
            : { importCommand: importCommand(resource, id, deployment, stack) }),
        findCommands: id.kind === "chosen" ? findCommands(resource, config) : [],
    };
}

/** `pulumi import` of one resource, under the parent and with the provider that it was to have. */
function importCommand(
    resource: StateResource,
    id: ImportId,
    deployment: Deployment,
    stack: string | undefined,
): string {
    const { name } = parseUrn(resource.urn);
    const parent = parentOf(resource, deployment);
    const provider = resource.provider === undefined ? undefined : providerUrn(resource.provider);
    const explicit = provider !== undefined && !parseUrn(provider).name.startsWith("default");
    const parts = ["pulumi import", quoted(resource.type), quoted(name), quoted("id" in id ? id.id : "<id>")];
    if (parent !== undefined) {
        parts.push(`--parent ${quoted(`${variable(parent)}=${parent}`)}`);
    }
    if (explicit) {
        const taken = parent !== undefined && variable(parent) === variable(provider);
        parts.push(`--provider ${quoted(`${variable(provider)}${taken ? "Provider" : ""}=${provider}`)}`);
    }
    // The program has the resource already, and says itself whether it is protected.
    parts.push("--generate-code=false", `--protect=${resource.protect === true}`);
    if (stack !== undefined) {
        parts.push(`--stack ${quoted(stack)}`);
    }
    return parts.join(" ");
}

function parentOf(resource: StateResource, deployment: Deployment): string | undefined {
    const { parent } = resource;
    const isStack = parent !== undefined && parseUrn(parent).type === STACK_TYPE;
    return isStack || !(deployment.resources ?? []).some((each) => each.urn === parent) ? undefined : parent;
}

/** Names in an import are those of variables. */
function variable(urn: string): string {
    return parseUrn(urn).name.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase());
}
