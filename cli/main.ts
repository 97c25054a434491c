#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { addAdvise } from "./commands/advise";
import { addCatalog } from "./commands/catalog";
import { addDoctor } from "./commands/doctor";
import { addPlan } from "./commands/plan";
import { UsageError } from "./errors";
import { packageVersion } from "./package";

const USAGE = 2;

async function main(): Promise<void> {
    const program = new Command("barycenter")
        .description(
            "AI infrastructure components for Pulumi: plan offline, compare architectures, repair after a crash",
        )
        .version(packageVersion())
        .showHelpAfterError("(barycenter --help says more)")
        .exitOverride();
    addPlan(program);
    addAdvise(program);
    addDoctor(program);
    addCatalog(program);
    program.commands.forEach((command) => command.copyInheritedSettings(program));
    try {
        await program.parseAsync();
    } catch (error) {
        if (error instanceof CommanderError) {
            process.exitCode = error.exitCode === 0 ? 0 : USAGE;
        } else if (error instanceof UsageError) {
            process.stderr.write(`error: ${error.message}\n`);
            process.exitCode = USAGE;
        } else {
            throw error;
        }
    }
}

void main();
