/**
 * The plug-ins that the full CLI distribution ships beside the CLI, as small scripts over the installed SDK.
 */
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Returns the CLI to run: the given one, if the language host stands beside it, as in a full distribution; else a
 * link to it in `folder`, where these stand-ins are written beside it. (Elsewhere on PATH they would do too, but the
 * CLI warns of each plug-in that it finds on PATH and not beside itself.)
 *
 * - `pulumi-language-nodejs`: see language-host/
 * - `pulumi-resource-pulumi-nodejs`: dynamic resources. The engine can't be told to attach to that provider ("Attach
 *   is not implemented by the dynamic provider"), it only starts an executable of that name.
 */
export function completeCli(cli: string, folder: string): string {
    if (fs.existsSync(path.join(path.dirname(fs.realpathSync(cli)), "pulumi-language-nodejs"))) {
        return cli;
    }
    const languageHost = path.join(__dirname, "language-host", "main.ts");
    const dynamicProvider = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
    writeScript(path.join(folder, "pulumi-language-nodejs"), [
        "--require",
        require.resolve("tsx/cjs"),
        languageHost,
    ]);
    writeScript(path.join(folder, "pulumi-resource-pulumi-nodejs"), [dynamicProvider]);
    const linked = path.join(folder, "pulumi");
    try {
        // Not a symbolic link: the CLI resolves those when it asks where it stands.
        fs.linkSync(fs.realpathSync(cli), linked);
    } catch {
        fs.copyFileSync(cli, linked);
    }
    return linked;
}

function writeScript(file: string, nodeArguments: string[]): void {
    const command = [process.execPath, ...nodeArguments].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    fs.writeFileSync(file, `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`, { mode: 0o755 });
}
