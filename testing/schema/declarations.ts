import * as fs from "node:fs";
import * as path from "node:path";
import type ts from "typescript";
import type { TypeSpec } from "./types";
import { typescript } from "./typescript";

/** A property as an interface declares it, with its comment. */
export interface DeclaredProperty {
    readonly name: string;
    readonly type: ts.TypeNode;
    readonly optional: boolean;
    readonly comment: string;
}

/** The interfaces and classes of one piece of declaration text, by name. */
export type Members = ReadonlyMap<string, readonly DeclaredProperty[]>;

/** Parses declaration text and lists the properties of every interface and class in it, namespaces included. */
export function parseMembers(text: string): Members {
    const compiler = typescript();
    const source = compiler.createSourceFile("declarations.d.ts", text, compiler.ScriptTarget.ES2020, false);
    const found = new Map<string, DeclaredProperty[]>();
    const visit = (node: ts.Node, scope: string): void => {
        if (compiler.isModuleDeclaration(node) && node.body) {
            visit(node.body, `${scope}${node.name.text}.`);
        } else if (compiler.isModuleBlock(node) || compiler.isSourceFile(node)) {
            node.statements.forEach((statement) => visit(statement, scope));
        } else if (
            (compiler.isInterfaceDeclaration(node) || compiler.isClassDeclaration(node)) &&
            node.name
        ) {
            found.set(
                scope + node.name.text,
                node.members.flatMap((member) => property(member, source) ?? []),
            );
        }
    };
    visit(source, "");
    return found;
}

function property(
    member: ts.TypeElement | ts.ClassElement,
    source: ts.SourceFile,
): DeclaredProperty | undefined {
    const compiler = typescript();
    if (!compiler.isPropertySignature(member) && !compiler.isPropertyDeclaration(member)) {
        return undefined;
    }
    const isStatic = member.modifiers?.some((each) => each.kind === compiler.SyntaxKind.StaticKeyword);
    if (
        isStatic ||
        !member.type ||
        !(compiler.isIdentifier(member.name) || compiler.isStringLiteral(member.name))
    ) {
        return undefined;
    }
    return {
        name: member.name.text,
        type: member.type,
        optional: member.questionToken !== undefined,
        comment: source.text.slice(member.getFullStart(), member.getStart(source)),
    };
}

/**
 * The nested types of one SDK (`types/input.d.ts`, `types/output.d.ts`, `types/enums`). The files hold six to
 * nine megabytes each, so they are cut at their top-level namespaces and only those in use are parsed.
 */
export class NestedTypes {
    private readonly parsed = new Map<string, Members>();
    private readonly texts = new Map<string, Map<string, string>>();
    private readonly enums = new Map<string, ReadonlyMap<string, readonly (string | number)[]>>();

    constructor(private readonly directory: string) {}

    /** The properties of `inputs.<name>` or `outputs.<name>`, where name is as in "s3.BucketCorsRule". */
    object(direction: "in" | "out", name: string): readonly DeclaredProperty[] | undefined {
        const namespace = name.slice(0, Math.max(name.indexOf("."), 0));
        const key = `${direction}:${namespace}`;
        let members = this.parsed.get(key);
        if (!members) {
            members = parseMembers(this.namespaces(direction).get(namespace) ?? "");
            this.parsed.set(key, members);
        }
        return members.get(name);
    }

    /** The values of the enumeration `enums.<name>`, as in "storage.AccessTier" or "core.v1.ServiceSpecType". */
    values(name: string): readonly (string | number)[] | undefined {
        const parts = name.split(".");
        const member = parts.pop() ?? "";
        const file = path.join(this.directory, "types/enums", ...parts, "index.d.ts");
        let values = this.enums.get(file);
        if (!values) {
            values = fs.existsSync(file) ? enumerations(fs.readFileSync(file, "utf8")) : new Map();
            this.enums.set(file, values);
        }
        return values.get(member);
    }

    private namespaces(direction: "in" | "out"): Map<string, string> {
        let chunks = this.texts.get(direction);
        if (!chunks) {
            chunks = new Map();
            const file = path.join(
                this.directory,
                "types",
                direction === "in" ? "input.d.ts" : "output.d.ts",
            );
            let outside = "";
            const pieces = fs.readFileSync(file, "utf8").split(/^(?=export )/m);
            for (const piece of pieces) {
                const namespace = /^export declare namespace (\w+)/.exec(piece)?.[1];
                if (namespace) {
                    chunks.set(namespace, (chunks.get(namespace) ?? "") + piece);
                } else {
                    outside += piece;
                }
            }
            chunks.set("", outside);
            this.texts.set(direction, chunks);
        }
        return chunks;
    }
}

function enumerations(text: string): ReadonlyMap<string, readonly (string | number)[]> {
    const found = new Map<string, (string | number)[]>();
    for (const [, name, body] of text.matchAll(/export declare const (\w+): \{([^}]*)\}/g)) {
        const values = [...body.matchAll(/readonly [^:]+: ("(?:[^"\\]|\\.)*"|-?[\d.]+);/g)];
        found.set(
            name,
            values.map((match) => JSON.parse(match[1]) as string | number),
        );
    }
    return found;
}

