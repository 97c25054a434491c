import type { CloudResource } from "../../store";
import type { Context, Holder, NameRule } from "../types";

/** An ARN of something in the resource's own account and region. */
export function arn(context: Context, service: string, resource: string): string {
    return `arn:aws:${service}:${context.region}:${context.config.account}:${resource}`;
}

/** An ARN of IAM, which has no region. */
export function iamArn(context: Context, resource: string): string {
    return `arn:aws:iam::${context.config.account}:${resource}`;
}

/** An EC2 id such as vpc-0a1b2c3d4e5f60718. */
export function ec2Id(prefix: string): (context: Context) => string {
    return (context) => `${prefix}-${context.hex("id", 17)}`;
}

/** EC2 refuses to delete what others still stand on (DependencyViolation). */
export function dependency(kind: string, type: string, through: string): Holder {
    return {
        type,
        through,
        say: (held) =>
            `DependencyViolation: The ${kind} '${held.id}' has dependencies and cannot be deleted.`,
    };
}

/** A name of IAM: `max` characters out of its usual set. */
export function iamName(max: number, kind: string): NameRule {
    return {
        property: "name",
        min: 1,
        max,
        pattern: /^[\w+=,.@-]+$/,
        say: "letters, digits and +=,.@-_",
        taken: (name) => `EntityAlreadyExists: ${kind} with name ${name} already exists.`,
    };
}

/** The names of resources, for messages that list them. */
export function names(resources: readonly CloudResource[]): string {
    return resources.map((each) => each.id).join(", ");
}
