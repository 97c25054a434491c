import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Deriver } from "./derive";
import { findSdk, type InstalledSdk } from "./locate";
import {
    type FunctionSpec,
    type ObjectSpec,
    type PackageName,
    packageOf,
    type PackageSchema,
    type ResourceSpec,
} from "./types";

/**
 * Schemas by token. The types barycenter itself uses come from the files in `testing/schemas`; any other is
 * derived from the installed SDK once and kept under the user's cache folder, so a lookup is a Map hit.
 */
export class SchemaRegistry {
    private readonly packages = new Map<PackageName, LoadedPackage>();

    /** The resource a token names; undefined when the package has no such type. */
    resource(token: string): ResourceSpec | undefined {
        return this.package(token)?.resource(token);
    }

    /** The function a token names; undefined when the package has no such function. */
    function(token: string): FunctionSpec | undefined {
        return this.package(token)?.function(token);
    }

    /** The configuration of a package's provider resource. */
    provider(name: PackageName): ResourceSpec | undefined {
        return this.load(name).resource(`pulumi:providers:${name}`);
    }

    /** A nested type by the reference that a spec of the same package gave. */
    object(name: PackageName, ref: string): ObjectSpec | undefined {
        return this.load(name).object(ref);
    }

    /** The types of a package that have been looked up or ship with us, for hints. */
    known(name: PackageName): string[] {
        return Object.keys(this.load(name).schema.resources);
    }

    /** The version of the SDK whose schema is in use. */
    version(name: PackageName): string {
        return this.load(name).schema.version;
    }

    private package(token: string): LoadedPackage | undefined {
        const name = packageOf(token);
        return name && this.load(name);
    }

    private load(name: PackageName): LoadedPackage {
        let loaded = this.packages.get(name);
        if (!loaded) {
            loaded = new LoadedPackage(name);
            this.packages.set(name, loaded);
        }
        return loaded;
    }
}

class LoadedPackage {
    readonly schema: PackageSchema;
    private readonly resources = new Map<string, ResourceSpec | undefined>();
    private readonly functions = new Map<string, FunctionSpec | undefined>();
    private readonly sdk: InstalledSdk | undefined;
    private deriver: Deriver | undefined;

    constructor(name: PackageName) {
        this.sdk = findSdk(name);
        this.schema = read(name, this.sdk?.version);
    }

    resource(token: string): ResourceSpec | undefined {
        return this.lookUp(token, this.resources, this.schema.resources, (deriver) =>
            deriver.resource(token),
        );
    }

    function(token: string): FunctionSpec | undefined {
        return this.lookUp(token, this.functions, this.schema.functions, (deriver) =>
            deriver.function(token),
        );
    }

    object(ref: string): ObjectSpec | undefined {
        if (!this.schema.types[ref] && this.sdk) {
            this.deriver ??= new Deriver(this.sdk, this.schema);
            this.deriver.object(ref.startsWith("in:") ? "in" : "out", ref.slice(ref.indexOf(":") + 1));
        }
        return this.schema.types[ref];
    }

    private lookUp<T>(
        token: string,
        known: Map<string, T | undefined>,
        stored: Record<string, T>,
        derive: (deriver: Deriver) => T | undefined,
    ): T | undefined {
        if (known.has(token)) {
            return known.get(token);
        }
        let spec: T | undefined = Object.hasOwn(stored, token) ? stored[token] : undefined;
        if (!spec && this.sdk) {
            this.deriver ??= new Deriver(this.sdk, this.schema);
            spec = derive(this.deriver);
            if (spec) {
                stored[token] = spec;
                writeCache(this.schema);
            }
        }
        known.set(token, spec);
        return spec;
    }
}

function read(name: PackageName, version: string | undefined): PackageSchema {
    const committed = path.join(schemaFolder(), `${name}-${version ?? newestVersion(name)}.json`);
    const schema: PackageSchema = readFile(committed) ?? {
        package: name,
        version: version ?? "0.0.0",
        resources: {},
        functions: {},
        types: {},
    };
    // What ships with the package wins: it is tested against the SDK, the cache is whatever an earlier run left.
    const cached = readFile(cacheFile(name, schema.version));
    return {
        ...schema,
        resources: { ...cached?.resources, ...schema.resources },
        functions: { ...cached?.functions, ...schema.functions },
        types: { ...cached?.types, ...schema.types },
    };
}

/** The folder of the schemas that ship with the package: the build puts them beside the built code too. */
export function schemaFolder(): string {
    return path.join(__dirname, "../schemas");
}

function newestVersion(name: PackageName): string | undefined {
    const versions = fs
        .readdirSync(schemaFolder())
        .flatMap((file) => /^(.+)-(\d+\.\d+\.\d+)\.json$/.exec(file)?.slice(1, 3).join("@") ?? [])
        .filter((each) => each.startsWith(`${name}@`))
        .map((each) => each.slice(name.length + 1));
    return versions.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}

/** Rises when the derivation changes, so that what an older one has left in the cache is not taken up. */
const formatVersion = "1";

function cacheFile(name: PackageName, version: string): string {
    const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
    return path.join(base, "barycenter", "schemas", formatVersion, `${name}-${version}.json`);
}

function readFile(file: string): PackageSchema | undefined {
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as PackageSchema;
    } catch (error) {
        // A torn or missing cache is no failure: the types are derived again.
        if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}

function writeCache(schema: PackageSchema): void {
    const file = cacheFile(schema.package as PackageName, schema.version);
    const draft = `${file}.${process.pid}`;
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(draft, JSON.stringify(schema));
        fs.renameSync(draft, file);
    } catch {
        // A read-only home folder only costs deriving the type again next time.
    }
}
