import { createHash } from "node:crypto";

/** How a service's names are made. */
export interface NameRule {
    readonly maxLength: number;
    readonly minLength?: number;
    /** `dns`: lower-case letters, digits and hyphens. `alphanumeric`: lower-case letters and digits. `mixed`: also upper case, hyphen and underscore. `digits`: a number. */
    readonly characters: "dns" | "alphanumeric" | "mixed" | "digits";
    /** The first character is a letter. */
    readonly startsWithLetter?: true;
    /** Unique beyond this stack (in the account, the region or the world), so the name always carries a hash. */
    readonly shared?: true;
    /** Where the rule was read. */
    readonly source: string;
}

/** Characters of the hash: base 36, so 8 of them hold 41 bits. */
const HASH_LENGTH = 8;

/**
 * A physical name within a rule: readable where it fits, with a hash where it was changed, cut, or is shared.
 *
 * The same identity gives the same name in every run and another identity another name, so an interrupted `up`
 * that is run again meets what it made before instead of making it twice.
 *
 * @param rule what the service allows
 * @param readable the logical name, `chat-model`
 * @param identity what tells this resource from all others: organisation, project, stack and logical path, and
 *   the immutable inputs where the name must change with them
 */
export function physicalName(rule: NameRule, readable: string, identity: string): string {
    const hash = digest(identity, rule);
    if (rule.characters === "digits") {
        return hash.slice(0, rule.maxLength);
    }
    const legal = legalise(readable, rule);
    const whole = legal.length <= rule.maxLength && legal.length >= (rule.minLength ?? 1);
    if (whole && legal === readable && !rule.shared) {
        return legal;
    }
    const separator = rule.characters === "alphanumeric" ? "" : "-";
    const head = legal.slice(0, rule.maxLength - HASH_LENGTH - separator.length).replace(/[-_]+$/, "");
    return head === "" ? `x${hash}`.slice(0, rule.maxLength) : `${head}${separator}${hash}`;
}

function legalise(text: string, rule: NameRule): string {
    const mixed = rule.characters === "mixed";
    const folded = mixed ? text : text.toLowerCase();
    const illegal =
        rule.characters === "alphanumeric" ? /[^a-z0-9]+/g : mixed ? /[^A-Za-z0-9_-]+/g : /[^a-z0-9]+/g;
    const replaced = folded
        .replace(illegal, rule.characters === "alphanumeric" ? "" : "-")
        // Key Vault, Blob containers and Redis refuse two hyphens in a row.
        .replace(/-{2,}/g, "-")
        .replace(/^[-_]+|[-_]+$/g, "");
    return rule.startsWithLetter && !/^[A-Za-z]/.test(replaced) ? `x${replaced}` : replaced;
}

function digest(identity: string, rule: NameRule): string {
    const bytes = createHash("sha256").update(identity).digest();
    const number = bytes.readBigUInt64BE(0);
    if (rule.characters === "digits") {
        // No leading zero: Vertex AI refuses one.
        return String(1_000_000_000n + (number % 9_000_000_000n));
    }
    return number.toString(36).padStart(13, "0").slice(-HASH_LENGTH);
}

/** A name for the child that stands for one of many things: readable, and another one for another thing. */
export function childSuffix(readable: string, identity: string): string {
    const plain = readable
        .replace(/[^A-Za-z0-9._-]+/g, "-")
        .replace(/^-+/, "")
        .slice(-40);
    return `${plain}-${createHash("sha256").update(identity).digest("hex").slice(0, 8)}`;
}
