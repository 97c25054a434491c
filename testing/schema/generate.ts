import * as fs from "node:fs";
import * as path from "node:path";
import { Deriver } from "./derive";
import { findSdk, type InstalledSdk } from "./locate";
import { schemaFolder } from "./registry";
import { packageNames, type PackageName, packageOf, type PackageSchema } from "./types";

/**
 * Writes testing/schemas/<package>-<version>.json for the installed SDKs:
 *
 *     tsx testing/schema/generate.ts [token or folder of .ts files]...
 *
 * The types that the present files hold are kept, so that an SDK upgrade is a run without arguments; to these
 * come the tokens given and those that the programs in the folders given use.
 */
export function generate(sources: readonly string[]): string[] {
    const tokens = new Set(sources.flatMap((each) => (fs.existsSync(each) ? usedTokens(each) : [each])));
    return packageNames.flatMap((name) => {
        const sdk = findSdk(name);
        return sdk ? [writeSchema(sdk, tokens)] : [];
    });
}

function writeSchema(sdk: InstalledSdk, tokens: ReadonlySet<string>): string {
    const schema: PackageSchema = {
        package: sdk.package,
        version: sdk.version,
        resources: {},
        functions: {},
        types: {},
    };
    const deriver = new Deriver(sdk, schema);
    const before = present(sdk.package);
    const own = [...tokens].filter((each) => packageOf(each) === sdk.package);
    for (const token of [`pulumi:providers:${sdk.package}`, ...before.tokens, ...own]) {
        const resource = deriver.resource(token);
        const found = resource ?? deriver.function(token);
        if (resource) {
            schema.resources[token] = resource;
        } else if (found) {
            schema.functions[token] = found;
        } else {
            throw new Error(`@pulumi/${sdk.package} ${sdk.version} declares no "${token}"`);
        }
    }
    if (sdk.package === "kubernetes") {
        // Custom resources have metadata too, and no class to derive it from.
        deriver.object("in", "meta.v1.ObjectMeta");
        deriver.object("out", "meta.v1.ObjectMeta");
    }
    before.files.forEach((file) => fs.rmSync(file));
    const file = path.join(schemaFolder(), `${sdk.package}-${sdk.version}.json`);
    fs.writeFileSync(file, format(schema));
    return file;
}

/** What the present files of a package hold. */
function present(name: PackageName): { readonly files: string[]; readonly tokens: string[] } {
    const files = fs
        .readdirSync(schemaFolder())
        .filter((each) => new RegExp(`^${name}-\\d+\\.\\d+\\.\\d+\\.json$`).test(each))
        .map((each) => path.join(schemaFolder(), each));
    const tokens = files.flatMap((each) => {
        const schema = JSON.parse(fs.readFileSync(each, "utf8")) as PackageSchema;
        return [...Object.keys(schema.resources), ...Object.keys(schema.functions)];
    });
    return { files, tokens };
}

/** One line for each type, so that a change of the SDK reads as a change of the types it touches. */
function format(schema: PackageSchema): string {
    const section = (entries: Record<string, unknown>) =>
        Object.keys(entries)
            .sort()
            .map((key) => `${JSON.stringify(key)}: ${JSON.stringify(entries[key])}`)
            .join(",\n");
    return [
        `{"package": ${JSON.stringify(schema.package)}, "version": ${JSON.stringify(schema.version)},`,
        `"resources": {\n${section(schema.resources)}\n},`,
        `"functions": {\n${section(schema.functions)}\n},`,
        `"types": {\n${section(schema.types)}\n}}\n`,
    ].join("\n");
}

/** The tokens of the classes and functions that the .ts files in a folder use through deep imports. */
export function usedTokens(folder: string): string[] {
    const tokens = new Set<string>();
    for (const file of sourceFiles(folder)) {
        const text = fs.readFileSync(file, "utf8");
        for (const [, bindings, name, module] of text.matchAll(importPattern)) {
            const sdk = packageNames.includes(name as PackageName) ? findSdk(name as PackageName) : undefined;
            for (const member of sdk ? membersOf(bindings, text) : []) {
                const token = sdk && tokenOf(sdk, module, member);
                if (token) {
                    tokens.add(token);
                }
            }
        }
    }
    return [...tokens];
}

const importPattern = /import (?:type )?(\* as \w+|\{[^}]*\}) from "@pulumi\/([a-z-]+)\/([\w/]+)"/g;

function membersOf(bindings: string, text: string): string[] {
    const namespace = /^\* as (\w+)$/.exec(bindings)?.[1];
    if (namespace === undefined) {
        return bindings
            .replace(/[{}]/g, "")
            .split(",")
            .map((each) => each.replace(/\s+as\s+.*|type\s+/g, "").trim());
    }
    return [...text.matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, "g"))].map((match) => match[1]);
}

function tokenOf(sdk: InstalledSdk, module: string, member: string): string | undefined {
    const base = member.replace(/Output$/, "");
    const file = path.join(sdk.directory, module, `${base.charAt(0).toLowerCase()}${base.slice(1)}.js`);
    if (!base || !fs.existsSync(file)) {
        return undefined;
    }
    const code = fs.readFileSync(file, "utf8");
    const token =
        /__pulumiType = '([^']+)'/.exec(code)?.[1] ?? /runtime\.invoke\(["']([^"']+)["']/.exec(code)?.[1];
    return token && packageOf(token) === sdk.package ? token : undefined;
}

function sourceFiles(folder: string): string[] {
    return fs
        .readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && /\.[cm]?tsx?$/.test(each.name) && !each.name.endsWith(".d.ts"))
        .map((each) => path.join(each.parentPath, each.name))
        .filter((each) => !each.includes(`${path.sep}node_modules${path.sep}`));
}

if (require.main === module) {
    for (const file of generate(process.argv.slice(2))) {
        process.stdout.write(`${file}\n`);
    }
}
