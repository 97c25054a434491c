import { DEFAULT_REGION, isCloudName } from "../../placement/site";
import type { PlanAssumption } from "../plan/document";
import { fullKey, type DeclaredKey, type Project } from "./project";
import type { Stack } from "./stack";
import type { Values } from "./values";
import { isMap } from "./yaml";

/** Configuration as the program gets it. */
export interface ResolvedConfig {
    /** Full key to text; what is no text is JSON. */
    readonly values: Readonly<Record<string, string>>;
    readonly secretKeys: readonly string[];
    readonly assumptions: readonly PlanAssumption[];
    /** What Pulumi itself would refuse before it runs the program. */
    readonly errors: readonly string[];
}

/** What the command line changes. */
export interface Overrides {
    readonly cloud?: string;
    readonly region?: string;
    /** By key as written. */
    readonly config: Readonly<Record<string, string>>;
}

const CLOUD = "barycenter:cloud";
const REGION = "barycenter:region";
const SITES = "barycenter:sites";

/**
 * The project's defaults, then the stack's file, then `--values`, then the command line. What is encrypted gets a
 * placeholder, because configuration reaches a program as text that is known.
 */
export function resolveConfig(
    project: Project,
    stack: Stack,
    given: Values,
    overrides: Overrides,
): ResolvedConfig {
    const raw = new Map<string, unknown>();
    const secrets = new Set<string>();
    const placeholders = new Set<string>();
    for (const [key, declared] of project.config) {
        if (declared.value !== undefined) {
            raw.set(key, declared.value);
        }
        if (declared.secret) {
            secrets.add(key);
        }
    }
    for (const [key, value] of Object.entries(stack.config)) {
        const name = fullKey(project.name, key);
        const revealed = withPlaceholders(value, project.config.get(name));
        raw.set(name, revealed.value);
        if (revealed.encrypted) {
            secrets.add(name);
            placeholders.add(name);
        }
    }
    for (const source of [given.config, overrides.config]) {
        for (const [key, value] of Object.entries(source)) {
            raw.set(fullKey(project.name, key), value);
            placeholders.delete(fullKey(project.name, key));
        }
    }
    const assumptions: PlanAssumption[] = [...placeholders].map((key) => ({
        kind: "config",
        subject: key,
        text: `${key} is encrypted: a placeholder stands for it; --values can give it`,
    }));
    assumptions.push(
        ...stack.environments.map((name): PlanAssumption => ({
            kind: "config",
            subject: name,
            text: `the ESC environment ${name} is not read; --values can give its configuration`,
        })),
    );
    if (stack.file === undefined) {
        assumptions.push({
            kind: "config",
            subject: stack.name,
            text: `no file belongs to stack '${stack.name}': only the project's own configuration is used`,
        });
    }
    tryCloud(raw, overrides, assumptions);
    return {
        values: Object.fromEntries([...raw].map(([key, value]) => [key, textOf(value)])),
        secretKeys: [...secrets].filter((key) => raw.has(key)),
        assumptions,
        errors: declarationErrors(project, stack, raw),
    };
}

/** Puts the program on another cloud or region than the stack's. */
function tryCloud(raw: Map<string, unknown>, overrides: Overrides, assumptions: PlanAssumption[]): void {
    const cloud = overrides.cloud ?? raw.get(CLOUD);
    if (overrides.cloud !== undefined && overrides.cloud !== raw.get(CLOUD)) {
        raw.set(CLOUD, overrides.cloud);
        raw.delete(REGION);
    }
    if (overrides.region !== undefined) {
        raw.set(REGION, overrides.region);
    }
    if (overrides.cloud === undefined || typeof cloud !== "string" || !isCloudName(cloud)) {
        return;
    }
    const sites = raw.get(SITES);
    const there = isMap(sites) ? Object.keys(sites).filter((site) => site.startsWith(`${cloud}/`)) : [];
    if (isMap(sites) && there.length === 0 && Object.keys(sites).length > 0) {
        raw.delete(SITES);
        assumptions.push({
            kind: "config",
            subject: SITES,
            text: `${SITES} has no site on ${cloud}: planned as if it had no landing zones`,
        });
    }
    if (raw.get(REGION) === undefined) {
        const region = there[0]?.slice(cloud.length + 1) ?? DEFAULT_REGION[cloud];
        raw.set(REGION, region);
        assumptions.push({
            kind: "config",
            subject: REGION,
            text: `${cloud}/${region} is tried; --region chooses another`,
        });
    }
}

/** Replaces `{ secure: … }` wherever it stands. */
function withPlaceholders(
    value: unknown,
    declared: DeclaredKey | undefined,
): { value: unknown; encrypted: boolean } {
    if (isMap(value) && Object.keys(value).length === 1 && typeof value.secure === "string") {
        return { value: placeholderOf(declared?.type), encrypted: true };
    }
    if (Array.isArray(value)) {
        const items = value.map((item: unknown) => withPlaceholders(item, undefined));
        return { value: items.map((item) => item.value), encrypted: items.some((item) => item.encrypted) };
    }
    if (isMap(value)) {
        const entries = Object.entries(value).map(
            ([key, item]) => [key, withPlaceholders(item, undefined)] as const,
        );
        return {
            value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
            encrypted: entries.some(([, item]) => item.encrypted),
        };
    }
    return { value, encrypted: false };
}

function placeholderOf(type: string | undefined): unknown {
    switch (type) {
        case "integer":
        case "number":
            return 0;
        case "boolean":
            return false;
        case "array":
            return [];
        case "object":
            return {};
        default:
            return "encrypted";
    }
}

function textOf(value: unknown): string {
    if (value === null || value === undefined) {
        return "";
    }
    return typeof value === "object"
        ? JSON.stringify(value)
        : String(value as string | number | boolean | bigint);
}

/** Pulumi checks the project's own typed keys before it runs a program (sdk/go/common/workspace, config.go). */
function declarationErrors(project: Project, stack: Stack, raw: ReadonlyMap<string, unknown>): string[] {
    return [...project.config].flatMap(([key, { type }]) => {
        if (type === undefined) {
            return [];
        }
        const value = raw.get(key);
        const own = `${project.name}:`;
        const shown = key.startsWith(own) ? key.slice(own.length) : key;
        if (value === undefined) {
            return [`Stack '${stack.name}' is missing configuration value '${shown}'`];
        }
        return hasType(value, type)
            ? []
            : [`Stack '${stack.name}' with configuration key '${shown}' must be of type '${type}'`];
    });
}

function hasType(value: unknown, type: string): boolean {
    switch (type) {
        case "integer":
            return Number.isInteger(typeof value === "string" && value !== "" ? Number(value) : value);
        case "boolean":
            return typeof value === "boolean" || value === "true" || value === "false";
        case "array":
            return Array.isArray(parsed(value));
        case "object":
            return isMap(parsed(value));
        case "string":
            return typeof value !== "object";
        default:
            return true;
    }
}

/** The command line gives lists and maps as JSON text. */
function parsed(value: unknown): unknown {
    try {
        return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
    } catch {
        return undefined;
    }
}
