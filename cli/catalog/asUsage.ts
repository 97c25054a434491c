import { CatalogueError } from "../../placement/catalogue/error";
import { UsageError } from "../errors";

/** Reads a catalogue that the command line names: what is wrong with it is a mistake of the command line. */
export function asUsage<T>(read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw error instanceof CatalogueError ? new UsageError(error.message) : error;
    }
}
