import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Diagnosis, Finding } from "../../cli/doctor/diagnose";
import type { SimulatedClouds } from "../../testing";
import type { CloudResource } from "../../testing/store";
import { assertSucceeded } from "../support/engine/assertions";
import type { PendingOperation } from "../support/engine/checkpoint";
import type { EngineStack } from "../support/engine/workspace";

const ROOT = path.resolve(__dirname, "../..");
const CLI = path.join(ROOT, "dist/cli/main.js");

/** What `barycenter doctor` says of a stack: as text for people, and as the document for machines. */
export interface Examination {
    readonly exitCode: number;
    readonly text: string;
    readonly diagnosis: Diagnosis;
}

/** Runs the command on the stack's exported state. */
export async function doctor(stack: EngineStack): Promise<Examination> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-doctor-"));
    const state = path.join(folder, "state.json");
    try {
        fs.writeFileSync(state, JSON.stringify(await stack.export()));
        const [text, json] = await Promise.all([run(state), run(state, "--json")]);
        assert.equal(text.exitCode, json.exitCode);
        return { ...text, diagnosis: JSON.parse(json.text) as Diagnosis };
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
}

function run(state: string, ...args: string[]): Promise<{ exitCode: number; text: string }> {
    const command = [CLI, "doctor", path.join(ROOT, "examples/quickstart"), "--state", state, ...args];
    return new Promise((resolve, reject) =>
        execFile(process.execPath, command, (error, text, errors) => {
            const exitCode = error === null ? 0 : Number(error.code);
            if (exitCode > 1) {
                reject(new Error(`doctor: ${errors}`));
            }
            resolve({ exitCode, text });
        }),
    );
}

/** URNs that exist in the clouds but not in the state, and the other way round. */
export function differences(
    clouds: SimulatedClouds,
    stack: EngineStack,
): { orphans: string[]; lost: string[] } {
    const existing = new Set(clouds.resources().map((resource) => `${resource.urn} ${resource.id}`));
    const recorded = new Set(
        stack
            .resources()
            .filter((resource) => resource.custom && !resource.type.startsWith("pulumi:"))
            .map((resource) => `${resource.urn} ${resource.id}`),
    );
    return {
        orphans: [...existing].filter((resource) => !recorded.has(resource)),
        lost: [...recorded].filter((resource) => !existing.has(resource)),
    };
}

/** What exists and the state does not know. */
export function unrecorded(clouds: SimulatedClouds, stack: EngineStack): CloudResource[] {
    const { orphans } = differences(clouds, stack);
    return clouds.resources().filter((resource) => orphans.includes(`${resource.urn} ${resource.id}`));
}

/** URNs that exist more than once. */
export function doubles(clouds: SimulatedClouds): string[] {
    const urns = clouds.resources().map((resource) => resource.urn ?? resource.id);
    return urns.filter((urn, index) => urns.indexOf(urn) !== index);
}

/** Does for everything that a killed run has made without recording it what doctor says, and nothing more. */
export async function followDoctor(
    clouds: SimulatedClouds,
    stack: EngineStack,
    { diagnosis }: Examination,
): Promise<void> {
    const exported = await stack.export();
    const unreadable: CloudResource[] = [];
    for (const made of unrecorded(clouds, stack)) {
        const finding = diagnosis.findings.find((each) => each.urn === made.urn);
        assert.ok(finding, `doctor does not report ${made.urn}`);
        if (!(await importBy(finding, made, stack))) {
            unreadable.push(made);
        }
    }
    if (unreadable.length > 0) {
        await writeIntoState(stack, unreadable, exported.deployment.pending_operations ?? []);
    }
    assert.equal(diagnosis.clearCommand, "pulumi refresh --clear-pending-creates");
    assertSucceeded(await stack.refresh({ args: ["--clear-pending-creates"] }));
    assert.deepEqual(stack.pendingOperations(), []);
}

/** Runs a finding's import command; false when the simulated clouds can't read the type by its import id. */
async function importBy(
    { importCommand, id, repeatable, urn }: Finding,
    made: CloudResource,
    stack: EngineStack,
): Promise<boolean> {
    if (repeatable || id?.kind === "unsupported") {
        return true; // the next up writes it again
    }
    assert.ok(importCommand !== undefined, `no import command for ${urn}`);
    // They find what they made by the id in the state, and some types are imported by another one.
    if (id?.kind === "known" && id.id !== made.id) {
        return false;
    }
    const words = shellWords(importCommand).map((word) => (/<[\w-]+>/.test(word) ? made.id : word));
    assert.deepEqual(words.slice(0, 2), ["pulumi", "import"]);
    await stack.pulumi(...words.slice(1), "--yes", "--skip-preview");
    return true;
}

/** What imports of these would leave in the state. */
async function writeIntoState(
    stack: EngineStack,
    made: readonly CloudResource[],
    pending: readonly PendingOperation[],
): Promise<void> {
    const exported = await stack.export();
    const { resources = [] } = exported.deployment;
    const written = made.map(({ urn, id, inputs, outputs }) => {
        const operation = pending.find(({ resource }) => resource.urn === urn);
        assert.ok(operation, `${urn} is not pending`);
        return { ...operation.resource, id, inputs, outputs };
    });
    const deployment = { ...exported.deployment, resources: [...resources, ...written] };
    await stack.import({ ...exported, deployment });
}

/** The words of a command as a POSIX shell splits it, as far as single quotes and backslashes go. */
function shellWords(command: string): string[] {
    const words = command.match(/(?:'[^']*'|\\.|[^\s'\\])+/g) ?? [];
    return words.map((word) =>
        word.replace(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ""),
    );
}
