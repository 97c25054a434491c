/**
 * The configuration file of a stack under test.
 */
import * as fs from "node:fs";
import { parse, stringify } from "yaml";

/** A configuration value that is stored encrypted. */
export class SecretValue {
    constructor(readonly plaintext: string) {}
}

/** Marks a configuration value as secret. */
export function secret(plaintext: string): SecretValue {
    return new SecretValue(plaintext);
}

/** Values by key; a key without a namespace belongs to the project. Objects and lists are kept as they are. */
export type StackConfig = Readonly<Record<string, unknown>>;

/** Writes the plain values into the file, beside what is there, and returns the secret ones, with their whole keys. */
export function writePlainConfig(file: string, project: string, config: StackConfig): Map<string, string> {
    const settings = fs.existsSync(file)
        ? (parse(fs.readFileSync(file, "utf8")) as StackSettings | null)
        : null;
    const plain: Record<string, unknown> = { ...settings?.config };
    const secrets = new Map<string, string>();
    for (const [name, value] of Object.entries(config)) {
        const key = name.includes(":") ? name : `${project}:${name}`;
        if (value instanceof SecretValue) {
            secrets.set(key, value.plaintext);
        } else {
            plain[key] = value;
        }
    }
    fs.writeFileSync(file, stringify({ ...settings, config: plain }));
    return secrets;
}

interface StackSettings {
    readonly config?: Record<string, unknown>;
}
