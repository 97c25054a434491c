import { createHash } from "node:crypto";
import type { NameRule } from "./rules/types";
import type { PackageName, ResourceSpec } from "./schema/types";
import { isObject, stringAt, type Values } from "./values";

/** How the engine was told to name things (`pulumi:autonaming`). */
export interface Autonaming {
    readonly mode: "propose" | "enforce" | "disable";
    readonly proposed: string;
}

/** What {@link fillName} needs to know. */
export interface NamingRequest {
    readonly package: PackageName;
    readonly type: string;
    /** The resource's name in the program. */
    readonly name: string;
    readonly spec: ResourceSpec | undefined;
    readonly rule: NameRule | undefined;
    readonly inputs: Values;
    /** The inputs it has had; absent for something new, replacements included. */
    readonly olds?: Values;
    readonly seed: string;
    readonly autonaming?: Autonaming;
}

/** Inputs with a name, and the property that holds it when the provider made it up. */
export interface Named {
    readonly inputs: Values;
    readonly autonamed?: string;
}

/** Where bridged providers note which inputs are their own, to tell a made-up name from a chosen one. */
export const defaultsKey = "__defaults";

/** Names the resource the way its provider does when the program gives no name. */
export function fillName(request: NamingRequest): Named {
    if (request.package === "kubernetes" && request.spec?.inputs.metadata !== undefined) {
        return { inputs: objectName(request) };
    }
    const property = nameProperty(request);
    const { inputs, olds, rule } = request;
    const prefixed =
        property && (inputs[`${property}Prefix`] !== undefined || inputs.namePrefix !== undefined);
    if (!property || inputs[property] !== undefined || rule?.auto === "none" || prefixed) {
        return { inputs };
    }
    const noted = olds?.[defaultsKey];
    const chosen = Array.isArray(noted) && !noted.includes(property);
    const name = (chosen ? undefined : stringAt(olds, property)) ?? makeUp(request);
    return { inputs: { ...inputs, [property]: name }, autonamed: property };
}

/**
 * The property that names the resource in the cloud, when the provider fills it: bridged providers fill an
 * optional `name`; azure-native fills the last name of the resource's ARM path, which is the optional one.
 */
export function nameProperty(
    request: Pick<NamingRequest, "package" | "type" | "spec" | "rule">,
): string | undefined {
    if (request.rule) {
        return request.rule.property;
    }
    const { inputs = {}, required = [] } = request.spec ?? {};
    if (inputs.metadata !== undefined && request.package === "kubernetes") {
        return "metadata.name";
    }
    const optional = (name: string) => inputs[name] === "string" && !required.includes(name);
    if (request.package !== "azure-native") {
        return optional("name") ? "name" : undefined;
    }
    const kind = request.type.slice(request.type.lastIndexOf(":") + 1).toLowerCase();
    const candidates = Object.keys(inputs).filter((name) => name.endsWith("Name") && optional(name));
    const fitting = (name: string) => kind.endsWith(name.slice(0, -"Name".length).toLowerCase());
    return candidates.find(fitting) ?? candidates.find((name) => name === "resourceName");
}

function makeUp(request: NamingRequest): string {
    const { name, rule, seed, autonaming } = request;
    if (rule?.auto === "uuid") {
        return uuid(seed);
    }
    if (autonaming && autonaming.mode !== "disable" && autonaming.proposed) {
        return autonaming.proposed;
    }
    if (autonaming?.mode === "disable") {
        return name;
    }
    if (request.package === "azure-native") {
        return isChild(request) ? name : `${name}${hex(seed, 8)}`;
    }
    const suffix = hex(seed, 7);
    const base = rule?.lower ? name.toLowerCase() : name;
    const max = rule?.autoMax ?? rule?.max;
    return max === undefined ? `${base}-${suffix}` : `${base.slice(0, Math.max(max - 8, 0))}-${suffix}`;
}

/**
 * azure-native gives what stands alone a random suffix and what lies in something else the program's name.
 * It neither shortens nor lowers (azure-native#4294), which the check then reports.
 */
function isChild({ rule, spec }: NamingRequest): boolean {
    return (
        rule?.auto === "copy" ||
        (rule === undefined &&
            spec?.required.some((each) => each.endsWith("Name") && each !== "resourceGroupName")) === true
    );
}

const autonamed = "pulumi.com/autonamed";

function objectName({ name, inputs, olds, seed, autonaming }: NamingRequest): Values {
    const metadata = isObject(inputs.metadata) ? inputs.metadata : {};
    if (metadata.name !== undefined || metadata.generateName !== undefined) {
        return inputs;
    }
    const oldName = stringAt(olds, "metadata.name");
    const made = oldName ?? autonaming?.proposed ?? `${name}-${hex(seed, 8)}`;
    const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
    return {
        ...inputs,
        metadata: { ...metadata, name: made, annotations: { ...annotations, [autonamed]: "true" } },
    };
}

/** Whether a Kubernetes object's name was made up by the provider. */
export function isAutonamed(inputs: Values): boolean {
    const annotations = isObject(inputs.metadata) ? inputs.metadata.annotations : undefined;
    return isObject(annotations) && annotations[autonamed] === "true";
}

/** Hexadecimal digits that depend on nothing but the seed. */
export function hex(seed: string, length: number): string {
    let digits = "";
    for (let round = 0; digits.length < length; round++) {
        digits += createHash("sha256").update(`${round}:${seed}`).digest("hex");
    }
    return digits.slice(0, length);
}

/** A version 4 UUID that depends on nothing but the seed. */
export function uuid(seed: string): string {
    const digits = hex(seed, 32);
    return [
        digits.slice(0, 8),
        digits.slice(8, 12),
        `4${digits.slice(13, 16)}`,
        `a${digits.slice(17, 20)}`,
        digits.slice(20, 32),
    ].join("-");
}
