import { regionOf } from "../../testing/config";
import { ruleOf } from "../../testing/rules";
import type { CloudConfig, Context } from "../../testing/rules/types";
import { packageOf } from "../../testing/schema/types";
import { reveal, stringAt, valueAt, type Values } from "../../testing/values";
import { parseUrn } from "../urn";
import type { StateResource } from "./checkpoint";

/** What identifies a resource to `pulumi import`. */
export type ImportId =
    | { readonly kind: "known"; readonly id: string }
    /** Some part has to be filled in: it stands in angle brackets. */
    | { readonly kind: "partial"; readonly id: string }
    /** The service chose it when it made the resource. */
    | { readonly kind: "chosen" }
    /** The provider can't import this type. */
    | { readonly kind: "unsupported" }
    /** No table has the type. */
    | { readonly kind: "unlisted" };

type Format = (inputs: Values, id: string, config: CloudConfig) => string | undefined;

/** Joins inputs; `undefined` when one is missing. */
function joined(separator: string, ...paths: string[]): Format {
    return (inputs) => {
        const parts = paths.map((path) => stringAt(inputs, path));
        return parts.every((part) => part !== undefined) ? parts.join(separator) : undefined;
    };
}

/** An IAM member: the resource, role and member, and the title of its condition. */
function member(resource: Format): Format {
    return (inputs, id, config) => {
        const rest = ["role", "member"].map((path) => stringAt(inputs, path));
        const parts = [resource(inputs, id, config), ...rest];
        const title = stringAt(inputs, "condition.title");
        return parts.every((part) => part !== undefined)
            ? [...parts, ...(title ? [title] : [])].join(" ")
            : undefined;
    };
}

/**
 * Import ids that differ from the id in the state, from the Import section of each type in its SDK. All other types
 * are imported by the id that their rule in `testing/rules` makes.
 */
