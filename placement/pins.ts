/**
 * Pins: the decisions of `barycenter plan --pin`, kept in the stack's configuration under `barycenter:pins`.
 */
import { choicesIn, unacceptable } from "./choices";
import { isPlaceable, type Demand } from "./demand";
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
        const { account, accelerators } = pin;
        if (account !== undefined && typeof account !== "string") {
            refuse(`${path}.account`, `${JSON.stringify(account)} is no text: put it in quotes`);
            continue;
        }
        if (
            accelerators !== undefined &&
            !(isRecord(accelerators) && Object.values(accelerators).every((name) => typeof name === "string"))
        ) {
            refuse(`${path}.accelerators`, "is no map from pools to accelerators");
            continue;
        }
        components[id] = pin as unknown as Pin;
    }
    return { pins: { schemaVersion: PINS_SCHEMA, components }, problems };
}

/** One pin that is written or taken away. */
export interface PinChange {
    readonly component: string;
    readonly before?: Pin;
    readonly after?: Pin;
}

/** Pins that a stack has. */
export interface StackPins {
    /** In its own configuration. */
    readonly own: Pins;
    /** In that of the stack whose pins it shares; its own come first. */
    readonly shared: Pins;
}

/**
 * The pins after a placement: those that there are, a new one for each component that nothing else places, an
 * accelerator for each choice without one that is still acceptable, and none for what the program no longer has or
 * places itself.
 *
 * @param accountAt account of the landing zone at a site, where it names one
 */
export function updatedPins(
    { own, shared }: StackPins,
    demands: readonly Demand[],
    placement: Pick<Placement, "placed">,
    accountAt: (site: string) => string | undefined,
): Pins {
    const placed = new Map(placement.placed.map((each) => [each.component, each]));
    const components: Record<string, Pin> = {};
    for (const demand of demands.filter(isPlaceable).filter(isPinnable)) {
        const { id } = demand;
        const before = own.components[id] ?? shared.components[id];
        const site = demand.at ?? placed.get(id)?.site;
        if (site === undefined) {
            continue;
        }
        const stays = before !== undefined && demand.saidBy === "pin";
        const account = stays ? before.account : accountAt(site);
        const refused = unacceptable(demand).map(({ name }) => name);
        const kept = Object.entries(demand.chosen ?? {}).filter(([name]) => !refused.includes(name));
        const accelerators = choicesIn(demand, {
            ...placed.get(id)?.accelerators,
            ...Object.fromEntries(kept),
        });
        const after: Pin = {
            site,
            ...(account === undefined ? {} : { account }),
            ...(Object.keys(accelerators).length > 0 ? { accelerators } : {}),
        };
        if (id in own.components || !stays || !same(before, after)) {
            components[id] = after;
        }
    }
    return { ...NO_PINS, components };
}

/** Pins that place nothing: their components are gone, or the program says their place itself. */
export function stalePins(own: Pins, demands: readonly Demand[]): string[] {
    const pinnable = new Set(
        demands
            .filter(isPlaceable)
            .filter(isPinnable)
            .map(({ id }) => id),
    );
    return Object.keys(own.components)
        .filter((id) => !pinnable.has(id))
        .sort();
}

/** What nothing places yet, or a pin does. */
function isPinnable({ saidBy }: Demand): boolean {
    return saidBy === undefined || saidBy === "pin";
}

/** What differs between pins, by component. */
export function changesBetween({ components: from }: Pins, { components: to }: Pins): PinChange[] {
    const ids = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return ids
        .filter((id) => !same(from[id], to[id]))
        .map((id) => ({
            component: id,
            ...(id in from ? { before: from[id] } : {}),
            ...(id in to ? { after: to[id] } : {}),
        }));
}

function same(a: Pin | undefined, b: Pin | undefined): boolean {
    const key = (pin: Pin | undefined): string =>
        pin === undefined
            ? ""
            : JSON.stringify([pin.site, pin.account, Object.entries(pin.accelerators ?? {}).sort()]);
    return key(a) === key(b);
}

function isRecord(given: unknown): given is Record<string, unknown> {
    return typeof given === "object" && given !== null && !Array.isArray(given);
}
