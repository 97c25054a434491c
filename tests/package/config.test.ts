import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { ROOT } from "./installed";

/** The folders whose code runs in a user's program. */
const PROGRAM = ["components", "providers", "placement", "cost"];

function sources(folder: string): string[] {
    return fs
        .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .flatMap((file) => (file.endsWith(".ts") ? [path.join(ROOT, folder, file)] : []));
}

/** True for `new pulumi.Config("barycenter")`. */
function isOwnConfig(node: ts.Node): boolean {
    return (
        ts.isNewExpression(node) &&
        /(^|\.)Config$/.test(node.expression.getText()) &&
        node.arguments?.length === 1 &&
        ts.isStringLiteral(node.arguments[0]) &&
        node.arguments[0].text === "barycenter"
    );
}

/** Keys that a file reads from the package's configuration, and whatever else it does with that configuration. */
function keysRead(file: string): { keys: string[]; unclear: string[] } {
    const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    const configs = new Set<string>();
    const keys: string[] = [];
    const unclear: string[] = [];
    const visit = (node: ts.Node): void => {
        if (isOwnConfig(node)) {
            if (ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)) {
                configs.add(node.parent.name.text);
            } else if (!ts.isPropertyAccessExpression(node.parent)) {
                unclear.push(node.parent.getText());
            }
        }
        if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
            const { expression: target, name } = node.expression;
            const ours = isOwnConfig(target) || (ts.isIdentifier(target) && configs.has(target.text));
            if (ours && /^(get|require)/.test(name.text)) {
                const key = node.arguments[0];
                (ts.isStringLiteral(key) ? keys : unclear).push(
                    ts.isStringLiteral(key) ? key.text : node.getText(),
                );
            }
        }
        // The one helper for structured values; its own file hands on the key that it is given.
        if (ts.isCallExpression(node) && node.expression.getText() === "stackConfig") {
            const [key] = node.arguments;
            (key && ts.isStringLiteral(key) ? keys : unclear).push(
                key && ts.isStringLiteral(key) ? key.text : node.getText(),
            );
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return { keys, unclear };
}

const found = PROGRAM.flatMap(sources)
    .filter((file) => !file.endsWith("components/stackConfig.ts"))
    .map(keysRead);

/** Keys that the code reads, with their namespace. */
const read = [...new Set(found.flatMap(({ keys }) => keys.map((key) => `barycenter:${key}`)))].sort();

interface Key {
    readonly type?: string;
    readonly description?: string;
    readonly default?: unknown;
}

const project = parse(fs.readFileSync(path.join(ROOT, "Pulumi.yaml"), "utf8")) as {
    readonly name: string;
    readonly main: string;
    readonly config: Readonly<Record<string, Key>>;
};

const declared = Object.keys(project.config).filter((key) => key.startsWith("barycenter:"));

/** First cells of the table under a heading of the read-me. */
function tableKeys(): string[] {
    const readme = fs.readFileSync(path.join(ROOT, "README.md"), "utf8");
    const section = readme.split(/^## /m).find((part) => part.startsWith("Configuration\n")) ?? "";
    return [...section.matchAll(/^\|\s*`([^`]+)`\s*\|/gm)].map((match) => match[1]);
}

describe("the configuration", () => {
    it("is read by keys that stand in the code as they are", () => {
        assert.deepEqual(
            found.flatMap(({ unclear }) => unclear),
            [],
        );
        assert.ok(read.includes("barycenter:cloud") && read.includes("barycenter:tier"), read.join(", "));
    });

    it("is declared in the root project, key by key", () => {
        assert.deepEqual([...declared].sort(), read);
    });

    it("is listed in the read-me, key by key", () => {
        assert.deepEqual(tableKeys().sort(), read);
    });

    it("has a type, a description and a default for each key of the root project", () => {
        const incomplete = Object.entries(project.config)
            .filter(([, key]) => !key.type || !key.description || key.default === undefined)
            .map(([name]) => name);
        assert.deepEqual(incomplete, []);
    });

    it("belongs to a root project that runs the quickstart", () => {
        const folder = path.join(ROOT, project.main);
        assert.equal(path.relative(ROOT, folder), path.join("examples", "quickstart"));
        assert.ok(fs.existsSync(path.join(folder, "index.ts")));
    });

    it("is set by known keys in every example", () => {
        const examples = path.join(ROOT, "examples");
        const stacks = fs
            .readdirSync(examples)
            .filter((name) => name !== "node_modules")
            .flatMap((name) => fs.readdirSync(path.join(examples, name)).map((file) => path.join(name, file)))
            .filter((file) => /Pulumi\.[^.]+\.yaml$/.test(file));
        const set = stacks.flatMap((file) => {
            const { config } = parse(fs.readFileSync(path.join(examples, file), "utf8")) as {
                config?: object;
            };
            return Object.keys(config ?? {}).filter((key) => key.startsWith("barycenter:"));
        });
        assert.ok(set.length > 0);
        assert.deepEqual(
            [...new Set(set)].filter((key) => !read.includes(key)),
            [],
        );
    });
});
