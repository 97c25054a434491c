import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { skip } from "../support/engine/require";
import { Installation, ROOT } from "./installed";

/** An alias of `typescript@4.7.4`, the oldest that is supported. */
const OLDEST = "typescript-4.7";

const SDK = /^@pulumi\/(aws|gcp|azure-native|kubernetes)(\/|$)/;

/** Packages that a declaration and all that it reaches name, each with the files that name it. */
function namedBy(entry: string): Map<string, string[]> {
    const named = new Map<string, string[]>();
    const reached = [path.resolve(entry)];
    for (const file of reached) {
        const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(fs.readFileSync(file, "utf8"));
        for (const { fileName } of [...importedFiles, ...typeReferenceDirectives]) {
            if (!fileName.startsWith(".")) {
                const by = named.get(fileName) ?? [];
                named.set(fileName, [...new Set([...by, path.relative(ROOT, file)])]);
                continue;
            }
            const base = path.resolve(path.dirname(file), fileName);
            const target = [`${base}.d.ts`, path.join(base, "index.d.ts")].find((each) =>
                fs.existsSync(each),
            );
            assert.ok(target, `${file} imports ${fileName}, which has no declaration`);
            if (!reached.includes(target)) {
                reached.push(target);
            }
        }
    }
    return named;
}

/** Module settings: those of Node today, and those of the Pulumi templates of years past. */
const MODULES = {
    "module resolution of Node 16": ["--module", "node16", "--moduleResolution", "node16"],
    "classic module resolution": ["--module", "commonjs", "--moduleResolution", "node"],
};

/** Type-checks programs beside the installed package and returns the messages. */
function check(compiler: string, files: readonly string[], modules: readonly string[]): string[] {
    const tsc = path.join(path.dirname(require.resolve(`${compiler}/package.json`)), "lib", "tsc.js");
    const flags = ["--noEmit", "--strict", "--target", "es2020", "--skipLibCheck", "--types", "node"];
    const { stdout } = spawnSync(process.execPath, [tsc, ...flags, ...modules, ...files], {
        cwd: Installation.get().directory,
        encoding: "utf8",
        env: { ...process.env, NODE_OPTIONS: "" },
    });
    return stdout.split("\n").filter((line) => line.trim() !== "");
}

/** Uses the whole neutral entry. */
const NEUTRAL = `
    import { BatchJob, GpuCluster, InferenceService, ModelStore, site, type ClusterReference } from "barycenter";

    const weights = new ModelStore("weights", { sizeGiB: 400, at: site("aws/eu-west-1") });
    const cluster = new GpuCluster("serving", {
        pools: { chat: { accelerator: ["L4", "T4"], max: 8, spot: { onDemandBase: 1 } } },
        controlPlane: { allow: ["203.0.113.0/24"] },
    });
    const chat = new InferenceService("chat", {
        model: weights.model("llama", { version: "3", sizeGiB: 16 }),
        server: "vllm",
        accelerator: "L4",
        runOn: cluster,
    });
    new BatchJob("nightly", { image: "a:1", reads: weights.dataset("corpus"), schedule: "0 2 * * *", runOn: cluster });
    export const host = chat.url.apply((url) => url.toUpperCase());
    export const name = cluster.reference.apply((reference: ClusterReference) => reference.name);
`;

/** A program whose every mistake the compiler must find: each stands below the words "expect an error". */
const MISTAKEN = `
    import { GpuCluster, InferenceService, ModelStore } from "barycenter";
    // @ts-expect-error expect an error: no such accelerator
    new GpuCluster("serving", { pools: { chat: { accelerator: "L5" } } });
    // @ts-expect-error expect an error: no such property
    new ModelStore("weights", { sizeGib: 3 });
    // @ts-expect-error expect an error: nothing to run on
    new InferenceService("chat", { server: "vllm" });
`;

/** For each cloud, a child of a store and a property of its arguments. */
const CUSTOMIZED = {
    aws: ["bucket", "args.objectLockEnabled = true"],
    gcp: ["bucket", `args.rpo = "ASYNC_TURBO"`],
    azure: ["account", "args.allowSharedKeyAccess = false"],
    kubernetes: ["volume", "args.metadata = { name: 'weights' }"],
} as const;

function customized(cloud: keyof typeof CUSTOMIZED): string {
    const [child, change] = CUSTOMIZED[cloud];
    return `
        import { ModelStore } from "barycenter";
        import { customize } from "barycenter/${cloud}";
        new ModelStore("weights", {
            customize: customize.modelStore({ ${child}: (args, opts) => { ${change}; opts.protect = true; } }),
        });
        // @ts-expect-error expect an error: the child's arguments have no such property
        customize.modelStore({ ${child}: (args) => { args.noSuchProperty = true; } });
        // @ts-expect-error expect an error: a store has no such child
        customize.modelStore({ noSuchChild: () => {} });
    `;
}

/** The neutral program and the clouds' in the installation, by file name. */
function programs(): string[] {
    const installed = Installation.get();
    const texts = Object.fromEntries(
        Object.keys(CUSTOMIZED).map((cloud) => [`${cloud}.ts`, customized(cloud as keyof typeof CUSTOMIZED)]),
    );
    return Object.entries({ "neutral.ts": NEUTRAL, "mistaken.ts": MISTAKEN, ...texts }).map(
        ([name, text]) => {
            installed.write(path.join("typed", name), text);
            return path.join("typed", name);
        },
    );
}

describe("the declarations", function () {
    this.timeout(300_000);

    it("name no type of an SDK in the neutral entry, and no library but Pulumi", () => {
        const named = namedBy(path.join(ROOT, "dist/index.d.ts"));
        named.delete("@pulumi/pulumi");
        assert.deepEqual(Object.fromEntries(named), {});
    });

    for (const cloud of ["aws", "gcp", "azure", "kubernetes"]) {
        it(`name in barycenter/${cloud} the SDKs of ${cloud} and Kubernetes alone`, () => {
            const own = cloud === "azure" ? "azure-native" : cloud;
            const foreign = [...namedBy(path.join(ROOT, `dist/${cloud}.d.ts`)).keys()].filter(
                (name) =>
                    !name.startsWith(`@pulumi/${own}/`) &&
                    !name.startsWith("@pulumi/kubernetes/") &&
                    name !== "@pulumi/pulumi",
            );
            assert.deepEqual(foreign, []);
        });
    }

    it("name no whole SDK, which would cost every type check a minute", () => {
        const roots = ["aws", "gcp", "azure", "kubernetes"].flatMap((cloud) =>
            [...namedBy(path.join(ROOT, `dist/${cloud}.d.ts`)).keys()].filter(
                (name) => SDK.exec(name)?.[2] === "",
            ),
        );
        assert.deepEqual(roots, []);
    });

    it("carry documentation", () => {
        const args = fs.readFileSync(path.join(ROOT, "dist/components/modelStore/args.d.ts"), "utf8");
        assert.match(args, /@default/);
    });

    for (const [title, modules] of Object.entries(MODULES)) {
        it(`type programs and \`customize\` with ${title}`, () => {
            assert.deepEqual(check("typescript", programs(), modules), []);
        });

        it(`type programs and \`customize\` with ${title}, in TypeScript 4.7`, function () {
            if (!fs.existsSync(path.join(ROOT, "node_modules", OLDEST))) {
                skip(this, `${OLDEST} (npm:typescript@4.7.4) is not installed`);
            }
            assert.deepEqual(check(OLDEST, programs(), modules), []);
        });
    }
});
