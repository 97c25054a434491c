/**
 * SkyPilot's catalogue: `<cloud>/vms.csv` or `<cloud>.csv` in a folder, one row a machine type and zone. Columns as
 * in skypilot 0.14.1 (catalogue v8). On Google Cloud a machine and its accelerators have rows of their own, whose
 * prices are added; the accelerator's row has no machine type.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { accelerator, type AcceleratorMachine } from "../accelerators";
import { machineTypes } from "../machineTypes";
import { MICROS_PER_DOLLAR } from "../money";
import { PRICED_CLOUDS, type CatalogueData, type PricedCloud, type Source } from "./data";
import { CatalogueError } from "./error";
import { withPrices, type MachinePrices, type Prices } from "./merge";

/** Columns that a price needs; others are ignored. */
const COLUMNS = [
    "InstanceType",
    "AcceleratorName",
    "AcceleratorCount",
    "Price",
    "SpotPrice",
    "Region",
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>> & { readonly line: number };

/**
 * A catalogue with a SkyPilot catalogue's machine prices laid over it. Its placeholders and blanks are left out.
 *
 * @throws CatalogueError that names the file and the line
 */
export function withSkypilot(base: CatalogueData, folder: string): CatalogueData {
    const files = PRICED_CLOUDS.flatMap((cloud) => {
        const file = [path.join(folder, cloud, "vms.csv"), path.join(folder, `${cloud}.csv`)].find(
            fs.existsSync,
        );
        return file === undefined ? [] : [{ cloud, file }];
    });
    if (files.length === 0) {
        throw new CatalogueError(
            `${folder} holds no SkyPilot catalogue: expected ${PRICED_CLOUDS.map((cloud) => `${cloud}/vms.csv`).join(", ")}`,
        );
    }
    return files.reduce(
        (data, { cloud, file }) => withPrices(data, pricesIn(file, cloud), data.built).data,
        base,
    );
}

function pricesIn(file: string, cloud: PricedCloud): Prices {
    const rows = rowsOf(file);
    return {
        cloud,
        source: sourceOf(file, cloud),
        machines: cloud === "gcp" ? googleMachines(file, rows) : machines(file, rows, cloud),
    };
}

/** A file's own day is the best known date of its prices. */
function sourceOf(file: string, cloud: PricedCloud): Source {
    return {
        id: `skypilot-${cloud}`,
        kind: "list",
        date: fs.statSync(file).mtime.toISOString().slice(0, 10),
        title: `the team's own SkyPilot catalogue, ${path.basename(path.dirname(file))}/${path.basename(file)}`,
    };
}

function rowsOf(file: string): Row[] {
    const { parse } = require("csv-parse/sync") as typeof import("csv-parse/sync");
    const line = (count: number) => `${file}:${count}`;
    let parsed: { readonly record: Record<string, string>; readonly info: { readonly lines: number } }[];
    try {
        parsed = parse(fs.readFileSync(file, "utf8"), {
            columns: (header: string[]) => {
                const missing = COLUMNS.filter((column) => !header.includes(column));
                if (missing.length > 0) {
                    throw new CatalogueError(`${line(1)}: no column ${missing.join(", ")}`);
                }
                return header;
            },
            bom: true,
            info: true,
            skip_empty_lines: true,
        }) as unknown as typeof parsed;
    } catch (error) {
        const { message, lines } = error as Error & { lines?: number };
        throw error instanceof CatalogueError
            ? error
            : new CatalogueError(`${line(lines ?? 1)}: no line of CSV: ${message}`);
    }
    return parsed.map(({ record, info }) => ({ ...record, line: info.lines }) as unknown as Row);
}

/** Dollars of a cell; undefined where it is blank. */
function amount(
    file: string,
    row: Row,
    column: "Price" | "SpotPrice" | "AcceleratorCount",
): number | undefined {
    const text = row[column].trim();
    if (text === "" || /^nan$/i.test(text)) {
        return undefined;
    }
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) {
        throw new CatalogueError(`${file}:${row.line}: ${column} is '${text}', not a number of dollars`);
    }
    return value;
}

/** The cheapest zone stands for a region: spot differs by zone, on-demand doesn't. */
function collect(into: Record<string, number>, region: string, dollars: number | undefined): void {
    if (dollars !== undefined && dollars > 0) {
        into[region] = Math.min(into[region] ?? Infinity, Math.round(dollars * MICROS_PER_DOLLAR));
    }
}

/** Zones whose spot price is the on-demand price have no spot market: SkyPilot copies the one to the other. */
function spotOf(file: string, row: Row): number | undefined {
    const [onDemand, spot] = [amount(file, row, "Price"), amount(file, row, "SpotPrice")];
    return spot !== undefined && onDemand !== undefined && spot >= onDemand ? undefined : spot;
}

function machines(file: string, rows: readonly Row[], cloud: PricedCloud): Record<string, MachinePrices> {
    const wanted = new Set(machineTypes(cloud).map(({ type }) => type));
    const found: Record<string, MachinePrices> = {};
    for (const row of rows) {
        const [onDemand, spot] = [amount(file, row, "Price"), spotOf(file, row)];
        if (wanted.has(row.InstanceType)) {
            const prices = (found[row.InstanceType] ??= { onDemand: {}, spot: {} });
            collect(prices.onDemand, row.Region, onDemand);
            collect(prices.spot, row.Region, spot);
        }
    }
    return found;
}

/** What SkyPilot calls a Google machine's accelerators. */
function skypilotName(
    name: string,
    { count }: AcceleratorMachine,
): { readonly name: string; readonly count: number } {
    switch (name) {
        case "A100-40GB":
            return { name: "A100", count };
        // A slice is one accelerator, whose name holds its chips.
        case "tpu-v5e":
            return { name: `tpu-v5litepod-${count}`, count: 1 };
        case "tpu-v6e":
            return { name: `tpu-v6e-${count}`, count: 1 };
        default:
            return { name, count };
    }
}

function googleMachines(file: string, rows: readonly Row[]): Record<string, MachinePrices> {
    const hosts = machines(file, rows, "gcp");
    const attached = new Map<string, MachinePrices>();
    for (const row of rows.filter(({ InstanceType }) => InstanceType === "")) {
        const key = `${row.AcceleratorName} ${amount(file, row, "AcceleratorCount") ?? 1}`;
        const prices = attached.get(key) ?? { onDemand: {}, spot: {} };
        collect(prices.onDemand, row.Region, amount(file, row, "Price"));
        collect(prices.spot, row.Region, spotOf(file, row));
        attached.set(key, prices);
    }
    for (const { type, accelerator: carried } of machineTypes("gcp")) {
        if (carried === undefined) {
            continue;
        }
        const wanted = skypilotName(carried.name, carried.machine);
        const own = attached.get(`${wanted.name} ${wanted.count}`);
        // The price of a TPU slice holds its host.
        const isSlice = accelerator(carried.name).kind === "tpu";
        const host = isSlice ? undefined : hosts[type];
        delete hosts[type];
        if (own && (host || isSlice)) {
            hosts[type] = { onDemand: sum(own.onDemand, host?.onDemand), spot: sum(own.spot, host?.spot) };
        }
    }
    return hosts;
}

function sum(a: Record<string, number>, b?: Record<string, number>): Record<string, number> {
    return b === undefined
        ? a
        : Object.fromEntries(
              Object.entries(a)
                  .filter(([region]) => region in b)
                  .map(([region, micros]) => [region, micros + b[region]]),
          );
}
