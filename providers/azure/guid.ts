import { createHash } from "node:crypto";

/** Namespace of the GUIDs below; an arbitrary constant that must never change, or every role assignment is replaced. */
const NAMESPACE = Buffer.from("0b5c2b6f6f7d4c07a3d35d0e6f1b9a44", "hex");

/**
 * A version 5 UUID of a text: the same text gives the same GUID in every run, so an interrupted `up` that is run
 * again meets the role assignment that it made before.
 */
export function deterministicGuid(text: string): string {
    const bytes = createHash("sha1").update(NAMESPACE).update(text).digest().subarray(0, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x50;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
