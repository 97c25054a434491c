import * as fs from "node:fs";
import { DownloadError } from "./download";

/** A row: the field of a column, empty where there is none. */
export type Row = (column: string) => string;

/**
 * Reads an AWS price file row by row: some lines about the file come before the names of the columns.
 *
 * @throws DownloadError where it is no such file
 */
export async function rowsOf(file: string, each: (row: Row) => void): Promise<void> {
    const { parse } = require("csv-parse") as typeof import("csv-parse");
    const parser = fs.createReadStream(file).pipe(parse({ relax_column_count: true }));
    let columns: Map<string, number> | undefined;
    try {
        for await (const fields of parser as AsyncIterable<string[]>) {
            if (columns !== undefined) {
                const names = columns;
                each((column) => fields[names.get(column) ?? -1] ?? "");
            } else if (fields[0] === "SKU") {
                columns = new Map(fields.map((name, index) => [name, index]));
            }
        }
    } catch (error) {
        throw new DownloadError(`${file} is no price list: ${(error as Error).message}`);
    }
    if (columns === undefined) {
        throw new DownloadError(`${file} is no price list: no line names columns`);
    }
}
