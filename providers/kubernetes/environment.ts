import * as pulumi from "@pulumi/pulumi";
import type { core } from "@pulumi/kubernetes/types/input";
import { Secret } from "@pulumi/kubernetes/core/v1";
import type { EnvironmentVariable } from "../cloud";
import type { Scope } from "../scope";
import { environmentOf } from "./access";
import { objectLabels } from "./labels";

/** The environment that a program gives a container. */
export interface ContainerEnvironment {
    readonly variables: readonly core.v1.EnvVar[];
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * Variables of a container. What may be a secret goes into a Secret of the workload's own, and the pod names its key:
 * a pod's definition is read by everyone who may list pods, and is copied into logs and dashboards.
 */
export function containerEnvironment(
    variables: readonly EnvironmentVariable[],
    namespace: string,
    scope: Scope,
    dependsOn: readonly pulumi.Resource[],
): ContainerEnvironment {
    const concealed = variables.filter((variable) => variable.concealed);
    if (concealed.length === 0) {
        return { variables: environmentOf(variables), nodes: {} };
    }
    const environment = scope.child(
        "environment",
        Secret,
        {
            // Named by the engine: a changed value makes a new Secret, which rolls the pods, before the old one goes.
            metadata: { namespace, labels: objectLabels(scope, "environment") },
            immutable: true,
            stringData: Object.fromEntries(concealed.map(({ name, value }) => [name, value ?? ""])),
        },
        { dependsOn: [...dependsOn] },
    );
    const secret = (key: string) => ({ name: environment.metadata.name, key });
    return {
        variables: environmentOf(
            variables.map((variable) =>
                variable.concealed ? { name: variable.name, secret: secret(variable.name) } : variable,
            ),
        ),
        nodes: { environment },
    };
}

/**
 * Words of a command, which stand in the pod's definition.
 *
 * @throws RunError, when the word is known, for one that is a secret
 */
export function publicText(
    words: readonly pulumi.Input<string>[],
    property: string,
    scope: Scope,
): pulumi.Input<string>[] {
    return words.map((word: pulumi.Input<string>, index) =>
        pulumi.Output.isInstance(word)
            ? pulumi.output(pulumi.isSecret(word as pulumi.Output<string>)).apply((secret) => {
                  if (secret) {
                      throw new pulumi.RunError(
                          `'${scope.name}': ${property}.${index} is a secret, and a pod's definition shows its ` +
                              "command: give it in `environment`, and write $(NAME) here for the variable's value",
                      );
                  }
                  return word;
              })
            : word,
    );
}
