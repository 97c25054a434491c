import { createHash } from "node:crypto";
import type { CloudName } from "../placement/site";

/**
 * Cost tags by logical name, before they are mapped to a cloud's rules.
 * Names are in kebab case: `cost-centre`, `managed-by`.
 */
export type LogicalTags = Readonly<Record<string, string>>;

/** What a cloud allows in a tag. Lengths are in characters; GCP also counts UTF-8 bytes, which ASCII makes equal. */
interface TagRules {
    readonly count: number;
    readonly keyLength: number;
    readonly valueLength: number;
    /** The key is made of these characters. */
    readonly key: RegExp;
    /** The value is made of these characters. */
    readonly value: RegExp;
    readonly lowercase: "keys" | "both" | "none";
    /** A key (and, with `both`, a value) starts with this. */
    readonly start?: RegExp;
    /** Keys and values begin and end with a letter or digit. */
    readonly alphanumericEnds?: true;
    readonly reserved?: RegExp;
}

/**
 * Sources: AWS tagging guide (50 tags, 128, 256, `aws:` reserved), Google Cloud label rules (64, 63, 63, lower
 * case), Azure tag rules (50, 512 but 128 on storage accounts, 256; `microsoft`, `azure`, `windows` reserved;
 * names are case-insensitive), Kubernetes label syntax (63). Read 2026-11.
 */
const RULES: Record<CloudName, TagRules> = {
    aws: {
        count: 50,
        keyLength: 128,
        valueLength: 256,
        key: /[A-Za-z0-9 +\-=._:/@]/,
        value: /[A-Za-z0-9 +\-=._:/@]/,
        lowercase: "none",
        reserved: /^aws:/i,
    },
    gcp: {
        count: 64,
        keyLength: 63,
        valueLength: 63,
        key: /[a-z0-9_-]/,
        value: /[a-z0-9_-]/,
        lowercase: "both",
        start: /^[a-z]/,
    },
    azure: {
        count: 50,
        keyLength: 128,
        valueLength: 256,
        key: /[A-Za-z0-9 +\-=._:@]/,
        value: /[\x20-\x7e]/,
        lowercase: "keys",
        start: /^[a-z]/,
        reserved: /^(microsoft|azure|windows)/i,
    },
    kubernetes: {
        count: 64,
        keyLength: 63,
        valueLength: 63,
        key: /[A-Za-z0-9_.-]/,
        value: /[A-Za-z0-9_.-]/,
        lowercase: "keys",
        alphanumericEnds: true,
    },
};

/** Characters of a hash that is put where a name had to be changed: 40 bits, so a collision in 50 tags is out of reach. */
const HASH_LENGTH = 8;

/**
 * The tags as this cloud takes them.
 *
 * A key or value that the cloud takes as it is stays as it is. One that had to be changed (character, case or
 * length) gets a hash of the original at its end, so that two different inputs never become one. The mapping
 * depends on the input alone, so it is stable between runs.
 *
 * @throws RangeError when there are more tags than the cloud allows on one resource.
 */
export function cloudTags(cloud: CloudName, tags: LogicalTags): Record<string, string> {
    const rules = RULES[cloud];
    const entries = Object.entries(tags).filter(([key]) => key.length > 0);
    if (entries.length > rules.count) {
        throw new RangeError(`${entries.length} tags, ${cloud} allows ${rules.count} on a resource`);
    }
    return Object.fromEntries(
        entries
            .map(([key, value]) => [tagKey(rules, key), tagValue(rules, value)] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
}

function tagKey(rules: TagRules, key: string): string {
    const folded = rules.lowercase === "none" ? key : key.toLowerCase();
    let legal = replaceIllegal(
        folded,
        rules.key,
        rules.lowercase !== "none" || rules.alphanumericEnds ? "-" : "_",
    );
    if ((rules.start && !rules.start.test(legal)) || rules.reserved?.test(legal)) {
        legal = `x-${legal}`;
    }
    return fit(legal, key, rules.keyLength, rules);
}

function tagValue(rules: TagRules, value: string): string {
    if (value === "") {
        return "";
    }
    const folded = rules.lowercase === "both" ? value.toLowerCase() : value;
    return fit(replaceIllegal(folded, rules.value, "-"), value, rules.valueLength, rules);
}

function replaceIllegal(text: string, legal: RegExp, replacement: string): string {
    return [...text].map((character) => (legal.test(character) ? character : replacement)).join("");
}

/** The legal form unchanged where it is the original and fits, otherwise cut and with the original's hash. */
function fit(legal: string, original: string, length: number, rules: TagRules): string {
    const trimmed = rules.alphanumericEnds
        ? legal.replace(/^[^A-Za-z0-9]+/, "").replace(/[^A-Za-z0-9]+$/, "")
        : legal.trim();
    if (trimmed === original && trimmed.length <= length) {
        return trimmed;
    }
    const hash = createHash("sha256").update(original).digest("hex").slice(0, HASH_LENGTH);
    const head = trimmed.slice(0, length - HASH_LENGTH - 1);
    return head === "" ? `x-${hash}` : `${head}-${hash}`;
}
