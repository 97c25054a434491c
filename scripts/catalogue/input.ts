import * as fs from "node:fs";
import * as path from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { parse as parseYaml } from "yaml";
import type { CloudData, Figures, PricedCloud } from "../../placement/catalogue/data";
import { distanceKm } from "../../placement/geography";

type Row = Readonly<Record<string, string>>;

/** The folder of source files, and what more than one cloud takes from it. */
export class Input {
    constructor(private readonly folder: string) {}

    csv(file: string, delimiter = ","): Row[] {
        return parseCsv(this.text(file), {
            columns: true,
            delimiter,
            skip_empty_lines: true,
            bom: true,
            relax_column_count: true,
        });
    }
    json(file: string): unknown {
        return JSON.parse(this.text(file));
    }
    yaml(file: string): unknown {
        return parseYaml(this.text(file), { maxAliasCount: -1 });
    }
    private text(file: string): string {
        return fs.readFileSync(path.join(this.folder, file), "utf8");
    }

    private readonly geography = parseCsv(fs.readFileSync(path.join(__dirname, "regions.csv"), "utf8"), {
        columns: true,
    }) as Row[];

    /** Regions of a cloud: country, place, and grams of CO2e a kWh from a function of the region. */
    regions(cloud: PricedCloud, carbon: (region: string) => number | undefined): CloudData["regions"] {
        const rows = this.geography.filter((row) => row.cloud === cloud);
        return Object.fromEntries(
            rows.map((row) => {
                const grams = carbon(row.region);
                const rounded = grams === undefined ? null : Math.round(grams);
                return [row.region, [row.country, Number(row.latitude), Number(row.longitude), rounded]];
            }),
        );
    }

    /** The region of another cloud that is nearest to each region of one, in the same country where there is one. */
    nearest(cloud: PricedCloud, other: PricedCloud): ReadonlyMap<string, string> {
        return new Map(this.neighbours(cloud, other).map(([from, to]) => [from.region, to.region]));
    }

    /** The same, for regions that have a neighbour in their own country alone. */
    nearestInCountry(cloud: PricedCloud, other: PricedCloud): ReadonlyMap<string, string> {
        const compatriots = this.neighbours(cloud, other).filter(([from, to]) => from.country === to.country);
        return new Map(compatriots.map(([from, to]) => [from.region, to.region]));
    }

    private neighbours(cloud: PricedCloud, other: PricedCloud): (readonly [Row, Row])[] {
        const place = (row: Row) => ({ latitude: Number(row.latitude), longitude: Number(row.longitude) });
        const candidates = this.geography.filter((row) => row.cloud === other);
        return this.geography
            .filter((row) => row.cloud === cloud)
            .map((row) => {
                const far = (each: Row): number =>
                    distanceKm(place(row), place(each)) + (each.country === row.country ? 0 : 5000);
                return [row, [...candidates].sort((a, b) => far(a) - far(b))[0]] as const;
            });
    }
}

export const micros = (dollars: number): number => Math.round(dollars * 1e6);

/** Figures in dollars as micro-dollars; what is not a positive number is left out. */
export function inMicros(dollars: Readonly<Record<string, number | undefined>>): Figures {
    return Object.fromEntries(
        Object.entries(dollars)
            .filter((entry): entry is [string, number] => entry[1] !== undefined && entry[1] > 0)
            .map(([key, value]) => [key, micros(value)]),
    );
}
