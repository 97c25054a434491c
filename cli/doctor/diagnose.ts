import { parseUrn } from "../urn";
import type { Deployment, PendingOperation } from "./checkpoint";
import { findCommands } from "./find";
import { importId, isEngineNamed, isRepeatable, type ImportId } from "./importIds";
import { canBePlaced, importCommand, importFile, type Importable, type ImportFile } from "./imports";
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
    /** The id under which the state holds the resource: its predecessor, or what a later update recorded. */
    readonly recordedAs?: string;
    /** Ids of the same type that the state knows, so that a search's other results can be told from the lost one. */
    readonly knownIds: readonly string[];
    /** Creating it once more leaves one. */
    readonly repeatable: boolean;
    /** The engine made up its name, so that creating it once more leaves two. */
    readonly engineNamed: boolean;
    /** The state lacks its parent, without which an import would give it another URN. */
    readonly parentMissing: boolean;
    /** Records the resource, if it exists. Absent when it can't be imported or is recorded already. */
    readonly importCommand?: string;
    /** Find out the id that its service chose. */
    readonly findCommands: readonly string[];
}

/** What a state says about operations that were interrupted. */
export interface Diagnosis {
    readonly findings: readonly Finding[];
    /** Every creation whose id is known and that is not recorded, for `pulumi import --file`. */
    readonly importFile: ImportFile;
    /** Forgets the pending creations once all are dealt with; absent when there are none. */
    readonly clearCommand?: string;
}

/**
 * Lists the operations that a killed or crashed `pulumi up` began and did not record as done. A resource that it was
 * creating may exist without the state knowing.
 *
 * @param stack stack to name in the commands; without it they work on the selected one
 */
export function diagnose(deployment: Deployment, stack?: string): Diagnosis {
    const pending = deployment.pending_operations ?? [];
    const findings = pending.map((each) => examine(each, deployment, stack));
    const importables = findings.flatMap(({ id, importCommand: command }, index): Importable[] => {
        const resource = pending[index]?.resource;
        return resource && command !== undefined && id?.kind === "known" ? [{ resource, id: id.id }] : [];
    });
    const onStack = stack === undefined ? "" : ` --stack ${quoted(stack)}`;
    return {
        findings,
        importFile: importFile(importables),
        ...(findings.some((finding) => finding.operation === "creating")
            ? { clearCommand: `pulumi refresh${onStack} --clear-pending-creates` }
            : {}),
    };
}

function examine(pending: PendingOperation, deployment: Deployment, stack: string | undefined): Finding {
    const { resource } = pending;
    const all = deployment.resources ?? [];
    const base = {
        operation: pending.type,
        type: resource.type,
        name: parseUrn(resource.urn).name,
        urn: resource.urn,
        repeatable: isRepeatable(resource),
        engineNamed: isEngineNamed(resource),
        parentMissing: !canBePlaced(resource, deployment),
        knownIds: all.flatMap((each) => (each.type === resource.type && each.id ? [each.id] : [])),
    };
    if (pending.type !== "creating" || resource.custom === false) {
        return { ...base, findCommands: [] };
    }
    const config = surroundings(resource, deployment);
    const id = importId(resource, config);
    const recorded = all.find((each) => each.urn === resource.urn && !each.delete && each.id);
    const importable = recorded === undefined && id.kind !== "unsupported" && !base.parentMissing;
    return {
        ...base,
        id,
        ...(recorded?.id === undefined ? {} : { recordedAs: recorded.id }),
        ...(importable
            ? { importCommand: importCommand({ resource, id: "id" in id ? id.id : "<id>" }, stack) }
            : {}),
        findCommands: id.kind === "chosen" || id.kind === "partial" ? findCommands(resource, config) : [],
    };
}
