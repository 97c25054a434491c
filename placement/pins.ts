/**
 * Pins: the decisions of `barycenter plan --pin`, kept in the stack's configuration under `barycenter:pins`.
 */
import type { Placement } from "./explain";
import { parseSite } from "./site";

/** Version of the form; it grows when a field changes its meaning or goes. */
export const PINS_SCHEMA = 1;

/** Where a component was placed, and with which accelerators. */
export interface Pin {
    readonly site: string;
    /** Account of the landing zone that it was placed in, where one is named. */
    readonly account?: string;
    /** Accelerator by pool, or under the component's name for a managed endpoint, where the program leaves a choice. */
    readonly accelerators?: Readonly<Record<string, string>>;
}

/** Pins by component id, such as `ModelStore/weights`. */
export interface Pins {
    readonly schemaVersion: typeof PINS_SCHEMA;
    readonly components: Readonly<Record<string, Pin>>;
}

export const NO_PINS: Pins = { schemaVersion: PINS_SCHEMA, components: {} };

/** Pins as the configuration holds them, or what is wrong with them, each with its path. */
export function parsePins(given: unknown): {
    readonly pins: Pins;
    readonly problems: readonly { path: string; message: string }[];
} {
    const problems: { path: string; message: string }[] = [];
    const refuse = (path: string, message: string): void => void problems.push({ path, message });
    if (given === undefined) {
        return { pins: NO_PINS, problems };
    }
    if (!isRecord(given) || !isRecord(given.components)) {
        refuse("barycenter:pins", "is not what `barycenter plan --pin` writes: run it again");
        return { pins: NO_PINS, problems };
    }
    if (given.schemaVersion !== PINS_SCHEMA) {
        refuse(
            "barycenter:pins.schemaVersion",
            `${JSON.stringify(given.schemaVersion)} is not ${PINS_SCHEMA}: another version of barycenter wrote it`,
        );
        return { pins: NO_PINS, problems };
    }
    const components: Record<string, Pin> = {};
    for (const [id, pin] of Object.entries(given.components)) {
        const path = `barycenter:pins.components.${id}`;
        if (!isRecord(pin) || typeof pin.site !== "string") {
            refuse(path, "has no `site`");
            continue;
        }
        const parsed = parseSite(pin.site);
        if ("reason" in parsed) {
            refuse(`${path}.site`, `'${pin.site}' is no site: ${parsed.reason}`);
            continue;
        }
        components[id] = pin as unknown as Pin;
    }
    return { pins: { schemaVersion: PINS_SCHEMA, components }, problems };
}

/** What a placement pins: everything that the program itself does not fix. */
export function pinsOf(
    placement: Placement,
    fixed: (component: string) => boolean,
    accountAt: (site: string) => string | undefined,
): Pins {
    const components = placement.placed
        .filter(({ component }) => !fixed(component))
        .map(({ component, site, accelerators }): [string, Pin] => {
            const account = accountAt(site);
            return [
                component,
                {
                    site,
                    ...(account === undefined ? {} : { account }),
                    ...(Object.keys(accelerators).length > 0 ? { accelerators } : {}),
                },
            ];
        });
    return { schemaVersion: PINS_SCHEMA, components: Object.fromEntries(components) };
}

function isRecord(given: unknown): given is Record<string, unknown> {
    return typeof given === "object" && given !== null && !Array.isArray(given);
}
