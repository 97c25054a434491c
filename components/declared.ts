import type { Demand } from "../placement/demand";
import type { LogicalTags } from "../cost/tags";
import type { Customizers } from "../providers/scope";
import type { Site } from "../providers/site";
import type { Tier, TierDefaults } from "../providers/tier";
import type { Problem } from "./validation/problem";

/** What every component is told besides its own specification. */
export interface Settings {
    readonly site: Site;
    readonly tier: Tier;
    readonly defaults: TierDefaults;
    readonly tags: LogicalTags;
    readonly protect: boolean;
    readonly customize?: Customizers;
    /** Accelerators that a pin chose from lists of acceptable ones, by pool or by the component's name. */
    readonly accelerators?: Readonly<Record<string, string>>;
}

/** A component whose arguments have been checked. Nothing has been registered yet. */
export interface Declaration<Spec> {
    /** Plain inputs that the engine stores: no Output, component, secret or callback. */
    readonly registered: Record<string, unknown>;
    /** Absent while `barycenter plan` collects the mistakes of a whole program and this component has some. */
    readonly valid?: { readonly spec: Spec; readonly settings: Settings };
    /** Only its place is missing, which `barycenter plan` is about to choose. */
    readonly unplaced?: true;
    /** What placement and estimates need to know of it; absent where the arguments are unsound. */
    readonly demand?: Demand;
    /** Worth knowing, but no reason to stop. */
    readonly warnings: readonly Problem[];
}
