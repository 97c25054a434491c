import type { Failure } from "../check";
import type { PackageName } from "../schema/types";
import { isObject, isUnknown, type Values } from "../values";

interface TagRule {
    /** Properties that hold tags, wherever they stand at the top level of the inputs. */
    readonly properties: readonly string[];
    readonly most: number;
    readonly key: RegExp;
    readonly value: RegExp;
    readonly say: string;
}

/**
 * Sources: AWS tagging best practices (50 tags, key 128, value 256, prefix aws: is reserved); Google Cloud label
 * requirements (64, lower case, 63); Azure tag limits (50, name 512, value 256, no <>%&\?/, storage accounts
 * 128); Kubernetes is checked with its labels.
 */
const tagRules: Readonly<Record<Exclude<PackageName, "kubernetes">, TagRule>> = {
    aws: {
        properties: ["tags"],
        most: 50,
        key: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
        value: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
        say: "a key of 1 to 128 and a value of up to 256 letters, digits, spaces and _.:/=+-@, not beginning with aws:",
    },
    gcp: {
        properties: ["labels", "resourceLabels", "userLabels"],
        most: 64,
        key: /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u,
        value: /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u,
        say: "a key of 1 to 63 and a value of up to 63 lower-case letters, digits, _ and -, the key beginning with a letter",
    },
    "azure-native": {
        properties: ["tags"],
        most: 50,
        key: /^(?!microsoft|azure|windows)[^<>%&\\?/]{1,512}$/i,
        value: /^[^]{0,256}$/,
        say: "a name of 1 to 512 characters without <>%&\\?/ and a value of up to 256, the name not beginning with microsoft, azure or windows",
    },
};

/** Checks the tags or labels among the inputs against the cloud's limits. */
export function verifyTags(cloud: PackageName, inputs: Values): Failure[] {
    if (cloud === "kubernetes") {
        return [];
    }
    const { properties, most, key, value, say } = tagRules[cloud];
    return properties.flatMap((property): Failure[] => {
        const tags = inputs[property];
        if (!isObject(tags)) {
            return [];
        }
        const count = Object.keys(tags).length;
        const wrong = Object.entries(tags).filter(
            ([name, text]) => !key.test(name) || (!isUnknown(text) && !value.test(String(text))),
        );
        return [
            ...(count > most
                ? [{ property, reason: `has ${count} entries, at most ${most} are allowed` }]
                : []),
            ...wrong.map(([name, text]) => ({
                property: `${property}[${JSON.stringify(name)}]`,
                reason: `"${name}" = ${JSON.stringify(text)} is not allowed: ${say}`,
            })),
        ];
    });
}
