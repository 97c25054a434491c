import { isPlaceable, type Demand } from "../../placement/demand";
import type { PinState } from "../plan/document";
import type { ResolvedConfig } from "../project/config";
import { pinsIn } from "./program";

/** Which components have no place yet, and which pins have no component any more. */
export function pinState(demands: readonly Demand[], config: ResolvedConfig): PinState {
    const { components } = pinsIn(config);
    const ids = new Set(demands.filter(isPlaceable).map(({ id }) => id));
    return {
        unpinned: demands
            .filter((demand) => isPlaceable(demand) && demand.at === undefined && !(demand.id in components))
            .map(({ id }) => id)
            .sort(),
        stale: Object.keys(components)
            .filter((id) => !ids.has(id))
            .sort(),
    };
}
