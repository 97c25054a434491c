import type { Input } from "@pulumi/pulumi";
import type { EnvironmentVariable } from "../providers/cloud";
import type { VariableArgs } from "./variables";
import * as is from "./validation/schema";

/** A variable may well be empty. */
const valueSchema = is.instance((given): given is string => typeof given === "string", "text");

const secretSchema = is.fields({ secret: is.input(is.text("the name of a Secret")), key: is.text() });

/** Environment of a container. */
export const environmentSchema = is.mapOf(
    is.either((given) =>
        typeof given === "object" && given !== null && "secret" in given
            ? secretSchema
            : is.input(valueSchema),
    ),
    is.textLike(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name of letters, digits and underscores"),
);

export function environmentOf(
    given: Readonly<Record<string, VariableArgs>> | undefined,
): readonly EnvironmentVariable[] {
    return Object.entries(given ?? {}).map(([name, value]) => {
        if (isSecret(value)) {
            return { name, secret: { name: value.secret, key: value.key } };
        }
        // Whether an output is a secret is known too late to decide what exists, so each is treated as one.
        return typeof value === "string" ? { name, value } : { name, value, concealed: true };
    });
}

function isSecret(value: VariableArgs): value is { readonly secret: Input<string>; readonly key: string } {
    return typeof value === "object" && value !== null && "secret" in value && "key" in value;
}
