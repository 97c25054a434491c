import * as pulumi from "@pulumi/pulumi";

type Values = pulumi.Input<string> | readonly pulumi.Input<string>[];

/** A statement of an IAM policy. */
export interface Statement {
    readonly Sid?: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal?: "*" | Readonly<Record<string, Values>>;
    readonly Action: string | readonly string[];
    readonly Resource?: Values;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** A policy as the JSON text that AWS takes. Unknown while any part of it is. */
export function policyDocument(...statements: readonly pulumi.Input<Statement>[]): pulumi.Output<string> {
    return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Trust policy that lets one AWS service assume a role. */
export function serviceTrust(
    service: string,
    condition?: Statement["Condition"],
    actions: string | readonly string[] = "sts:AssumeRole",
): pulumi.Output<string> {
    return policyDocument({
        Effect: "Allow",
        Principal: { Service: service },
        Action: actions,
        ...(condition ? { Condition: condition } : {}),
    });
}
