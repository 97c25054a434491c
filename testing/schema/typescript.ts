import * as fs from "node:fs";
import * as path from "node:path";
import type ts from "typescript";

let loaded: typeof ts | undefined;

/**
 * The TypeScript compiler, loaded at the first type that no cache knows. Only its parser is used: SDK
 * declarations are regular enough that no program or checker is needed, which takes milliseconds and a few
 * megabytes where a checker takes seconds and a gigabyte (TypeScript#50809).
 */
export function typescript(): typeof ts {
    loaded ??= load();
    return loaded;
}

function load(): typeof ts {
    for (const from of [process.cwd(), __dirname]) {
        try {
            return require(require.resolve("typescript", { paths: [from] })) as typeof ts;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
                throw error;
            }
        }
    }
    // A plain JavaScript project has no compiler, but @pulumi/pulumi carries one whose parser is good enough.
    const vendor = path.join(path.dirname(require.resolve("@pulumi/pulumi/package.json")), "vendor");
    const folder = fs.readdirSync(vendor).find((name) => name.startsWith("typescript@"));
    if (!folder) {
        throw new Error(
            "deriving a resource schema needs the TypeScript compiler: npm install --save-dev typescript",
        );
    }
    return require(path.join(vendor, folder, "typescript.js")) as typeof ts;
}
