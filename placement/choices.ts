/**
 * Accelerators where a program leaves a choice, and what a pin chose from them.
 */
import type { AcceleratorName } from "./accelerators";
import type { Demand, Placeable } from "./demand";
import { short } from "./flows";

/** Acceptable accelerators by pool, or under the component's own name for a managed endpoint. */
export function acceptableBy(demand: Placeable): Readonly<Record<string, readonly AcceleratorName[]>> {
    switch (demand.kind) {
        case "cluster":
            return Object.fromEntries(demand.pools.map(({ name, accelerators }) => [name, accelerators]));
        case "service":
            return { [short(demand.id)]: demand.share.accelerators };
        default:
            return {};
    }
}

/** Which of the accelerators, by pool or name, were a choice: a list with one entry, or none, leaves none. */
export function choicesIn(
    demand: Placeable,
    accelerators: Readonly<Record<string, string>>,
): Record<string, string> {
    const acceptable = acceptableBy(demand);
    return Object.fromEntries(
        Object.entries(accelerators).filter(([name]) => (acceptable[name] ?? []).length > 1),
    );
}

/** Chosen accelerators that the program no longer accepts. */
export function unacceptable(demand: Placeable): { readonly name: string; readonly text: string }[] {
    const acceptable = acceptableBy(demand);
    return Object.entries(demand.chosen ?? {})
        .filter(([name, chosen]) => !(acceptable[name] as readonly string[] | undefined)?.includes(chosen))
        .map(([name, chosen]) => ({
            name,
            text:
                acceptable[name] === undefined
                    ? `there is nothing named '${name}' any more that '${chosen}' was chosen for`
                    : `'${chosen}' is no longer accepted there, which accepts ${acceptable[name].join(", ") || "none"}`,
        }));
}

/** A demand that takes the accelerators that its pin chose, as far as they are still acceptable. */
export function heldTo<T extends Demand>(demand: T): T {
    const { chosen } = demand;
    if (chosen === undefined) {
        return demand;
    }
    const narrow = (name: string, list: readonly AcceleratorName[]): readonly AcceleratorName[] => {
        const found = list.filter((each) => each === chosen[name]);
        return found.length > 0 ? found : list;
    };
    if (demand.kind === "cluster") {
        const pools = demand.pools.map((pool) => ({
            ...pool,
            accelerators: narrow(pool.name, pool.accelerators),
        }));
        return { ...demand, pools };
    }
    if (demand.kind === "service") {
        const accelerators = narrow(short(demand.id), demand.share.accelerators);
        return { ...demand, share: { ...demand.share, accelerators } };
    }
    return demand;
}
