import type { Simulator } from "../simulator";
import { generators, regionOf, scopeOf } from "../config";
import { plausible } from "../outputs";
import type { CloudConfig, Context } from "../rules/types";
import { type FunctionSpec, packageOf } from "../schema/types";
import { CloudError } from "../errors";
import { isUnknown, reveal, type Value, type Values } from "../values";
import { awsInvokes } from "./aws";
import { azureNativeInvokes } from "./azure-native";
import { gcpInvokes } from "./gcp";
import { kubernetesInvokes } from "./kubernetes";

/** Answers a function. */
export type Invoke = (args: Values, context: Context) => Values;

const table: Readonly<Record<string, Invoke>> = {
    ...awsInvokes,
    ...gcpInvokes,
    ...azureNativeInvokes,
    ...kubernetesInvokes,
};

/**
 * Answers a function of an SDK: from the table; else, for a `get…` of something that exists here, with its
 * outputs; else with plausible values of the declared types.
 *
 * @throws CloudError when the SDK declares no such function.
 */
export function invoke(simulator: Simulator, token: string, given: Values, config: CloudConfig): Values {
    const args = reveal(given) as Values;
    const context = contextOf(simulator, token, args, config);
    if (Object.hasOwn(table, token)) {
        return table[token](args, context);
    }
    const cloud = packageOf(token);
    const spec = simulator.schemas.function(token);
    if (!cloud || !spec) {
        throw new CloudError(`unknown function "${token}"`);
    }
    const missing = spec.required.filter((each) => args[each] === undefined);
    if (missing.length > 0) {
        throw new CloudError(`${token}: missing required ${missing.map((each) => `"${each}"`).join(", ")}`);
    }
    const found = existing(simulator, token, args, config);
    const known: Values = { ...args, ...found };
    const types = (ref: string) => simulator.schemas.object(cloud, ref);
    const named = { ...context, ...(found?.id ? { id: String(found.id) } : {}) };
    return Object.fromEntries(
        spec.promised
            .concat(Object.keys(known).filter((each) => Object.hasOwn(spec.outputs, each)))
            .map((name) => [name, known[name] ?? answer(spec, name, { context: named, types })]),
    );
}

function answer(spec: FunctionSpec, name: string, generator: Parameters<typeof plausible>[2]): Value {
    return plausible(spec.outputs[name], name, generator, false, 0);
}

/** The outputs of the one resource that a `getX` function asks about, when it is one of ours. */
function existing(
    simulator: Simulator,
    token: string,
    args: Values,
    config: CloudConfig,
): Values | undefined {
    const type = token
        .replace(
            /\/get([A-Z])(\w*):get(\w+)$/,
            (_, first: string, rest: string, member: string) => `/${first.toLowerCase()}${rest}:${member}`,
        )
        .replace(/:get(\w+)$/, ":$1");
    const wanted = Object.entries(args).filter(([, value]) => typeof value === "string" && !isUnknown(value));
    const found = simulator.store
        .all()
        .filter((each) => each.type === type)
        .filter((each) => simulator.read(type, each.id, config) !== undefined)
        .find((each) =>
            wanted.every(([key, value]) =>
                key === "id"
                    ? each.id === value
                    : [each.inputs[key], each.outputs[key], each.outputs.name].includes(value),
            ),
        );
    return found && wanted.length > 0 ? { ...found.outputs, id: found.id } : undefined;
}

function contextOf(simulator: Simulator, token: string, args: Values, config: CloudConfig): Context {
    const cloud = packageOf(token) ?? "aws";
    const region = regionOf(cloud, token, args, config);
    const scope = scopeOf(cloud, config, region);
    const name = ["name", "clusterName", "resourceName", "bucket", "id"]
        .map((key) => args[key])
        .find((each) => typeof each === "string");
    const physical = String(name ?? token.slice(token.lastIndexOf(":") + 1));
    return {
        type: token,
        name: physical,
        physical,
        inputs: args,
        config,
        region,
        id: physical,
        now: simulator.now().toISOString(),
        ...generators(`${token}:${JSON.stringify(args)}`),
        everything: () => simulator.store.all().filter((each) => each.scope === scope),
        existing: (...types) =>
            simulator.store.all().filter((each) => types.includes(each.type) && each.scope === scope),
    };
}
