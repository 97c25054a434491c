import * as fs from "node:fs";
import * as path from "node:path";

/** The version of this package, the same whether it runs from its sources or from what was built. */
export function packageVersion(): string {
    const manifest = path.join(packageFolder(), "package.json");
    return (JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string }).version;
}

function packageFolder(): string {
    for (let folder = __dirname; ; folder = path.dirname(folder)) {
        if (fs.existsSync(path.join(folder, "package.json")) || folder === path.dirname(folder)) {
            return folder;
        }
    }
}
