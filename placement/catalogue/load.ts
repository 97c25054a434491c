import * as fs from "node:fs";
import * as path from "node:path";
import { Catalogue } from "./catalogue";
import { checkCatalogue } from "./check";
import type { CatalogueData } from "./data";
import { CatalogueError } from "./error";
import { withSkypilot } from "./skypilot";

export { CatalogueError } from "./error";

/** A catalogue of the user's own: a file, or a folder of SkyPilot's catalogue files. */
export type CatalogueChoice = string | { readonly skypilot: string };

let shipped: Catalogue | undefined;

/** The catalogue that the package carries, read when it is first asked for. */
export function shippedCatalogue(): Catalogue {
    shipped ??= new Catalogue(shippedData());
    return shipped;
}

/** Its data. It was checked when it was put together. */
export function shippedData(): CatalogueData {
    // No source file may share this name: ts-node takes `x.json` before `x.ts` for `./x`.
    return require("./figures.json") as CatalogueData;
}

/**
 * The catalogue that a configuration names, with paths from a folder; the package's own where it names none.
 *
 * @throws CatalogueError that names the file and what is wrong with it
 */
export function chosenCatalogue(choice: CatalogueChoice | undefined, folder: string): Catalogue {
    return choice === undefined ? shippedCatalogue() : new Catalogue(chosenData(choice, folder));
}

/** The data of {@link chosenCatalogue}. */
export function chosenData(choice: CatalogueChoice | undefined, folder: string): CatalogueData {
    if (choice === undefined) {
        return shippedData();
    }
    return typeof choice === "string"
        ? readData(path.resolve(folder, choice))
        : withSkypilot(shippedData(), path.resolve(folder, choice.skypilot));
}

/**
 * A catalogue file, as `barycenter catalog refresh` writes it.
 *
 * @throws CatalogueError that names the file and all that is wrong with it
 */
export function readData(file: string): CatalogueData {
    let parsed: unknown;
    try {
        parsed = JSON.parse(fs.readFileSync(file, "utf8"));
    } catch (error) {
        throw new CatalogueError(`${file} is no catalogue: ${(error as Error).message}`);
    }
    const problems = checkCatalogue(parsed);
    if (problems.length > 0) {
        const shown = problems.slice(0, 10).map((problem) => `  - ${problem}`);
        const more = problems.length > shown.length ? [`  and ${problems.length - shown.length} more`] : [];
        throw new CatalogueError(
            [`${path.basename(file)} is a broken catalogue (${file}):`, ...shown, ...more].join("\n"),
        );
    }
    return parsed as CatalogueData;
}
