import * as pulumi from "@pulumi/pulumi";

const NO_STACK = {};

/**
 * State that belongs to the running stack: two inline programs in one process must not share resources.
 *
 * @param states one map for each kind of state
 */
export function stackState<T>(states: WeakMap<object, Map<string, T>>): Map<string, T> {
    // `getStackResource` is left out of the declarations, but exported.
    const runtime = pulumi.runtime as { getStackResource?: () => object | undefined };
    const stack = runtime.getStackResource?.() ?? NO_STACK;
    const known = states.get(stack) ?? new Map<string, T>();
    states.set(stack, known);
    return known;
}