/** Reads type expressions; `onObject` is told of every nested type met. */
export interface Reader {
    readonly nested: NestedTypes;
    readonly keepOpenValues: boolean;
    onObject(direction: "in" | "out", name: string): string | undefined;
}

/** Turns a type expression of an SDK declaration into a TypeSpec, without any type checking. */
export function readType(node: ts.TypeNode, reader: Reader): TypeSpec {
    const compiler = typescript();
    if (compiler.isParenthesizedTypeNode(node)) {
        return readType(node.type, reader);
    }
    if (compiler.isArrayTypeNode(node)) {
        return { array: readType(node.elementType, reader) };
    }
    if (compiler.isUnionTypeNode(node)) {
        return union(
            node.types.filter((each) => !isNothing(each)).map((each) => readType(each, reader)),
            reader,
        );
    }
    if (compiler.isLiteralTypeNode(node)) {
        return literal(node);
    }
    if (compiler.isTypeLiteralNode(node)) {
        const index = node.members.find(compiler.isIndexSignatureDeclaration);
        return index?.type ? { map: readType(index.type, reader) } : "any";
    }
    if (compiler.isTypeReferenceNode(node)) {
        return reference(node, reader);
    }
    switch (node.kind) {
        case compiler.SyntaxKind.StringKeyword:
            return "string";
        case compiler.SyntaxKind.NumberKeyword:
            return "number";
        case compiler.SyntaxKind.BooleanKeyword:
            return "boolean";
        default:
            return "any";
    }
}

/** Whether a type expression says that the value may be absent. */
export function mayBeAbsent(node: ts.TypeNode): boolean {
    const compiler = typescript();
    if (compiler.isTypeReferenceNode(node) && node.typeArguments?.length === 1) {
        return mayBeAbsent(node.typeArguments[0]);
    }
    return compiler.isUnionTypeNode(node) && node.types.some(isNothing);
}

function isNothing(node: ts.TypeNode): boolean {
    const { SyntaxKind, isLiteralTypeNode } = typescript();
    return (
        node.kind === SyntaxKind.UndefinedKeyword ||
        node.kind === SyntaxKind.NullKeyword ||
        (isLiteralTypeNode(node) && node.literal.kind === SyntaxKind.NullKeyword)
    );
}

function literal(node: ts.LiteralTypeNode): TypeSpec {
    const compiler = typescript();
    if (compiler.isStringLiteral(node.literal)) {
        return { values: [node.literal.text] };
    }
    if (compiler.isNumericLiteral(node.literal)) {
        return { values: [Number(node.literal.text)] };
    }
    return node.literal.kind === compiler.SyntaxKind.TrueKeyword ? { values: [true] } : { values: [false] };
}

function reference(node: ts.TypeReferenceNode, reader: Reader): TypeSpec {
    const name = qualifiedName(node.typeName);
    const argument = node.typeArguments?.[0];
    if (argument && ["pulumi.Input", "pulumi.Output", "Promise", "pulumi.UnwrappedObject"].includes(name)) {
        return readType(argument, reader);
    }
    if (argument && (name === "Array" || name === "ReadonlyArray")) {
        return { array: readType(argument, reader) };
    }
    if (name.startsWith("pulumi.asset.")) {
        return "asset";
    }
    if (name.startsWith("inputs.") || name.startsWith("outputs.")) {
        const direction = name.startsWith("inputs.") ? "in" : "out";
        const ref = reader.onObject(direction, name.slice(name.indexOf(".") + 1));
        return ref ? { ref } : "any";
    }
    if (name.startsWith("enums.")) {
        const values = reader.nested.values(name.slice("enums.".length));
        return values ? { values } : "string";
    }
    // What is left names a resource class (the engine sends its id), pulumi.ID, or an alias such as ARN.
    return "string";
}

function qualifiedName(name: ts.EntityName): string {
    return typescript().isIdentifier(name) ? name.text : `${qualifiedName(name.left)}.${name.right.text}`;
}

/**
 * `string | enums.X` is how SDKs write an enumeration that the service may extend. Azure and Kubernetes reject
 * what their own API version does not list, so their values are kept; the AWS lists (instance types, regions)
 * are out of date on the day they are published.
 */
function union(members: TypeSpec[], reader: Reader): TypeSpec {
    const values = members.flatMap((each) =>
        typeof each === "object" && "values" in each ? each.values : [],
    );
    const others = members.filter((each) => typeof each !== "object" || !("values" in each));
    if (values.length > 0 && others.every((each) => each === "string")) {
        return reader.keepOpenValues || others.length === 0 ? { values } : "string";
    }
    const distinct = [...new Map(others.map((each) => [JSON.stringify(each), each])).values()];
    const all = values.length > 0 ? [...distinct, { values }] : distinct;
    return all.length === 1 ? all[0] : { oneOf: all };
}
