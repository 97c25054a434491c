/**
 * Makes sure that an engine is there and prints its path: `npx tsx scripts/engines/main.ts pulumi|apiserver`.
 */
import { ensureApiServer } from "./apiserver";
import { ensurePulumi } from "./pulumi";

const engines: Record<string, () => Promise<string[] | undefined>> = {
    pulumi: async () => {
        const file = await ensurePulumi();
        return file === undefined ? undefined : [file];
    },
    apiserver: async () => {
        const binaries = await ensureApiServer();
        return binaries === undefined ? undefined : [binaries.etcd, binaries.apiServer];
    },
};

async function main(name: string | undefined): Promise<number> {
    if (name === undefined || !(name in engines)) {
        process.stderr.write(`usage: main.ts ${Object.keys(engines).join("|")}\n`);
        return 2;
    }
    const files = await engines[name]();
    if (files === undefined) {
        process.stderr.write(`${name}: not installed, and Go, which could build it, is not on PATH\n`);
        return 1;
    }
    process.stdout.write(`${files.join("\n")}\n`);
    return 0;
}

void main(process.argv[2]).then(
    (code) => (process.exitCode = code),
    (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    },
);
