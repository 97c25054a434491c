import { placementConfig } from "../../components/placementConfig";
import { CatalogueError, chosenCatalogue } from "../../placement/catalogue/load";
import { settingsFrom, type PlacementConfig } from "../../placement/config";
import { InfeasibleError } from "../../placement/conflicts";
import { choose, type Choice } from "../../placement/decide";
import { isPlaceable, type Demand } from "../../placement/demand";
import { derive, type Derived } from "../../placement/derive";
import { explain, type Placement } from "../../placement/explain";
import { driftOf, type Drift } from "../../placement/drift";
import { SearchLimitError } from "../../placement/solver/search";
import { reveal, type Values } from "../../testing/values";
import type { Recording } from "../monitor/recording";
import type { PlanError } from "../plan/document";
import type { ResolvedConfig } from "../project/config";
import type { Project } from "../project/project";
import { isMap } from "../project/yaml";
import { unknownSites } from "./unknownSites";

/** A program's placement. */
export interface Placed {
    readonly placement: Placement;
    readonly derived: Derived;
    readonly choice: Choice;
    readonly config: PlacementConfig;
}

/** A program's placement, or why it has none. */
export type Placing =
    | Placed
    | {
          readonly errors: readonly PlanError[];
          /** No mistake of one argument, but conditions that can't hold together. */
          readonly infeasible?: true;
      };

/** What the program's components declared of themselves. */
export function demandsOf(recording: Recording): Demand[] {
    return [...recording.resources.values()]
        .filter(({ type }) => type.startsWith("barycenter:"))
        .map(({ inputs }) => (reveal(inputs) as Values).demand as unknown as Demand | undefined)
        .filter((demand) => demand !== undefined);
}

/** Account of the landing zone at a site, where it names one. */
export function accountAt(site: string, config: ResolvedConfig): string | undefined {
    const zone = objectOf(config, "barycenter:sites")?.[site];
    return isMap(zone) && typeof zone.account === "string" ? zone.account : undefined;
}

/** Chooses the sites that the program leaves open, and says what all of it costs. */
export function placeProgram(demands: readonly Demand[], project: Project, config: ResolvedConfig): Placing {
    const { config: placement, problems } = placementConfig(objectOf(config, "barycenter:placement") ?? {});
    if (problems.length > 0) {
        return { errors: problems.map(({ path: at, message }) => ({ message: `${at}: ${message}` })) };
    }
    try {
        const zones = Object.keys(objectOf(config, "barycenter:sites") ?? {});
        const catalogue = chosenCatalogue(placement.catalog, project.root);
        // Where all is placed, a region that the catalogue does not know yet is worth a warning, not an error.
        const unknown = demands.some(isOpen) ? unknownSites(demands, placement, catalogue) : [];
        if (unknown.length > 0) {
            return { errors: unknown };
        }
        const derived = derive(demands, settingsFrom(placement, catalogue, zones));
        const choice = choose(derived);
        return { placement: explain(derived, choice), derived, choice, config: placement };
    } catch (error) {
        if (error instanceof InfeasibleError) {
            return {
                errors: [{ message: `the program can't be placed: ${error.message}` }],
                infeasible: true,
            };
        }
        if (error instanceof SearchLimitError || error instanceof CatalogueError) {
            return { errors: [{ message: error.message }] };
        }
        throw error;
    }
}

/** How far the sites that a program has are from the best ones; undefined where that can't be told. */
export function driftIn(
    { placement, derived, config }: Placed,
    demands: readonly Demand[],
): Drift | undefined {
    try {
        return driftOf(demands, derived.settings, placement.total.expected, config.minSaving);
    } catch (error) {
        // What is pinned may go beyond the limits on clouds and regions, within which nothing better need exist.
        if (error instanceof InfeasibleError || error instanceof SearchLimitError) {
            return undefined;
        }
        throw error;
    }
}

/** True where nothing says a component's place. */
export function isOpen(demand: Demand): boolean {
    return isPlaceable(demand) && demand.at === undefined;
}

/** A structured value of the configuration. */
export function objectOf(config: ResolvedConfig, key: string): Record<string, unknown> | undefined {
    const text = config.values[key];
    if (text === undefined) {
        return undefined;
    }
    try {
        const parsed: unknown = JSON.parse(text);
        return isMap(parsed) ? parsed : undefined;
    } catch {
        return undefined;
    }
}
