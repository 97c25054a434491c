/** A plain JSON value, as resource properties travel between the engine and a provider. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The properties of a resource. */
export type Values = { [key: string]: Value };

/** What the engine sends where a value is not known yet (it has one such string for each kind of value). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const unknownValues = new Set([
    unknownValue,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const assetSignatures = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];

/** Where a value stands inside the properties of a resource. */
export type Path = readonly (string | number)[];

export function isObject(value: Value | undefined): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is not known yet. */
export function isUnknown(value: Value | undefined): boolean {
    return typeof value === "string" && unknownValues.has(value);
}

/** Whether a value, or any value in it, is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
    if (Array.isArray(value)) {
        return value.some(hasUnknown);
    }
    return isObject(value) ? Object.values(value).some(hasUnknown) : isUnknown(value);
}

/** Whether a value is an asset or an archive. */
export function isAsset(value: Value | undefined): boolean {
    return isObject(value) && assetSignatures.includes(String(value[signatureKey]));
}

/** Wraps a value the way secrets travel. */
export function secret(value: Value): Values {
    return { [signatureKey]: secretSignature, value };
}

/**
 * Takes the envelopes off: secrets and outputs become their values, resources their ids, and what is not known
 * becomes {@link unknownValue}. Absent (null) properties are dropped. Every path that was secret goes to
 * `secrets`.
 */
export function reveal(value: Value, secrets: Path[] = [], at: Path = []): Value {
    if (Array.isArray(value)) {
        return value.map((each, index) => reveal(each, secrets, [...at, index]));
    }
    if (!isObject(value)) {
        return isUnknown(value) ? unknownValue : value;
    }
    switch (value[signatureKey]) {
        case secretSignature:
            secrets.push(at);
            return reveal(value.value ?? null, [], at);
        case outputSignature:
            if (value.secret === true) {
                secrets.push(at);
            }
            return value.value === undefined ? unknownValue : reveal(value.value, secrets, at);
        case resourceSignature:
            return value.id === undefined || value.id === "" ? unknownValue : value.id;
        default:
            return revealObject(value, secrets, at);
    }
}

function revealObject(value: Values, secrets: Path[], at: Path): Values {
    const revealed: Values = {};
    for (const [key, each] of Object.entries(value)) {
        if (each !== null) {
            revealed[key] = reveal(each, secrets, [...at, key]);
        }
    }
    return revealed;
}

/** Puts secret envelopes around the values at these paths; a path that leads nowhere is ignored. */
export function conceal(values: Values, paths: Iterable<Path>): Values {
    const copy = structuredClone(values);
    for (const path of outermost([...paths])) {
        let parent: Value | undefined = copy;
        for (const step of path.slice(0, -1)) {
            parent = child(parent, step);
        }
        const last = path.at(-1);
        const hidden = last === undefined ? undefined : child(parent, last);
        if (last !== undefined && hidden !== undefined && !isUnknown(hidden)) {
            (parent as Values)[last] = secret(hidden);
        }
    }
    return copy;
}

/** The paths that no other leads to or through. */
function outermost(paths: readonly Path[]): Path[] {
    const kept: Path[] = [];
    for (const path of [...paths].sort((a, b) => a.length - b.length)) {
        if (!kept.some((each) => each.every((step, index) => step === path[index]))) {
            kept.push(path);
        }
    }
    return kept;
}

function child(value: Value | undefined, step: string | number): Value | undefined {
    return typeof value === "object" && value !== null ? (value as Values)[step] : undefined;
}

/** All values at a path such as `spec.selector` or `subnetIds[*]`; a list or map is entered by `[*]`. */
export function valuesAt(value: Value | undefined, path: string): Value[] {
    let found: Value[] = value === undefined ? [] : [value];
    for (const step of path.split(/\.|(?=\[)/)) {
        found = found.flatMap((each) => {
            if (step === "[*]") {
                return Array.isArray(each) ? each : isObject(each) ? Object.values(each) : [];
            }
            const next = child(each, step);
            return next === undefined || next === null ? [] : [next];
        });
    }
    return found;
}

/** The first value at a path, see {@link valuesAt}. */
export function valueAt(value: Value | undefined, path: string): Value | undefined {
    return valuesAt(value, path)[0];
}

/** The string at a path, or undefined when there is none or it is not known yet. */
export function stringAt(value: Value | undefined, path: string): string | undefined {
    const found = valueAt(value, path);
    return typeof found === "string" && !isUnknown(found) ? found : undefined;
}

/** Whether two plain values are the same. */
export function equal(a: Value | undefined, b: Value | undefined): boolean {
    if (a === b) {
        return true;
    }
    if (Array.isArray(a)) {
        return Array.isArray(b) && a.length === b.length && a.every((each, index) => equal(each, b[index]));
    }
    if (!isObject(a) || !isObject(b)) {
        return false;
    }
    const keys = Object.keys(a);
    return (
        keys.length === Object.keys(b).length &&
        keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
    );
}

/** A path as people write it: `spec.containers[0].image`; keys that are no identifiers are quoted. */
export function formatPath(path: Path): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") {
            return `${text}[${step}]`;
        }
        if (!/^[A-Za-z_$][\w$]*$/.test(step)) {
            return `${text}[${JSON.stringify(step)}]`;
        }
        return text ? `${text}.${step}` : step;
    }, "");
}
