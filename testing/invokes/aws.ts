import { isObject, stringAt, valuesAt, type Value, type Values } from "../values";
import type { Invoke } from "./index";

/** AWS data sources that programs use before anything exists. */
export const awsInvokes: Readonly<Record<string, Invoke>> = {
    "aws:index/getCallerIdentity:getCallerIdentity": (_, { config }) => ({
        accountId: config.account,
        arn: `arn:aws:iam::${config.account}:user/simulated`,
        id: config.account,
        userId: "AIDASIMULATED",
    }),
    "aws:index/getPartition:getPartition": () => ({
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
        id: "aws",
    }),
    "aws:index/getRegion:getRegion": (_, { region }) => ({
        id: region,
        name: region,
        region,
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
    }),
    "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => ({
        id: region,
        region,
        names: ["a", "b", "c"].map((zone) => region + zone),
        zoneIds: [1, 2, 3].map((zone) => `${region}-az${zone}`),
        groupNames: [region],
    }),
    "aws:eks/getAddonVersion:getAddonVersion": (args, { region }) => ({
        id: String(args.addonName),
        region,
        addonName: String(args.addonName),
        kubernetesVersion: String(args.kubernetesVersion),
        mostRecent: args.mostRecent === true,
        version: `v${String(args.kubernetesVersion)}.0-eksbuild.1`,
    }),
    "aws:eks/getClusterAuth:getClusterAuth": (args, { region, hex }) => ({
        id: String(args.name),
        name: String(args.name),
        region,
        token: `k8s-aws-v1.${hex("token", 64)}`,
    }),
    "aws:iam/getPolicyDocument:getPolicyDocument": (args, { digits }) => {
        const json = JSON.stringify(policyDocument(args));
        return {
            id: digits("id", 10),
            json,
            minifiedJson: json,
            version: "2012-10-17",
            statements: args.statements ?? [],
        };
    },
    "aws:ssm/getParameter:getParameter": (args, { region, config, now }) => ({
        id: String(args.name),
        name: String(args.name),
        arn: `arn:aws:ssm:${region}:${config.account}:parameter${String(args.name)}`,
        region,
        type: "String",
        value: parameter(String(args.name)),
        insecureValue: parameter(String(args.name)),
        version: 1,
        lastModifiedDate: now,
    }),
};

/** Public parameters hold AMI ids; what a program keeps in its own can't be known. */
function parameter(name: string): string {
    return name.includes("image_id") || name.includes("/ami") ? "ami-0simulated0000000" : `value of ${name}`;
}

function policyDocument(args: Values): Values {
    const list = (value: Value | undefined) =>
        Array.isArray(value) && value.length === 1 ? value[0] : (value ?? []);
    const statements = valuesAt(args, "statements[*]").map((statement): Values => {
        const principals = valuesAt(statement, "principals[*]").map((each) => [
            stringAt(each, "type") ?? "AWS",
            list(isObject(each) ? each.identifiers : undefined),
        ]);
        const conditions: Record<string, Values> = {};
        for (const each of valuesAt(statement, "conditions[*]")) {
            const test = stringAt(each, "test") ?? "";
            conditions[test] = {
                ...conditions[test],
                [stringAt(each, "variable") ?? ""]: list(isObject(each) ? each.values : undefined),
            };
        }
        const source = statement as Values;
        return {
            ...(source.sid === undefined ? {} : { Sid: source.sid }),
            Effect: source.effect ?? "Allow",
            ...(principals.length > 0 ? { Principal: Object.fromEntries(principals) as Values } : {}),
            ...(source.actions === undefined ? {} : { Action: list(source.actions) }),
            ...(source.notActions === undefined ? {} : { NotAction: list(source.notActions) }),
            ...(source.resources === undefined ? {} : { Resource: list(source.resources) }),
            ...(source.notResources === undefined ? {} : { NotResource: list(source.notResources) }),
            ...(Object.keys(conditions).length > 0 ? { Condition: conditions } : {}),
        };
    });
    return { Version: "2012-10-17", Statement: statements };
}
