import * as fs from "node:fs";
import * as path from "node:path";
import type { PackageName } from "./types";

/** An installed SDK: where it is and which version. */
export interface InstalledSdk {
    readonly package: PackageName;
    readonly version: string;
    readonly directory: string;
}

/**
 * Finds the SDK that the user's program would load: from the working directory first, then beside us.
 *
 * @returns undefined when it is not installed.
 */
export function findSdk(name: PackageName): InstalledSdk | undefined {
    for (const from of [process.cwd(), __dirname]) {
        try {
            const manifest = require.resolve(`@pulumi/${name}/package.json`, { paths: [from] });
            const { version } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { version: string };
            return { package: name, version: version.replace(/^v/, ""), directory: path.dirname(manifest) };
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
                throw error;
            }
        }
    }
    return undefined;
}

/** The file, without its extension, that declares a token, and the name of the class or function in it. */
export interface Declaration {
    readonly file: string;
    readonly member: string;
}

/**
 * Where an SDK declares a type or function token. Every SDK derives the path from the token, so no index is
 * needed: `aws:s3/bucket:Bucket`, `azure-native:storage:StorageAccount` and `kubernetes:apps/v1:Deployment`
 * are in s3/bucket, storage/storageAccount and apps/v1/deployment.
 *
 * @returns undefined when there is no such file, or when the file is about another token.
 */
export function locate(sdk: InstalledSdk, token: string): Declaration | undefined {
    if (token.startsWith("pulumi:providers:")) {
        return { file: path.join(sdk.directory, "provider"), member: "Provider" };
    }
    const [, module, member] = token.split(":");
    if (!module || !member || !/^[\w./-]+$/.test(module) || !/^\w+$/.test(member)) {
        return undefined;
    }
    for (const folder of folders(module)) {
        const file = fileOf(path.join(sdk.directory, folder), member);
        if (file !== undefined && declares(file, token)) {
            return { file, member };
        }
    }
    return undefined;
}

/**
 * The folders a token's module may live in. Bridged SDKs repeat the member in the module ("s3/bucket"), keep
 * "index" at the root and turn the case of some service names ("iam" but "identityplatform"); Kubernetes drops
 * the domain of its own API groups ("rbac.authorization.k8s.io/v1" is rbac/v1).
 */
function folders(module: string): string[] {
    const parts = module.split("/");
    const withoutMember = parts.length > 1 ? parts.slice(0, -1).join("/") : module;
    const shortGroup = [parts[0].split(".")[0], ...parts.slice(1)].join("/");
    const candidates = [module, withoutMember, shortGroup].map((each) => (each === "index" ? "." : each));
    return [...new Set([...candidates, ...candidates.map((each) => each.toLowerCase())])];
}

/** The file of a class: bucket.js for Bucket, but iammember.js for IAMMember. */
function fileOf(folder: string, member: string): string | undefined {
    const usual = path.join(folder, member.charAt(0).toLowerCase() + member.slice(1));
    if (fs.existsSync(`${usual}.js`)) {
        return usual;
    }
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    const found = names.find((each) => each.toLowerCase() === `${member.toLowerCase()}.js`);
    return found && path.join(folder, found.slice(0, -".js".length));
}

function declares(file: string, token: string): boolean {
    const code = fs.readFileSync(`${file}.js`, "utf8");
    return (
        code.includes(`__pulumiType = '${token}'`) ||
        code.includes(`"${token}"`) ||
        code.includes(`'${token}'`)
    );
}
