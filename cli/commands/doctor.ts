import * as fs from "node:fs";
import type { Command } from "commander";
import { readState } from "../doctor/checkpoint";
import { diagnose, SCHEMA_VERSION } from "../doctor/diagnose";
import { importFileCommand } from "../doctor/imports";
import { renderDiagnosis } from "../doctor/render";
import { UsageError } from "../errors";
import { readProject } from "../project/project";

interface DoctorOptions {
    readonly stack?: string;
    readonly state?: string;
    readonly importFile?: string;
    readonly json?: boolean;
}

const HOW = `barycenter doctor reads a stack's state and runs nothing itself. Give it one:
    pulumi stack export | barycenter doctor --state -
    barycenter doctor --state file:///path/of/the/backend --stack dev`;

/** Adds `barycenter doctor`. */
export function addDoctor(program: Command): void {
    program
        .command("doctor")
        .description("after a killed or crashed up: what may exist unrecorded, and how to import it")
        .argument("[dir]", "folder of the program, which names the project in a backend", ".")
        .option("-s, --stack <name>", "stack, for a backend and in the commands that are printed")
        .option("--state <file>", "exported state, - for standard input, a checkpoint, or a file:// backend")
        .option("--import-file <file>", "write what can be imported by a known id for pulumi import --file")
        .option("--json", "print a document for machines")
        .addHelpText(
            "after",
            `\n${HOW}\n\nExit codes: 0 nothing is pending, 1 something is, 2 the command line is wrong.`,
        )
        .action((directory: string, options: DoctorOptions) => {
            process.exitCode = doctor(directory, options);
        });
}

function doctor(directory: string, { stack, state, importFile, json }: DoctorOptions): number {
    if (state === undefined) {
        throw new UsageError(`which state?\n\n${HOW}`);
    }
    const project = projectName(directory);
    const deployment = readState(state, {
        ...(project === undefined ? {} : { project }),
        ...(stack === undefined ? {} : { stack: stack.slice(stack.lastIndexOf("/") + 1) }),
    });
    const diagnosis = diagnose(deployment, stack);
    if (importFile !== undefined) {
        fs.writeFileSync(importFile, `${JSON.stringify(diagnosis.importFile, null, 2)}\n`);
    }
    process.stdout.write(
        json
            ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...diagnosis }, null, 2)}\n`
            : renderDiagnosis(
                  diagnosis,
                  importFile === undefined ? undefined : importFileCommand(importFile, stack),
              ),
    );
    return diagnosis.findings.length > 0 ? 1 : 0;
}

/** The state can be read without the program; only a backend's layout needs the project. */
function projectName(directory: string): string | undefined {
    try {
        return readProject(directory).name;
    } catch (error) {
        if (error instanceof UsageError) {
            return undefined;
        }
        throw error;
    }
}