const FORMATS: Readonly<Record<string, Format>> = {
    "aws:appautoscaling/policy:Policy": joined(
        "/",
        "serviceNamespace",
        "resourceId",
        "scalableDimension",
        "name",
    ),
    "aws:appautoscaling/target:Target": joined("/", "serviceNamespace", "resourceId", "scalableDimension"),
    "aws:ec2/route:Route": (inputs) => {
        const target = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"]
            .map((path) => stringAt(inputs, path))
            .find(Boolean);
        const table = stringAt(inputs, "routeTableId");
        return table && target ? `${table}_${target}` : undefined;
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": (inputs) => {
        const table = stringAt(inputs, "routeTableId");
        const target = stringAt(inputs, "subnetId") ?? stringAt(inputs, "gatewayId");
        return table && target ? `${target}/${table}` : undefined;
    },
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": joined(
        "#",
        "clusterName",
        "principalArn",
        "policyArn",
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": joined("/", "role", "policyArn"),
    "aws:s3/bucketObject:BucketObject": joined("/", "bucket", "key"),
    "aws:s3/bucketObjectv2:BucketObjectv2": joined("/", "bucket", "key"),
    "gcp:container/nodePool:NodePool": (_, id) =>
        /^projects\/.+\/locations\/.+\/clusters\/.+\/nodePools\/.+$/.test(id)
            ? id.replace(/^projects\/|(?:locations|clusters|nodePools)\//g, "")
            : undefined,
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": member(joined("", "cryptoKeyId")),
    "gcp:projects/iAMMember:IAMMember": member(
        (inputs, _, config) => stringAt(inputs, "project") ?? config.project,
    ),
    "gcp:serviceaccount/iAMMember:IAMMember": member(joined("", "serviceAccountId")),
    "gcp:storage/bucketIAMMember:BucketIAMMember": member(
        (inputs) => `b/${stringAt(inputs, "bucket") ?? "<bucket>"}`,
    ),
};

/** Types that their provider can't import, as their SDK says. */
const UNSUPPORTED = new Set(["gcp:storage/bucketObject:BucketObject"]);

/** Setting these once more leaves one, so an interrupted creation needs no repair. */
const REPEATABLE = new Set([
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:appautoscaling/target:Target",
    "aws:appautoscaling/policy:Policy",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    "azure-native:storage:BlobServiceProperties",
    "azure-native:storage:ManagementPolicy",
]);

/** Whether creating a resource again changes nothing. One whose name the engine made up gets another name then. */
export function isRepeatable(resource: StateResource): boolean {
    const attached = /^aws:s3\/bucket(?!:)\w+:|IAMMember$/.test(resource.type);
    return (attached || REPEATABLE.has(resource.type)) && !isEngineNamed(resource);
}

/** Whether the name came from the engine's automatic naming, so that the next attempt makes up another one. */
export function isEngineNamed(resource: StateResource): boolean {
    const inputs = (resource.inputs ?? {}) as Values;
    const property = ruleOf(resource.type)?.name?.property ?? "name";
    const given = stringAt(inputs, property);
    // Bridged providers list what they filled in; the others only leave the form of what they made up.
    const filled = Array.isArray(inputs.__defaults) && inputs.__defaults.includes(property);
    const logicalName = parseUrn(resource.urn).name.toLowerCase();
    const suffix = given?.toLowerCase().startsWith(logicalName) ? given.slice(logicalName.length) : "";
    return filled || /^-?[\da-f]{7,8}$/.test(suffix);
}

/** What a resource is imported by, from the inputs that it was to be created with. */
export function importId(resource: StateResource, config: CloudConfig): ImportId {
    const { type } = resource;
    const cloud = packageOf(type);
    const rule = ruleOf(type);
    if (UNSUPPORTED.has(type) || type.startsWith("pulumi-nodejs:")) {
        return { kind: "unsupported" };
    }
    if (!cloud) {
        return { kind: "unlisted" };
    }
    const inputs = reveal((resource.inputs ?? {}) as Values) as Values;
    const asked = contextOf(resource, inputs, config);
    const id = rule?.id?.(asked.context);
    const format = FORMATS[type];
    const formatted = format ? format(inputs, id ?? "", config) : id;
    if (formatted === undefined) {
        return { kind: rule === undefined && !format ? "unlisted" : "chosen" };
    }
    if (!format && asked.chosen()) {
        return { kind: "chosen" };
    }
    const whole = asked.guessed() && !format ? undefined : formatted;
    return whole === undefined || /<\w+>/.test(whole) || /(?<!:)\/\/|::?$|^[:/]$/.test(whole)
        ? { kind: "partial", id: formatted }
        : { kind: "known", id: formatted };
}

/** The context that rules compute ids from, watching for what only the service knows. */
function contextOf(resource: StateResource, inputs: Values, config: CloudConfig) {
    let chosen = false;
    let guessed = false;
    const random = (): string => {
        chosen = true;
        return "";
    };
    const cloud = packageOf(resource.type) ?? "aws";
    const nameProperty = ruleOf(resource.type)?.name?.property ?? "name";
    const logicalName = parseUrn(resource.urn).name;
    const context: Context = {
        type: resource.type,
        get name() {
            guessed = true;
            return `<${nameProperty.split(".").at(-1) ?? "name"}>`;
        },
        get physical() {
            const given = valueAt(inputs, nameProperty);
            guessed ||= typeof given !== "string";
            // With a prefix, the provider makes up the rest each time, and notes it nowhere but in its answer.
            const prefix = stringAt(inputs, `${nameProperty}Prefix`) ?? stringAt(inputs, "namePrefix");
            return typeof given === "string"
                ? given
                : prefix === undefined
                  ? logicalName
                  : `${prefix}<suffix>`;
        },
        inputs,
        config,
        region: regionOf(cloud, resource.type, inputs, config),
        id: "",
        now: "",
        hex: random,
        digits: random,
        uuid: random,
        existing: () => [],
        everything: () => [],
    };
    return { context, chosen: () => chosen, guessed: () => guessed };
}
