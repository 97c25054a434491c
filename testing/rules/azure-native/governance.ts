import type { CloudResource } from "../../store";
import { isObject, stringAt, type Value, valueAt, valuesAt, type Values } from "../../values";
import type { Context, Rules } from "../types";
import { arm, armName, networkName } from "./shared";
import { missingDeployments } from "./workloads";

const lock = "azure-native:authorization:ManagementLockByScope";

/**
 * ARM's refusal to delete what is locked: a lock holds for its scope and all below it, and nothing above it can
 * be deleted either, since that would delete the scope (Azure Resource Manager, "Lock inheritance").
 */
export function locked(resource: CloudResource, context: Pick<Context, "existing">): string | undefined {
    const id = resource.id.toLowerCase();
    const holding = context
        .existing(lock)
        .filter((each) => each.id !== resource.id)
        .map((each) => (stringAt(each.inputs, "scope") ?? "").toLowerCase())
        .find((scope) => scope === id || id.startsWith(`${scope}/`) || scope.startsWith(`${id}/`));
    return holding === undefined || resource.type === lock
        ? undefined
        : `Code="ScopeLocked" Message="The scope '${resource.id}' cannot perform delete operation because following scope(s) are locked: '${holding}'. Please remove the lock and try again."`;
}

/** A resource that an ARM template writes, when it is one of ours. */
interface Written {
    readonly id: string;
    readonly body: Values;
    readonly existing: CloudResource | undefined;
}

function written(context: Context): Written[] {
    const group = `/subscriptions/${context.config.subscription}/resourceGroups/${stringAt(context.inputs, "resourceGroupName") ?? ""}`;
    return valuesAt(context.inputs, "properties.template.resources[*]").flatMap((body) => {
        const [provider, ...kinds] = (stringAt(body, "type") ?? "").split("/");
        const names = (stringAt(body, "name") ?? "").split("/");
        if (!isObject(body) || kinds.length !== names.length) {
            return [];
        }
        const id = `${group}/providers/${provider}/${kinds.map((kind, index) => `${kind}/${names[index]}`).join("/")}`;
        const same = (each: CloudResource) => each.id.toLowerCase() === id.toLowerCase();
        return [{ id, body, existing: context.everything().find(same) }];
    });
}

function overwrite(under: Value | undefined, over: Value | undefined): Value {
    return isObject(under) && isObject(over) ? { ...under, ...over } : (over ?? under ?? {});
}

export const governance: Rules = {
    [lock]: {
        source: "ARM management locks; resource-name-rules (1 to 90)",
        name: { ...armName("lockName", 1, 90, /^[-\w.()]+$/, "letters, digits and -_.()"), auto: "copy" },
        replaces: ["lockName", "scope"],
        id: (context) =>
            `${stringAt(context.inputs, "scope") ?? ""}/providers/Microsoft.Authorization/locks/${context.physical}`,
        outputs: (context) => ({ name: context.physical, type: "Microsoft.Authorization/locks" }),
    },
    "azure-native:resources:Deployment": arm("Microsoft.Resources/deployments/{deploymentName}", {
        source: "ARM resource-name-rules (1 to 64); template deployments write the resources in them",
        name: networkName("deploymentName", 64),
        completes: () => ({ properties: { provisioningState: "Succeeded" } }),
        refuse: (context) =>
            written(context)
                .map(({ id, body }) => missingDeployments(context, id, valueAt(body, "properties.traffic")))
                .find((each) => each !== undefined),
        touches: (context) =>
            written(context).flatMap(({ body, existing }) =>
                existing
                    ? [
                          {
                              ...existing,
                              inputs: {
                                  ...existing.inputs,
                                  properties: overwrite(existing.inputs.properties, body.properties),
                              },
                              outputs: {
                                  ...existing.outputs,
                                  properties: overwrite(existing.outputs.properties, body.properties),
                              },
                          },
                      ]
                    : [],
            ),
    }),
};
