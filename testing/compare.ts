import { changes, covers, type Diff } from "./diff";
import { defaultsKey, isAutonamed, nameProperty } from "./names";
import type { CloudConfig, Rule } from "./rules/types";
import type { PackageName, ResourceSpec } from "./schema/types";
import { type Path, stringAt, type Values } from "./values";

/** What is compared. */
export interface Subject {
    readonly package: PackageName;
    readonly type: string;
    readonly spec: ResourceSpec | undefined;
    readonly rule: Rule | undefined;
    readonly config: CloudConfig;
}

/** Tags never replace anything, whatever else does. */
const harmless = ["tags", "tagsAll", "labels"];

/** What changing plain inputs of a resource would mean. */
export function compare(
    subject: Subject,
    before: Values,
    after: Values,
    ignored: (path: Path) => boolean,
): Diff {
    const stays = [...(subject.rule?.updatable ?? []), ...harmless];
    const patterns = replacing(subject, after);
    const replaces = (path: Path) =>
        !stays.some((each) => covers(each, path)) &&
        patterns.some((each) => each === "*" || covers(each, path));
    const skipped = (path: Path) => path[0] === defaultsKey || ignored(path);
    const found = changes(before, after, replaces, skipped);
    const replaced = found.some((each) => each.replaces);
    return {
        changes: found,
        replaces: replaced,
        deleteBeforeReplace: replaced && sameName(subject, before, after),
    };
}

/** The properties whose change replaces: from the rule, the SDK's comments, and the name itself. */
function replacing({ rule, spec, config }: Subject, inputs: Values): readonly string[] {
    const own = typeof rule?.replaces === "function" ? rule.replaces(inputs, config) : (rule?.replaces ?? []);
    return [...own, ...(spec?.replaces ?? []), ...(rule?.name ? [rule.name.property] : [])];
}

/** Whether old and new would claim the same name, so that the old must go first. */
function sameName(subject: Subject, before: Values, after: Values): boolean {
    switch (subject.package) {
        case "azure-native":
            return true; // azure-native always deletes first (pulumi-azure-native provider.go, Diff)
        case "kubernetes": {
            const prefix = subject.spec?.inputs.metadata ? "metadata." : "";
            const same = (name: string) => stringAt(before, prefix + name) === stringAt(after, prefix + name);
            return same("name") && same("namespace") && !isAutonamed(after);
        }
        default: {
            const property = nameProperty({ ...subject, rule: subject.rule?.name });
            const own = after[defaultsKey];
            const madeUp = Array.isArray(own) && property !== undefined && own.includes(property);
            return (
                property !== undefined &&
                !madeUp &&
                before[property] !== undefined &&
                before[property] === after[property]
            );
        }
    }
}
