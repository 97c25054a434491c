import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { ROOT } from "./installed";

const EXAMPLES = path.join(ROOT, "examples");

const folders = fs
    .readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map((entry) => entry.name)
    .sort();

function read(example: string, file: string): string {
    return fs.readFileSync(path.join(EXAMPLES, example, file), "utf8");
}

/** The options of an example's own tsconfig.json. */
function optionsOf(example: string): ts.CompilerOptions {
    const file = path.join(EXAMPLES, example, "tsconfig.json");
    const { config, error } = ts.readConfigFile(file, ts.sys.readFile);
    assert.equal(error, undefined);
    const parsed = ts.parseJsonConfigFileContent(config, ts.sys, path.dirname(file));
    assert.deepEqual(parsed.errors, []);
    const { configFilePath: _, ...options } = parsed.options;
    return options;
}

interface Project {
    readonly name: string;
    readonly runtime: string | { readonly name: string };
    readonly description?: string;
    readonly main?: string;
    readonly config?: Readonly<Record<string, unknown>>;
}

describe("each example", function () {
    this.timeout(180_000);

    for (const example of folders) {
        it(`${example} is a complete Pulumi project`, () => {
            const project = parse(read(example, "Pulumi.yaml")) as Project;
            assert.match(project.name, /^[a-z][a-z0-9-]+$/);
            assert.equal(
                typeof project.runtime === "string" ? project.runtime : project.runtime.name,
                "nodejs",
            );
            assert.ok(project.description, "no description");
            const manifest = JSON.parse(read(example, "package.json")) as {
                main: string;
                private: boolean;
                dependencies: Record<string, string>;
            };
            assert.equal(manifest.private, true);
            assert.ok(fs.existsSync(path.join(EXAMPLES, example, manifest.main)), manifest.main);
            assert.deepEqual(
                ["@pulumi/pulumi", "barycenter"].filter((name) => !(name in manifest.dependencies)),
                [],
            );
        });

        const open = example.startsWith("placement-");

        it(`${example} has ${open ? "a stack that leaves the place open" : "a stack for at least one cloud, and none that says another"}`, () => {
            const stacks = fs
                .readdirSync(path.join(EXAMPLES, example))
                .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
            assert.ok(stacks.length > 0, "no stack");
            for (const stack of stacks) {
                const { config } = parse(read(example, `Pulumi.${stack}.yaml`)) as {
                    config: Record<string, unknown>;
                };
                assert.equal(config["barycenter:cloud"], open ? undefined : stack);
                assert.equal("barycenter:region" in config, !open);
                assert.ok(config["barycenter:tier"], `${stack} says no tier`);
            }
        });

        it(`${example} gives no type or default to a key of another namespace, which Pulumi would refuse`, () => {
            const { name, config = {} } = parse(read(example, "Pulumi.yaml")) as Project;
            const foreign = Object.keys(config).filter(
                (key) => key.includes(":") && !key.startsWith(`${name}:`),
            );
            assert.deepEqual(foreign, []);
        });
    }

    it("is compiled with the same options as the others", () => {
        for (const example of folders) {
            assert.deepEqual(optionsOf(example), optionsOf(folders[0]), example);
        }
    });

    it("type-checks against the built package", () => {
        // One program for all: the declarations of Pulumi are read once.
        const files = folders.map((example) => path.join(EXAMPLES, example, "index.ts"));
        const program = ts.createProgram(files, { ...optionsOf(folders[0]), noEmit: true });
        const messages = ts
            .getPreEmitDiagnostics(program)
            .map(
                (each) =>
                    `${each.file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(each.messageText, "\n")}`,
            );
        assert.deepEqual(messages, []);
        const own = program.getSourceFiles().map((file) => path.relative(ROOT, file.fileName));
        assert.ok(
            own.includes(path.join("dist", "index.d.ts")),
            "the built package was not what was checked",
        );
        assert.ok(!own.includes("index.ts"), "sources were checked");
    });
});
