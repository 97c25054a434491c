import { hex, uuid } from "./names";
import type { Context } from "./rules/types";
import type { ObjectSpec, ResourceSpec, TypeSpec } from "./schema/types";
import { isObject, type Value, type Values } from "./values";

/** Where generated values come from. */
export interface Generator {
    readonly context: Context;
    readonly types: (ref: string) => ObjectSpec | undefined;
}

/**
 * Completes outputs: everything that the SDK promises and that neither the inputs nor the rules gave gets a
 * plausible value of its type, so that a program that uses any output goes on.
 */
export function completeOutputs(known: Values, spec: ResourceSpec, generator: Generator): Values {
    const outputs: Values = { ...known };
    for (const [name, type] of Object.entries(spec.outputs)) {
        if (name === "id" || name === "urn") {
            continue;
        }
        const settable = Object.hasOwn(spec.inputs, name);
        if (outputs[name] !== undefined) {
            outputs[name] = completeValue(outputs[name], type, name, generator);
        } else if (spec.promised.includes(name)) {
            outputs[name] = plausible(type, name, generator, settable, 0);
        }
    }
    return outputs;
}

/** Adds to a given object what its output type promises beyond what the input had. */
function completeValue(value: Value, type: TypeSpec, name: string, generator: Generator): Value {
    if (typeof type === "string" || "values" in type || "oneOf" in type) {
        return value;
    }
    if ("array" in type) {
        return Array.isArray(value)
            ? value.map((each) => completeValue(each, type.array, name, generator))
            : value;
    }
    if ("map" in type || !isObject(value)) {
        return value;
    }
    const spec = generator.types(type.ref);
    const completed: Values = { ...value };
    for (const property of spec?.required ?? []) {
        completed[property] ??= plausible(spec?.properties[property] ?? "any", property, generator, true, 1);
    }
    for (const [property, nested] of Object.entries(spec?.properties ?? {})) {
        if (value[property] !== undefined) {
            completed[property] = completeValue(value[property], nested, property, generator);
        }
    }
    return completed;
}

/** A value of a type, told from its name. `settable`: the program could have set it and did not. */
export function plausible(
    type: TypeSpec,
    name: string,
    generator: Generator,
    settable: boolean,
    depth: number,
): Value {
    if (typeof type === "object") {
        if ("array" in type) {
            return settable || depth > 2 ? [] : [plausible(type.array, name, generator, false, depth + 1)];
        }
        if ("map" in type) {
            return {};
        }
        if ("values" in type) {
            return type.values[0];
        }
        if ("oneOf" in type) {
            return plausible(type.oneOf[0], name, generator, settable, depth);
        }
        const spec = depth > 3 ? undefined : generator.types(type.ref);
        const required = settable ? (spec?.required ?? []) : Object.keys(spec?.properties ?? {});
        return Object.fromEntries(
            required.map((each) => [
                each,
                plausible(spec?.properties[each] ?? "any", each, generator, settable, depth + 1),
            ]),
        );
    }
    switch (type) {
        case "number":
            return 0;
        case "boolean":
            return false;
        case "string":
            return plausibleText(name, generator.context, settable);
        default:
            return {};
    }
}

type Maker = (context: Context, name: string) => string;

const texts: readonly (readonly [RegExp, Maker])[] = [
    [
        /^(?:arn|.*Arn)$/,
        (context, name) =>
            `arn:aws:${service(context)}:${context.region}:${context.config.account}:${name === "arn" ? context.type.slice(context.type.lastIndexOf(":") + 1).toLowerCase() : name}/${context.physical}`,
    ],
    [/^(?:region|location)$/i, (context) => context.region],
    [/^(?:accountId|ownerId|owner|registryId)$/, (context) => context.config.account],
    [/^project$/, (context) => context.config.project],
    [/^tenantId$/, (context) => context.config.tenant],
    [
        /(?:principalId|clientId|objectId|uuid|immutableId|resourceGuid|workspaceId)$/i,
        (context, name) => uuid(`${context.id}:${name}`),
    ],
    [/^(?:uid|uniqueId|generatedId|numericId|networkId)$/i, (context, name) => context.digits(name, 21)],
    [
        /(?:url|uri|endpoint|href)$/i,
        (context, name) => `https://${context.physical}.example.internal/${name}`,
    ],
    [/(?:fqdn|domainName|hostName|dnsName|domain)$/i, (context) => `${context.physical}.example.internal`],
    [/(?:ipAddress|^ip|Ip)$/, (context, name) => `10.0.${parseInt(hex(context.id + name, 2), 16)}.10`],
    [/(?:time|timestamp|date|At|createdOn|modifiedOn)$/i, (context) => context.now],
    [/(?:provisioningState)$/i, () => "Succeeded"],
    [/(?:status|state)$/i, () => "ACTIVE"],
    [/^etag$/i, (context) => `"${context.hex("etag", 16)}"`],
    [/(?:fingerprint|hash|md5|checksum|thumbprint)$/i, (context, name) => context.hex(name, 40)],
    [/^availabilityZone$/, (context) => `${context.region}a`],
    [/^selfLink$/, (context) => `https://www.googleapis.com/${service(context)}/v1/${context.id}`],
    [/^azureApiVersion$/, () => "2024-01-01"],
    [/^name$/, (context) => context.physical],
    [/^type$/, (context) => context.type.split(":").slice(1).join("/")],
    [/(?:version)$/i, () => "1"],
    [/(?:id)$/i, (context, name) => `${name}-${context.hex(name, 12)}`],
];

/** Texts that services fill in when the program sets none; others stay empty. */
const filledIn =
    /^(?:arn|region|location|name|project|accountId|tenantId|principalId|availabilityZone)$|(?:Version|Endpoint|URL|Uri|Arn)$/;

function plausibleText(name: string, context: Context, settable: boolean): string {
    if (settable && !filledIn.test(name)) {
        return "";
    }
    const maker = texts.find(([pattern]) => pattern.test(name))?.[1];
    return maker ? maker(context, name) : `${context.physical}-${name}`;
}

function service(context: Context): string {
    return context.type.split(":")[1].split("/")[0];
}
