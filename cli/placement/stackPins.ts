/**
 * The pins that a stack has, and how they change on the way through a plan.
 */
import { nearest } from "../../components/validation/problem";
import { mergedPins, pinsOfStack } from "../../components/pins";
import { isPlaceable, placeOf, type Demand } from "../../placement/demand";
import { short } from "../../placement/flows";
import { NO_PINS, parsePins, type StackPins } from "../../placement/pins";
import { UsageError } from "../errors";
import type { ResolvedConfig } from "../project/config";
import type { Project } from "../project/project";
import { isMap } from "../project/yaml";
import { objectOf } from "./program";

/** The key of the configuration under which pins are kept. */
const PINS = "barycenter:pins";

/** Pins in a stack's configuration and in that of the stack it shares. Unsound ones are told by the components. */
export function stackPins(project: Project, config: ResolvedConfig): StackPins {
    const from = config.values["barycenter:pinsFrom"];
    return {
        own: parsePins(objectOf(config, PINS)).pins,
        shared: from === undefined ? NO_PINS : pinsOfStack(project.stackFolder, from).pins,
    };
}

/** The configuration with these pins as the stack's own. */
export function withPins(config: ResolvedConfig, pins: object): ResolvedConfig {
    return { ...config, values: { ...config.values, [PINS]: JSON.stringify(pins) } };
}

/** The configuration without its pins of some components, which are named by their ids or the last part of these. */
export function withoutPins(config: ResolvedConfig, names: readonly string[]): ResolvedConfig {
    const given = objectOf(config, PINS);
    if (names.length === 0 || !isMap(given?.components)) {
        return config;
    }
    const kept = Object.entries(given.components).filter(([id]) => !names.some((name) => isNamed(name, id)));
    return withPins(config, { ...given, components: Object.fromEntries(kept) });
}

/**
 * The demands of a program in which some components, by their ids or last names, may be anywhere.
 *
 * @param before the pins that the stack had
 * @throws UsageError for a name that no component has or that several have, and for a component that no pin may move
 */
export function released(
    demands: readonly Demand[],
    names: readonly string[],
    before: StackPins,
): readonly Demand[] {
    const ids = new Set(names.map((name) => componentNamed(name, demands, before)));
    return demands.map((demand) => {
        if (!ids.has(demand.id)) {
            return demand;
        }
        const { at: _, saidBy: __, chosen: ___, ...open } = demand;
        return open as Demand;
    });
}

function componentNamed(name: string, demands: readonly Demand[], before: StackPins): string {
    const found = demands.filter(({ id }) => id === name);
    const named = found.length > 0 ? found : demands.filter(({ id }) => isNamed(name, id));
    if (named.length > 1) {
        throw new UsageError(`--repin ${name}: several are named so: ${listed(named.map(({ id }) => id))}`);
    }
    const [demand] = named;
    if (demand === undefined) {
        const ids = demands.filter(isPlaceable).map(({ id }) => id);
        const near = nearest(name, [...new Set(demands.flatMap(({ id }) => [id, short(id)]))]);
        const hint =
            near.length > 0 ? `; did you mean ${near.map((each) => `'${each}'`).join(" or ")}?` : ".";
        throw new UsageError(`--repin ${name}: no component is named so${hint} There are ${listed(ids)}`);
    }
    const refusal = whyNot(demand, before);
    if (refusal !== undefined) {
        throw new UsageError(`--repin ${name}: ${refusal}`);
    }
    return demand.id;
}

/** Why no pin may move a component. */
function whyNot(demand: Demand, before: StackPins): string | undefined {
    const { id, at, saidBy } = demand;
    if (!isPlaceable(demand)) {
        return `${id} is where ${placeOf(demand)} is: reconsider that`;
    }
    if (saidBy === "program") {
        return `the program itself says that ${id} is at ${at}`;
    }
    if (demand.kind !== "service" && demand.existing) {
        return `${id} exists already, where it is`;
    }
    const pinned = mergedPins(before.shared, before.own).components[id];
    return demand.kind === "store" && (pinned !== undefined || saidBy === "default")
        ? `${id} may hold data at ${pinned?.site ?? at}, which a pin alone would leave behind. ` +
              "Replicate it into a second store, switch its users and retire it (docs/placement.md); " +
              `if it was never deployed, delete its pin and run \`barycenter plan --pin\``
        : undefined;
}

/** Whether a name, whole or its last part, is that of a component. */
function isNamed(name: string, id: string): boolean {
    return id === name || short(id) === name;
}

function listed(ids: readonly string[]): string {
    return ids.length === 0 ? "none" : ids.join(", ");
}
