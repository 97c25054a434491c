import * as path from "node:path";
import { placementConfig } from "../../components/placementConfig";
import type { Catalogue } from "../../placement/catalogue/catalogue";
import { CatalogueError, readCatalogue, shippedCatalogue } from "../../placement/catalogue/load";
import { settingsFrom, type PlacementConfig } from "../../placement/config";
import { InfeasibleError } from "../../placement/conflicts";
import { choose, type Choice } from "../../placement/decide";
import type { Demand } from "../../placement/demand";
import { derive, type Derived } from "../../placement/derive";
import { explain, type Placement } from "../../placement/explain";
import { parsePins, type Pins } from "../../placement/pins";
import { SearchLimitError } from "../../placement/solver/search";
import { reveal, type Values } from "../../testing/values";
import type { Recording } from "../monitor/recording";
import type { PlanError } from "../plan/document";
import type { ResolvedConfig } from "../project/config";
import type { Project } from "../project/project";
import { isMap } from "../project/yaml";

/** A program's placement, or why it has none. */
export type Placing =
    | {
          readonly placement: Placement;
          readonly derived: Derived;
          readonly choice: Choice;
          readonly config: PlacementConfig;
      }
    | { readonly errors: readonly PlanError[] };

/** What the program's components declared of themselves. */
export function demandsOf(recording: Recording): Demand[] {
    return [...recording.resources.values()]
        .filter(({ type }) => type.startsWith("barycenter:"))
        .map(({ inputs }) => (reveal(inputs) as Values).demand as unknown as Demand | undefined)
        .filter((demand) => demand !== undefined);
}

/** True where a component waits for its place. */
export function hasUnplaced(recording: Recording): boolean {
    return [...recording.resources.values()].some(
        ({ type, inputs }) => type.startsWith("barycenter:") && (reveal(inputs) as Values).unplaced === true,
    );
}

/** Chooses the sites that the program leaves open, and says what all of it costs. */
export function placeProgram(demands: readonly Demand[], project: Project, config: ResolvedConfig): Placing {
    const { config: placement, problems } = placementConfig(objectOf(config, "barycenter:placement") ?? {});
    if (problems.length > 0) {
        return { errors: problems.map(({ path: at, message }) => ({ message: `${at}: ${message}` })) };
    }
    try {
        const zones = Object.keys(objectOf(config, "barycenter:sites") ?? {});
        const derived = derive(demands, settingsFrom(placement, catalogueOf(placement, project), zones));
        const choice = choose(derived);
        return { placement: explain(derived, choice), derived, choice, config: placement };
    } catch (error) {
        if (error instanceof InfeasibleError) {
            return { errors: [{ message: `the program can't be placed: ${error.message}` }] };
        }
        if (error instanceof SearchLimitError || error instanceof CatalogueError) {
            return { errors: [{ message: error.message }] };
        }
        throw error;
    }
}

/** Pins in the configuration. Unsound ones are told by the components. */
export function pinsIn(config: ResolvedConfig): Pins {
    return parsePins(objectOf(config, "barycenter:pins")).pins;
}

/** The configuration with these pins beside its own. */
export function withPins(config: ResolvedConfig, pins: Pins): ResolvedConfig {
    const components = { ...pinsIn(config).components, ...pins.components };
    return {
        ...config,
        values: { ...config.values, "barycenter:pins": JSON.stringify({ ...pins, components }) },
    };
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

function catalogueOf({ catalog }: PlacementConfig, project: Project): Catalogue {
    return catalog === undefined ? shippedCatalogue() : readCatalogue(path.resolve(project.root, catalog));
}
