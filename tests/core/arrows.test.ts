import assert from "node:assert/strict";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

/** A file that doesn't exist, and an import in it that the direction of imports forbids. */
const FORBIDDEN: readonly (readonly [file: string, imported: string])[] = [
    ["placement/probe.ts", "../providers/tier"],
    ["placement/probe.ts", "../components/settings"],
    ["placement/probe.ts", "@pulumi/pulumi"],
    ["cost/probe.ts", "../providers/scope"],
    ["cost/probe.ts", "@pulumi/pulumi"],
    ["components/probe.ts", "../providers/aws"],
    ["components/gpuCluster/probe.ts", "../../providers/kubernetes/names"],
    ["components/probe.ts", "@pulumi/aws/s3"],
    ["components/probe.ts", "../cli/main"],
    ["components/probe.ts", "../testing"],
    ["providers/probe.ts", "../components/settings"],
    ["providers/probe.ts", "@pulumi/gcp/storage"],
    ["providers/aws/probe.ts", "../gcp"],
    ["providers/aws/probe.ts", "../kubernetes/names"],
    ["providers/kubernetes/probe.ts", "../azure/names"],
    ["providers/aws/probe.ts", "../../components/settings"],
    ["providers/aws/probe.ts", "../../index"],
    ["providers/aws/probe.ts", "@pulumi/aws"],
    ["providers/azure/probe.ts", "@pulumi/gcp/storage"],
    ["testing/probe.ts", "../components/settings"],
    ["index.ts", "@pulumi/aws/s3"],
];

const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
    ["components/probe.ts", "../providers/cloud"],
    ["components/probe.ts", "../providers/concepts/cluster"],
    ["components/probe.ts", "../placement/site"],
    ["providers/aws/probe.ts", "../scope"],
    ["providers/aws/probe.ts", "../concepts/cluster"],
    ["providers/aws/probe.ts", "@pulumi/aws/s3"],
    ["cost/probe.ts", "../placement/site"],
];

/** Rules that the lint run finds broken in a program of one import. */
async function broken(file: string, imported: string): Promise<string[]> {
    const { ESLint } = await import("eslint");
    const eslint = new ESLint({ cwd: ROOT });
    const code = `import * as imported from "${imported}";\nexport const used = imported;\n`;
    const [result] = await eslint.lintText(code, { filePath: path.join(ROOT, file) });
    return (result?.messages ?? []).map((message) => message.ruleId ?? message.message);
}

describe("the direction of imports", function () {
    this.timeout(60_000);

    for (const [file, imported] of FORBIDDEN) {
        it(`forbids ${path.dirname(file)} to import ${imported}`, async () => {
            const rules = await broken(file, imported);
            assert.ok(
                rules.some((rule) => /no-restricted-(paths|imports)$/.test(rule)),
                `nothing forbids it: ${rules.join(", ")}`,
            );
        });
    }

    for (const [file, imported] of ALLOWED) {
        it(`lets ${path.dirname(file)} import ${imported}`, async () => {
            assert.deepEqual(await broken(file, imported), []);
        });
    }
});
