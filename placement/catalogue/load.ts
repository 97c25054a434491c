import * as fs from "node:fs";
import * as path from "node:path";
import { Catalogue } from "./catalogue";
import { checkCatalogue } from "./check";
import type { CatalogueData } from "./data";

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
 * A catalogue file, as `barycenter catalog refresh` writes it.
 *
 * @throws CatalogueError that names the file and all that is wrong with it
 */
export function readCatalogue(file: string): Catalogue {
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
    return new Catalogue(parsed as CatalogueData);
}

/** A catalogue that can't be used. Its message is for the person who named the file. */
export class CatalogueError extends Error {
    override readonly name = "CatalogueError";
}
