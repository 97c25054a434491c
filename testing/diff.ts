import {
    equal,
    formatPath,
    hasUnknown,
    isAsset,
    isObject,
    type Path,
    type Value,
    type Values,
} from "./values";

/** One property that differs. */
export interface Change {
    /** As in `spec.containers[0].image`. */
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
}

/** What changing a resource to new inputs would mean. */
export interface Diff {
    readonly changes: readonly Change[];
    readonly replaces: boolean;
    /** Whether the old one must go before the new one can come, since both would claim the same name. */
    readonly deleteBeforeReplace: boolean;
}

/** The innermost differences between two sets of properties. A value that is not known yet differs. */
export function changes(
    olds: Values,
    news: Values,
    replaces: (path: Path) => boolean,
    ignored: (path: Path) => boolean = () => false,
): Change[] {
    const found: Change[] = [];
    const visit = (before: Value | undefined, after: Value | undefined, at: Path): void => {
        if (ignored(at) || (equal(before, after) && !hasUnknown(after))) {
            return;
        }
        if (isObject(before) && isObject(after) && !isAsset(before) && !isAsset(after)) {
            for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
                visit(before[key], after[key], [...at, key]);
            }
        } else if (Array.isArray(before) && Array.isArray(after)) {
            for (let index = 0; index < Math.max(before.length, after.length); index++) {
                visit(before[index], after[index], [...at, index]);
            }
        } else {
            const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
            found.push({ path: formatPath(at), kind, replaces: replaces(at) });
        }
    };
    visit(olds, news, []);
    return found;
}

/**
 * Whether a change at `path` is a change of the property that `pattern` names: `spec.selector` covers all that
 * is in it, and `pools[*].size` the size of any pool.
 */
export function covers(pattern: string, path: Path): boolean {
    const steps = pattern.split(/\.|(?=\[)/);
    return (
        steps.length <= path.length &&
        steps.every((step, index) => step === "[*]" || step === String(path[index]))
    );
}
