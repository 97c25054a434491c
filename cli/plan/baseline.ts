import * as fs from "node:fs";
import type { ClientContract } from "../../providers/concepts/inference";
import { deploymentIn } from "../doctor/checkpoint";
import { UsageError } from "../errors";
import { localIdentity, parseUrn, shortType } from "../urn";
import {
    SCHEMA_VERSION,
    type ClientChange,
    type PlanChanges,
    type PlanDocument,
    type PlannedComponent,
    type ResourceName,
} from "./document";

/** What a plan or a state holds, as far as two of them are compared. */
interface Inventory {
    /** By identity without stack and project, so that two stacks of one program can be compared. */
    readonly resources: ReadonlyMap<string, ResourceName>;
    readonly clients: ReadonlyMap<string, { readonly service: string; readonly contract: ClientContract }>;
}

/**
 * What a plan changes against an earlier plan (`plan --json`) or a stack's state (`pulumi stack export`).
 *
 * @throws UsageError when the file is neither
 */
export function compare(file: string, document: PlanDocument): PlanChanges {
    const before = readInventory(file);
    const after = ofPlan(document);
    const missing = (from: Inventory, other: Inventory) =>
        [...from.resources].filter(([identity]) => !other.resources.has(identity)).map(([, name]) => name);
    const clients = [...after.clients].flatMap(([identity, { service, contract }]): ClientChange[] => {
        const old = before.clients.get(identity)?.contract;
        const same =
            old?.urlForm === contract.urlForm &&
            old.authentication === contract.authentication &&
            old.protocol === contract.protocol;
        return old === undefined || same ? [] : [{ service, from: old, to: contract }];
    });
    return { added: missing(after, before), removed: missing(before, after), clients };
}

function readInventory(file: string): Inventory {
    let content: unknown;
    try {
        content = JSON.parse(fs.readFileSync(file, "utf8")) as unknown;
    } catch (error) {
        throw new UsageError(`${file} can't be read as JSON: ${(error as Error).message}`);
    }
    const plan = content as Partial<PlanDocument> | null;
    if (Array.isArray(plan?.components)) {
        if (plan.schemaVersion !== SCHEMA_VERSION) {
            throw new UsageError(
                `${file} has schema version ${String(plan.schemaVersion)}; this barycenter reads ${SCHEMA_VERSION}`,
            );
        }
        return ofPlan(plan as PlanDocument);
    }
    const deployment = deploymentIn(content);
    if (!deployment) {
        throw new UsageError(
            `${file} is neither a plan (barycenter plan --json) nor a state (pulumi stack export)`,
        );
    }
    const kept = (deployment.resources ?? []).filter((resource) => !resource.delete);
    const custom = kept.filter((each) => each.custom && !each.external && !each.type.startsWith("pulumi:"));
    return {
        resources: new Map(custom.map(({ urn }) => [localIdentity(urn), nameOf(urn)])),
        clients: new Map(
            kept.flatMap(({ urn, outputs }) => {
                const contract = outputs?.client as ClientContract | undefined;
                return contract
                    ? [[localIdentity(urn), { service: parseUrn(urn).name, contract }] as const]
                    : [];
            }),
        ),
    };
}

function ofPlan(document: PlanDocument): Inventory {
    const components = document.components.flatMap(withNested);
    const resources = [...document.resources, ...components.flatMap((component) => component.resources)];
    return {
        resources: new Map(
            resources.filter((each) => !each.read).map(({ urn }) => [localIdentity(urn), nameOf(urn)]),
        ),
        clients: new Map(
            components.flatMap(({ urn, name, client }) =>
                client ? [[localIdentity(urn), { service: name, contract: client }] as const] : [],
            ),
        ),
    };
}

function withNested(component: PlannedComponent): PlannedComponent[] {
    return [component, ...component.components.flatMap(withNested)];
}

function nameOf(urn: string): ResourceName {
    const { type, name } = parseUrn(urn);
    return { type: shortType(type), name };
}
