import { completeOutputs } from "./outputs";
import type { Context, Rule } from "./rules/types";
import type { ObjectSpec, PackageName, ResourceSpec, TypeSpec } from "./schema/types";
import { isObject, unknownValue, type Value, type Values } from "./values";

/** What tells the outputs of a resource from its inputs. */
export interface Projection {
    readonly package: PackageName;
    readonly spec: ResourceSpec;
    readonly rule: Rule | undefined;
    readonly types: (ref: string) => ObjectSpec | undefined;
}

/** The outputs of a resource that exists. */
export function createdOutputs(context: Context, { package: name, spec, rule, types }: Projection): Values {
    const known: Values = { ...rule?.outputs?.(context), ...context.inputs };
    for (const [property, value] of Object.entries(rule?.completes?.(context) ?? {})) {
        if (known[property] !== undefined) {
            known[property] = merge(value, known[property]);
        }
    }
    if (spec.outputs.tagsAll && known.tags !== undefined) {
        known.tagsAll ??= known.tags;
    }
    // The API server answers with what it stores, not with everything an object could have.
    const isObjectOfApi = name === "kubernetes" && spec.inputs.metadata !== undefined;
    const outputs = isObjectOfApi ? known : completeOutputs(known, spec, { context, types });
    return { ...outputs, ...kept(context, outputs, rule) };
}

/** What the last answer had stays as it was, unless the inputs decide it or every update changes it. */
function kept(context: Context, outputs: Values, rule: Rule | undefined): Values {
    const entries = Object.entries(context.previous ?? {}).filter(
        ([name]) =>
            outputs[name] !== undefined &&
            !isObject(outputs[name]) &&
            context.inputs[name] === undefined &&
            !rule?.recomputed?.includes(name),
    );
    return Object.fromEntries(entries);
}

/** The outputs of a resource that does not exist yet: what its inputs say, and for the rest, unknown. */
export function previewOutputs(context: Context, { package: name, spec, rule, types }: Projection): Values {
    const outputs: Values = { ...context.inputs };
    for (const [property, value] of Object.entries(rule?.completes?.(context) ?? {})) {
        if (outputs[property] !== undefined) {
            outputs[property] = merge(unknownLeaves(value), outputs[property]);
        }
    }
    for (const [property, type] of Object.entries(spec.outputs)) {
        if (outputs[property] !== undefined) {
            outputs[property] =
                name === "kubernetes" ? outputs[property] : unknownMembers(outputs[property], type, types);
        } else if (spec.promised.includes(property) && (name !== "kubernetes" || property === "status")) {
            outputs[property] = unknownValue;
        }
    }
    return outputs;
}

/** The outputs of a resource that will be updated: what it had, with its new inputs. */
export function previewUpdatedOutputs(context: Context, before: Values, { spec, rule }: Projection): Values {
    const stays = Object.entries(before).filter(
        ([name]) =>
            context.inputs[name] === undefined &&
            (!Object.hasOwn(spec.inputs, name) || spec.promised.includes(name)),
    );
    const given = Object.entries(context.inputs).map(([name, value]) => {
        const completed = rule?.completes?.(context)[name] !== undefined;
        return [name, completed && before[name] !== undefined ? merge(before[name], value) : value];
    });
    const unknown = (rule?.recomputed ?? []).map((name) => [name, unknownValue]);
    return Object.fromEntries([...stays, ...given, ...unknown]) as Values;
}

/** Objects, and lists of them, merged at every depth; what `over` has wins. */
function merge(under: Value, over: Value): Value {
    if (Array.isArray(under) && Array.isArray(over)) {
        return over.map((each, index) => merge(under[index] ?? null, each));
    }
    if (!isObject(under) || !isObject(over)) {
        return over;
    }
    const merged: Values = { ...under };
    for (const [key, value] of Object.entries(over)) {
        merged[key] = under[key] === undefined ? value : merge(under[key], value);
    }
    return merged;
}

function unknownLeaves(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(unknownLeaves);
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unknownLeaves(each)]))
        : unknownValue;
}

/** Adds to given objects what their output type promises, as unknown. */
function unknownMembers(value: Value, type: TypeSpec, types: Projection["types"]): Value {
    if (typeof type === "string") {
        return value;
    }
    if ("array" in type && Array.isArray(value)) {
        return value.map((each) => unknownMembers(each, type.array, types));
    }
    const spec = "ref" in type && isObject(value) ? types(type.ref) : undefined;
    if (!spec || !isObject(value)) {
        return value;
    }
    const members: Values = { ...value };
    for (const [key, nested] of Object.entries(spec.properties)) {
        if (value[key] !== undefined) {
            members[key] = unknownMembers(value[key], nested, types);
        } else if (spec.required?.includes(key)) {
            members[key] = unknownValue;
        }
    }
    return members;
}
