import { withSdk } from "./sdk";

/**
 * An object whose members are loaded when they are first used, each with the SDK modules that its own file requires:
 * a stack of buckets alone pays nothing for the code of clusters and endpoints.
 *
 * @throws RunError, at first use, naming the package to install when a member's SDK is missing
 */
export function lazily<T extends object>(load: { readonly [Member in keyof T]: () => T[Member] }): T {
    const members = Object.entries<() => unknown>(load).map(([name, get]): [string, PropertyDescriptor] => [
        name,
        { enumerable: true, get: () => withSdk(get) },
    ]);
    return Object.defineProperties({}, Object.fromEntries(members)) as T;
}
