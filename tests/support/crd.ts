import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseAllDocuments } from "yaml";

/** Published definitions of custom resources, beside the repository where they are present. */
const CRDS = resolve(__dirname, "../../../shared/crds");

export const hasCrds = existsSync(CRDS);

interface Schema {
    readonly type?: string;
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly items?: Schema;
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
    readonly pattern?: string;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly maxProperties?: number;
    readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
    readonly "x-kubernetes-int-or-string"?: boolean;
}

interface Definition {
    readonly kind?: string;
    readonly spec: {
        readonly group: string;
        readonly names: { readonly kind: string };
        readonly versions: readonly {
            readonly name: string;
            readonly served: boolean;
            readonly schema: { readonly openAPIV3Schema: Schema };
        }[];
    };
}

const known = new Map<string, Schema>();

function schemaOf(apiVersion: string, kind: string): Schema {
    if (known.size === 0) {
        for (const folder of ["kserve", "keda", "keda-http", "gateway-api", "prometheus-operator"]) {
            for (const file of readdirSync(join(CRDS, folder)).filter((name) => name.endsWith(".yaml"))) {
                for (const document of parseAllDocuments(readFileSync(join(CRDS, folder, file), "utf8"))) {
                    remember(document.toJS() as Definition | null);
                }
            }
        }
    }
    const schema = known.get(`${apiVersion} ${kind}`);
    if (!schema) {
        throw new Error(`no definition serves ${kind} of ${apiVersion}`);
    }
    return schema;
}

function remember(definition: Definition | null): void {
    if (definition?.kind !== "CustomResourceDefinition") {
        return;
    }
    const { group, names, versions } = definition.spec;
    for (const version of versions.filter(({ served }) => served)) {
        known.set(`${group}/${version.name} ${names.kind}`, version.schema.openAPIV3Schema);
    }
}

/** What a structural check of an object against its definition finds: unknown and missing properties, wrong values. */
export function crdProblems(object: Record<string, unknown>): string[] {
    const { apiVersion, kind, metadata: _, ...rest } = object;
    const schema = schemaOf(String(apiVersion), String(kind));
    return problemsOf(
        rest,
        { ...schema, required: schema.required?.filter((name) => name === "spec") ?? [] },
        "",
    );
}

function problemsOf(value: unknown, schema: Schema, path: string): string[] {
    if (schema["x-kubernetes-int-or-string"]) {
        return typeof value === "string" || Number.isInteger(value) ? [] : [`${path}: no integer or string`];
    }
    const at = path || "(root)";
    const wrong = schema.type !== undefined && !hasType(value, schema.type);
    if (wrong) {
        return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
    }
    const found: string[] = [];
    if (schema.enum && !schema.enum.includes(value)) {
        found.push(`${at}: ${JSON.stringify(value)} is none of ${schema.enum.join(", ")}`);
    }
    if (typeof value === "number") {
        found.push(...range(value, schema.minimum, schema.maximum, at));
    }
    if (typeof value === "string") {
        found.push(...range(value.length, schema.minLength, schema.maxLength, `${at} (length)`));
        if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
            found.push(`${at}: ${JSON.stringify(value)} does not match ${schema.pattern}`);
        }
    }
    if (Array.isArray(value)) {
        found.push(...range(value.length, schema.minItems, schema.maxItems, `${at} (items)`));
        value.forEach((item, index) =>
            found.push(...problemsOf(item, schema.items ?? {}, `${path}[${index}]`)),
        );
    } else if (typeof value === "object" && value !== null) {
        found.push(...objectProblems(value as Record<string, unknown>, schema, path));
    }
    return found;
}

function objectProblems(value: Record<string, unknown>, schema: Schema, path: string): string[] {
    const found = (schema.required ?? [])
        .filter((name) => value[name] === undefined)
        .map((name) => `${path}.${name}: is missing`);
    found.push(...range(Object.keys(value).length, undefined, schema.maxProperties, `${path} (properties)`));
    for (const [name, item] of Object.entries(value)) {
        const property = schema.properties?.[name];
        const additional = schema.additionalProperties;
        if (property) {
            found.push(...problemsOf(item, property, `${path}.${name}`));
        } else if (typeof additional === "object") {
            found.push(...problemsOf(item, additional, `${path}.${name}`));
        } else if (
            !schema["x-kubernetes-preserve-unknown-fields"] &&
            additional !== true &&
            schema.properties
        ) {
            found.push(`${path}.${name}: is unknown`);
        }
    }
    return found;
}

function hasType(value: unknown, type: string): boolean {
    switch (type) {
        case "integer":
            return Number.isInteger(value);
        case "number":
            return typeof value === "number";
        case "array":
            return Array.isArray(value);
        case "object":
            return typeof value === "object" && value !== null && !Array.isArray(value);
        default:
            return typeof value === type;
    }
}

function range(value: number, least: number | undefined, most: number | undefined, what: string): string[] {
    return (least !== undefined && value < least) || (most !== undefined && value > most)
        ? [`${what}: ${value} is not within ${least ?? "-"} and ${most ?? "-"}`]
        : [];
}
