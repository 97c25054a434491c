/**
 * Other component packages to compare with. They are no dependency of this repository: they are installed for the
 * time of the benchmark where a package registry can be reached.
 */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { ROOT, temporaryFolder, writeFiles } from "./folders";

/** Component packages of others, at the versions that were current when the aims were set. */
const PEERS = { "@pulumi/eks": "4.3.0", "@pulumi/awsx": "3.9.0" };

/** A folder in which peers are installed, or why there is none. */
export type Peers = { readonly folder: string } | { readonly missing: string };

/** Installs the peers, with the same @pulumi/pulumi and SDKs as here. */
export function installPeers(): Peers {
    const folder = temporaryFolder("peers");
    const same = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/kubernetes", "typescript", "@types/node"];
    const versions = Object.fromEntries(same.map((name) => [name, installedVersion(name)]));
    writeFiles(folder, {
        "package.json": JSON.stringify({
            private: true,
            dependencies: { ...PEERS, ...versions },
            overrides: versions,
        }),
    });
    const ran = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
        cwd: folder,
        encoding: "utf8",
        timeout: 10 * 60_000,
    });
    if (ran.status === 0) {
        return { folder };
    }
    const reason =
        /npm (?:error|ERR!) (.*)/.exec(ran.stderr ?? "")?.[1] ?? ran.error?.message ?? "unknown reason";
    return { missing: `npm could not install them: ${reason}` };
}

function installedVersion(name: string): string {
    const { version } = require(path.join(ROOT, "node_modules", name, "package.json")) as { version: string };
    return version.replace(/^v/, "");
}
