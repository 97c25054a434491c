/**
 * Finds or builds the Pulumi CLI that the tests run.
 */
import { execFileSync } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import { cached, cachedPath, findOnPath, isExecutable, say } from "./cache";
import { goBuild, hasGo } from "./go";

/** The version that is built when no CLI is installed; it works with @pulumi/pulumi 3.248. */
export const PULUMI_VERSION = "3.259.0";

/** Executable policy packs and the analysis of state files, which the tests use, came with 3.255. */
const OLDEST_MINOR = 255;

/**
 * The path of a Pulumi CLI: from PATH, else the binary that the `pulumi` npm package has downloaded earlier, else
 * one built with Go and kept in the cache folder.
 *
 * @returns undefined when there is none and Go, which could build it, is missing too
 * @throws Error when the build fails
 */
export async function ensurePulumi(): Promise<string | undefined> {
    const installed = [findOnPath("pulumi"), npmBinary()].find(
        (file) => file !== undefined && isUsable(file),
    );
    if (installed !== undefined) {
        return installed;
    }
    const name = `pulumi-v${PULUMI_VERSION}`;
    if (!hasGo() && !isExecutable(cachedPath(name))) {
        return undefined;
    }
    return cached(name, (target) =>
        goBuild(
            {
                title: `the Pulumi CLI v${PULUMI_VERSION}`,
                minutes: 5,
                package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
                goVersion: "1.25.11",
                require: {
                    "github.com/pulumi/pulumi/pkg/v3": `v${PULUMI_VERSION}`,
                    "github.com/pulumi/pulumi/sdk/v3": `v${PULUMI_VERSION}`,
                },
                // Without it the version is empty, and the Automation API refuses such a CLI.
                variables: {
                    "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI_VERSION}`,
                },
            },
            target,
        ),
    );
}

/**
 * What the `pulumi` npm package runs. The package itself holds no CLI: its first start downloads one into
 * `$PULUMI_HOME/versions/<version>/bin`, and tests don't download, so only an earlier download counts.
 */
function npmBinary(): string | undefined {
    try {
        const { version } = require("pulumi/package.json") as { version: string };
        const home = process.env.PULUMI_HOME || path.join(os.homedir(), ".pulumi");
        const file = path.join(home, "versions", process.env.PULUMI_VERSION || version, "bin", "pulumi");
        return isExecutable(file) ? file : undefined;
    } catch {
        return undefined;
    }
}

function isUsable(file: string): boolean {
    const version = versionOf(file);
    const [major, minor] = (/^v?(\d+)\.(\d+)\./.exec(version) ?? []).slice(1).map(Number);
    if (major === 3 && minor >= OLDEST_MINOR) {
        return true;
    }
    say(`not using ${file}: version ${version || "unknown"}, the tests need 3.${OLDEST_MINOR} or later`);
    return false;
}

function versionOf(file: string): string {
    try {
        const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
        return execFileSync(file, ["version"], { encoding: "utf8", env, timeout: 30_000 }).trim();
    } catch {
        return "";
    }
}
