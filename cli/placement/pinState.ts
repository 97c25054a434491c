import { unacceptable } from "../../placement/choices";
import { isPlaceable, type Demand } from "../../placement/demand";
import { stalePins, type StackPins } from "../../placement/pins";
import type { PinState } from "../plan/document";

/** How the pins stand to the program: what has none, and which are of no use any more. */
export function pinState(demands: readonly Demand[], { own }: StackPins): PinState {
    const placeables = demands.filter(isPlaceable);
    return {
        unpinned: placeables
            .filter(({ at }) => at === undefined)
            .map(({ id }) => id)
            .sort(),
        stale: stalePins(own, demands),
        broken: placeables
            .flatMap((demand) => unacceptable(demand).map(({ text }) => ({ component: demand.id, text })))
            .sort((a, b) => (a.component < b.component ? -1 : 1)),
    };
}
