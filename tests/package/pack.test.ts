import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { Installation, listPacked, ROOT, type Packed } from "./installed";

interface Manifest {
    readonly version: string;
    readonly main: string;
    readonly types: string;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    readonly bin: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;

/** Largest archive and largest folder on disk that a user should get, in bytes. */
const LIMIT = { packed: 1024 * 1024, unpacked: 6 * 1024 * 1024 };

/** What may stand in the package, by folder or file. */
const ALLOWED = [
    /^dist\/(index|aws|gcp|azure|kubernetes)\.(js|js\.map|d\.ts)$/,
    /^dist\/(components|providers|placement|cost|cli|testing)\/.*\.(js|js\.map|d\.ts)$/,
    /^dist\/(placement|testing)\/.*\.json$/,
    /^docs\/.*\.(md|svg|png|schema\.json)$/,
    /^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/,
];

/** Files that package.json names as what a program loads or runs. */
function named(): string[] {
    const targets = Object.values(manifest.exports).flatMap((target) =>
        typeof target === "string" ? [target] : Object.values(target),
    );
    return [manifest.main, manifest.types, ...targets, ...Object.values(manifest.bin)].map((file) =>
        file.replace(/^\.\//, ""),
    );
}

describe("the packed package", function () {
    this.timeout(120_000);

    let packed: Packed;
    let files: Set<string>;
    before(() => {
        packed = listPacked();
        files = new Set(packed.files.map((file) => file.path));
    });

    it("holds nothing that a user doesn't need", () => {
        const surplus = [...files].filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
        assert.deepEqual(surplus, []);
    });

    it("holds no test, example, source or build information", () => {
        const surplus = [...files].filter(
            (file) =>
                /(^|\/)(tests?|examples|bench|scripts|node_modules|shared)\//.test(file) ||
                /\.test\.|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(file),
        );
        assert.deepEqual(surplus, []);
    });

    it("holds only what a source of today compiles to", () => {
        const stale = [...files]
            .filter((file) => /^dist\/.*\.(js|json)$/.test(file))
            .filter(
                (file) =>
                    !fs.existsSync(path.join(ROOT, file.replace(/^dist\//, "").replace(/\.js$/, ".ts"))),
            );
        assert.deepEqual(stale, []);
    });

    it("holds all the data beside its sources once, beside the modules that read it", () => {
        const sources = ["components", "providers", "placement", "cost", "cli", "testing"];
        const data = sources.flatMap((folder) =>
            fs
                .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
                .filter((file) => file.endsWith(".json"))
                .map((file) => path.join("dist", folder, file)),
        );
        const held = [...files].filter((file) => /^dist\/.*\.json$/.test(file));
        assert.ok(data.length > 0);
        assert.deepEqual(held.sort(), data.sort());
    });

    it("holds the licence, the read-me, the changes and the documentation", () => {
        for (const file of ["LICENSE", "README.md", "CHANGELOG.md", "package.json"]) {
            assert.ok(files.has(file), file);
        }
        const documents = fs.readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
        assert.deepEqual(
            documents.filter((name) => !files.has(`docs/${name}`)),
            [],
        );
    });

    it("holds every page and picture that the read-me links to, but for the examples", () => {
        const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
        const links = [...readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1]);
        const local = links.filter((link) => !link.startsWith("examples/") && link !== "CONTRIBUTING.md");
        assert.deepEqual(
            local.filter((link) => !files.has(link)),
            [],
        );
    });

    it("holds every file that package.json names", () => {
        const missing = named().filter((file) =>
            file.includes("*")
                ? ![...files].some((each) => each.startsWith(file.slice(0, file.indexOf("*"))))
                : !files.has(file),
        );
        assert.deepEqual(missing, []);
    });

    it("holds a declaration and a source map beside each module", () => {
        const modules = [...files].filter((file) => file.endsWith(".js"));
        assert.ok(modules.length > 50, `${modules.length} modules`);
        const without = modules.filter(
            (file) => !files.has(`${file}.map`) || !files.has(file.replace(/\.js$/, ".d.ts")),
        );
        assert.deepEqual(without, []);
    });

    it("has source maps that its modules point to", () => {
        const map = JSON.parse(fs.readFileSync(path.join(ROOT, "dist/index.js.map"), "utf8")) as {
            sources: string[];
        };
        assert.deepEqual(map.sources, ["../index.ts"]);
        assert.match(
            fs.readFileSync(path.join(ROOT, "dist/index.js"), "utf8"),
            /sourceMappingURL=index\.js\.map/,
        );
    });

    it("stays small", () => {
        assert.ok(packed.size <= LIMIT.packed, `${packed.size} bytes packed`);
        assert.ok(packed.unpackedSize <= LIMIT.unpacked, `${packed.unpackedSize} bytes unpacked`);
    });

    it("has a command that starts, and says its version", () => {
        const installed = Installation.get();
        const command = manifest.bin.barycenter;
        const text = fs.readFileSync(installed.file(command), "utf8");
        assert.ok(text.startsWith("#!/usr/bin/env node\n"), "no line that names the interpreter");
        const ran = installed.run(
            "command.js",
            `process.argv[2] = "--version"; require("${installed.file(command)}");`,
        );
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(ran.stdout.trim(), manifest.version);
    });

    it("has simulated clouds that know the schemas", () => {
        const ran = Installation.get().run(
            "simulated.js",
            `
            const { SchemaRegistry } = require("barycenter/testing");
            const bucket = new SchemaRegistry().resource("aws:s3/bucket:Bucket");
            console.log(Object.keys(bucket.inputs ?? bucket).length > 0);
            `,
        );
        assert.equal(ran.code, 0, ran.stderr);
        assert.equal(ran.stdout.trim(), "true");
    });
});
