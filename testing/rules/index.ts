import { type PackageName, packageOf } from "../schema/types";
import { awsRules } from "./aws";
import { azureNativeRules } from "./azure-native";
import { locked } from "./azure-native/governance";
import { gcpRules } from "./gcp";
import { kubernetesRule } from "./kubernetes";
import type { CloudResource } from "../store";
import type { Context, Rule, Rules } from "./types";

const tables: Readonly<Record<Exclude<PackageName, "kubernetes">, Rules>> = {
    aws: awsRules,
    gcp: gcpRules,
    "azure-native": azureNativeRules,
};

/** The hand-kept rule of a type; undefined when the tables have no row for it. */
export function ruleOf(type: string): Rule | undefined {
    const name = packageOf(type);
    if (name === "kubernetes") {
        return kubernetesRule(type);
    }
    return name && Object.hasOwn(tables[name], type) ? tables[name][type] : undefined;
}

/** A refusal to delete that is no matter of the resource's own type. */
export function protectedBy(resource: CloudResource, context: Context): string | undefined {
    return packageOf(resource.type) === "azure-native" ? locked(resource, context) : undefined;
}
