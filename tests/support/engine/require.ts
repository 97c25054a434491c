/**
 * Skips tests in plain sight where an engine can't be had.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { findApiServer } from "../../../scripts/engines/apiserver";
import { ensurePulumi } from "../../../scripts/engines/pulumi";

/** Call it first in a `before` hook: builds the Pulumi CLI if need be, or says why the tests are skipped. */
export async function requireEngine(context: Mocha.Context): Promise<void> {
    context.timeout(0);
    if ((await ensurePulumi()) === undefined) {
        skip(
            context,
            "no Pulumi CLI 3.255 or later on PATH, none in the engine cache, and no Go to build one",
        );
    }
}

/**
 * Call it first in a `before` hook: says why the tests are skipped where there is no API server. It builds none,
 * since that takes several minutes: `npm run test:apiserver` does.
 */
export function requireApiServer(context: Mocha.Context): void {
    if (findApiServer() === undefined) {
        skip(context, "no kube-apiserver and etcd in the engine cache; npm run test:apiserver builds them");
    }
}

/**
 * Call it first in a `before` hook of tests that need the add-ons' published definitions of custom resources, which
 * are no part of this repository.
 *
 * @returns the folder that holds them
 */
export function requireCrds(context: Mocha.Context): string {
    const folder = path.resolve(__dirname, "../../../../shared/crds");
    return fs.existsSync(folder) ? folder : skip(context, "no custom resource definitions in ../shared/crds");
}

/** Prints the reason, and skips. */
export function skip(context: Mocha.Context, reason: string): never {
    console.log(`      SKIPPED: ${reason}`);
    return context.skip();
}
