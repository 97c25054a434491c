import { stringAt, valueAt } from "../../values";
import type { Context, Holder, Rules } from "../types";
import { arn, iamArn, iamName } from "./shared";
import { jsonDocument } from "./storage";

const roleHolder = (type: string, through: string, say: string): Holder => ({
    type,
    through,
    by: "name",
    say: (held) => (valueAt(held.inputs, "forceDetachPolicies") === true ? "" : `DeleteConflict: ${say}`),
});

const attachments = (kind: string) => ({
    source: `IAM API Attach${kind}Policy; hashicorp/aws schema: all forces a new one`,
    replaces: ["*"],
    id: (context: Context) =>
        `${stringAt(context.inputs, kind.toLowerCase()) ?? context.name}-${stringAt(context.inputs, "policyArn") ?? ""}`,
    singleton: true,
});

export const identity: Rules = {
    "aws:iam/role:Role": {
        source: "IAM API CreateRole (64 characters; max session 3600 to 43200); hashicorp/aws schema; facts 2.3",
        name: iamName(64, "Role"),
        replaces: ["name", "namePrefix", "path"],
        length: { description: [0, 1000], assumeRolePolicy: [1, 8192] },
        range: { maxSessionDuration: [3600, 43200] },
        verify: (inputs) =>
            jsonDocument(
                inputs,
                "assumeRolePolicy",
                "MalformedPolicyDocument: a trust policy needs a Statement",
            ),
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: iamArn(context, `role${stringAt(context.inputs, "path") ?? "/"}${context.physical}`),
            uniqueId: `AROA${context.hex("unique", 17).toUpperCase()}`,
            createDate: context.now,
            maxSessionDuration: 3600,
            path: "/",
        }),
        heldBy: [
            roleHolder(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                "role",
                "Cannot delete entity, must detach all policies first.",
            ),
            roleHolder(
                "aws:iam/rolePolicy:RolePolicy",
                "role",
                "Cannot delete entity, must delete policies first.",
            ),
            roleHolder(
                "aws:iam/instanceProfile:InstanceProfile",
                "role",
                "Cannot delete entity, must remove roles from instance profile first.",
            ),
        ],
    },
    "aws:iam/policy:Policy": {
        source: "IAM API CreatePolicy (128 characters, 6144 of policy); hashicorp/aws schema",
        name: iamName(128, "A policy"),
        replaces: ["name", "namePrefix", "path", "description"],
        length: { description: [0, 1000], policy: [1, 6144] },
        verify: (inputs) =>
            jsonDocument(inputs, "policy", "MalformedPolicyDocument: a policy needs a Statement"),
        id: (context) =>
            iamArn(context, `policy${stringAt(context.inputs, "path") ?? "/"}${context.physical}`),
        outputs: (context) => ({
            arn: context.id,
            policyId: `ANPA${context.hex("unique", 17).toUpperCase()}`,
            path: "/",
            attachmentCount: 0,
        }),
        heldBy: [
            {
                type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                through: "policyArn",
                say: () => "DeleteConflict: Cannot delete a policy attached to entities.",
            },
        ],
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        ...attachments("Role"),
        pattern: { policyArn: [/^arn:[\w-]+:iam::(?:aws|\d{12})?:policy\/.+$/, "the ARN of an IAM policy"] },
    },
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": attachments("User"),
    "aws:iam/rolePolicy:RolePolicy": {
        source: "IAM API PutRolePolicy (10240 characters); hashicorp/aws schema",
        name: { ...iamName(128, "An inline policy"), taken: undefined },
        replaces: ["name", "namePrefix", "role"],
        length: { policy: [1, 10240] },
        verify: (inputs) =>
            jsonDocument(inputs, "policy", "MalformedPolicyDocument: a policy needs a Statement"),
        id: (context) => `${stringAt(context.inputs, "role") ?? ""}:${context.physical}`,
        singleton: true,
    },
    "aws:iam/instanceProfile:InstanceProfile": {
        source: "IAM API CreateInstanceProfile; hashicorp/aws schema",
        name: iamName(128, "Instance Profile"),
        replaces: ["name", "namePrefix", "path"],
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: iamArn(context, `instance-profile/${context.physical}`),
            uniqueId: `AIPA${context.hex("unique", 17).toUpperCase()}`,
            createDate: context.now,
            path: "/",
        }),
    },
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
        source: "IAM API CreateOpenIDConnectProvider (one for each URL in an account); hashicorp/aws schema",
        replaces: ["url"],
        pattern: { url: [/^https:\/\/[^\s]+$/, "an https:// URL"] },
        id: (context) => {
            const url = stringAt(context.inputs, "url") ?? context.name;
            return iamArn(context, `oidc-provider/${url.replace("https://", "")}`);
        },
        outputs: (context) => ({ arn: context.id, thumbprintLists: [context.hex("thumb", 40)] }),
    },
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": {
        source: "hashicorp/aws schema",
        replaces: ["awsServiceName", "customSuffix"],
        id: (context) =>
            iamArn(
                context,
                `role/aws-service-role/${stringAt(context.inputs, "awsServiceName") ?? context.name}`,
            ),
        outputs: (context) => ({
            arn: context.id,
            createDate: context.now,
            uniqueId: context.hex("unique", 20),
        }),
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        source: "CloudWatch Logs API CreateLogGroup, retention values; hashicorp/aws schema",
        name: {
            property: "name",
            max: 512,
            pattern: /^[\w./#-]+$/,
            say: "letters, digits and ._/#-",
            taken: () => "ResourceAlreadyExistsException: The specified log group already exists",
        },
        replaces: ["name", "namePrefix", "logGroupClass", "region"],
        allowed: {
            retentionInDays: [
                0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
                2922, 3288, 3653,
            ],
        },
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: arn(context, "logs", `log-group:${context.physical}`),
            retentionInDays: 0,
        }),
    },
    "aws:sqs/queue:Queue": {
        source: "SQS API CreateQueue (80 characters); hashicorp/aws schema",
        name: {
            property: "name",
            max: 80,
            pattern: /^[\w-]+(?:\.fifo)?$/,
            say: "letters, digits, _ and -",
            taken: (name) => `QueueAlreadyExists: A queue already exists with the same name (${name})`,
        },
        replaces: ["name", "namePrefix", "fifoQueue", "region"],
        range: { visibilityTimeoutSeconds: [0, 43200], messageRetentionSeconds: [60, 1209600] },
        id: (context) =>
            `https://sqs.${context.region}.amazonaws.com/${context.config.account}/${context.physical}`,
        outputs: (context) => ({ arn: arn(context, "sqs", context.physical), url: context.id }),
    },
};
