import * as pulumi from "@pulumi/pulumi";

const NO_ENGINE = {};

/**
 * State that belongs to the running program: two inline programs in one process, or two tests under mocks, must not
 * share resources. Each has a connection of its own to the engine.
 *
 * @param states one map for each kind of state
 */
export function stackState<T>(states: WeakMap<object, Map<string, T>>): Map<string, T> {
    const engine = pulumi.runtime.getMonitor() ?? NO_ENGINE;
    const known = states.get(engine) ?? new Map<string, T>();
    states.set(engine, known);
    return known;
}
