import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkCatalogue } from "../../placement/catalogue/check";
import {
    PRICED_CLOUDS,
    type CatalogueData,
    type PricedCloud,
    type Source,
} from "../../placement/catalogue/data";
import { withPrices, type Prices } from "../../placement/catalogue/merge";
import { machineTypes } from "../../placement/machineTypes";
import { UsageError } from "../errors";
import { awsParts } from "./aws";
import { azureParts } from "./azure";
import { Downloads, type DownloadOptions } from "./download";
import { joined, tiersOf, type Found, type Part, type Question } from "./figures";
import { gcpParts } from "./gcp";

/** What `barycenter catalog refresh` is asked for. */
export interface RefreshRequest {
    readonly clouds: readonly PricedCloud[];
    /** @default all that the catalogue knows */
    readonly regions?: readonly string[];
    /** The catalogue to lay the prices over. */
    readonly base: CatalogueData;
    /** File that gets the new catalogue. */
    readonly out: string;
    /** Folder that keeps what was downloaded until the file is written. */
    readonly cache: string;
    /** Day of the prices, `2026-11-26`. */
    readonly today: string;
    /** Key of the Cloud Billing API. */
    readonly googleKey?: string;
    /** Where the price lists are. @default the providers' own */
    readonly urls?: Partial<Readonly<Record<PricedCloud, string>>>;
    readonly download?: DownloadOptions;
    readonly onPart?: (name: string, nth: number, of: number) => void;
}

export interface RefreshReport {
    /** Figures taken from the lists, by cloud. */
    readonly taken: Readonly<Partial<Record<PricedCloud, number>>>;
    /** Figures that can't be prices, each with its reason. */
    readonly refused: readonly string[];
}

const TITLES: Readonly<Record<PricedCloud, string>> = {
    aws: "AWS bulk price lists",
    azure: "Azure retail prices",
    gcp: "Google Cloud Billing catalogue; a machine is its cores, memory and accelerators together",
};

/**
 * Rebuilds a catalogue from the providers' public price lists. What was downloaded is kept until the file is written,
 * so that a run that was cut off goes on; the file changes at once, or not at all.
 *
 * @throws UsageError (DownloadError) where a list can't be had or read, and when Google's key is missing
 */
export async function refresh(request: RefreshRequest): Promise<RefreshReport> {
    const { clouds, cache, base, today } = request;
    checkRegions(request);
    fs.mkdirSync(cache, { recursive: true });
    const downloads = new Downloads(request.download);
    const listed: (readonly [PricedCloud, readonly Part[]])[] = [];
    for (const cloud of clouds) {
        listed.push([cloud, await partsOf(cloud, request, downloads)]);
    }
    const count = listed.reduce((sum, [, parts]) => sum + parts.length, 0);
    let nth = 0;
    let data = base;
    const taken: Partial<Record<PricedCloud, number>> = {};
    const refused: string[] = [];
    for (const [cloud, parts] of listed) {
        const found: Found[] = [];
        for (const part of parts) {
            request.onPart?.(part.name, ++nth, count);
            found.push(await kept(part, cache, today));
        }
        const all = joined(found);
        const source = {
            id: `${cloud}-refresh-${today}`,
            kind: "list" as const,
            date: today,
            title: TITLES[cloud],
        };
        const figures = countOf(all);
        if (figures === 0) {
            throw new UsageError(`${TITLES[cloud]}: no figure in what came: their form may have changed`);
        }
        const laid = withPrices(data, pricesOf(cloud, source, all), today);
        data = laid.data;
        taken[cloud] = figures - laid.refused.length;
        refused.push(...laid.refused);
    }
    const problems = checkCatalogue(data);
    if (problems.length > 0) {
        throw new UsageError(["the new catalogue would be broken:", ...problems.slice(0, 10)].join("\n  - "));
    }
    write(request.out, `${JSON.stringify(data)}\n`);
    fs.rmSync(cache, { recursive: true });
    return { taken, refused };
}

async function partsOf(
    cloud: PricedCloud,
    request: RefreshRequest,
    downloads: Downloads,
): Promise<readonly Part[]> {
    const known = Object.keys(request.base.clouds[cloud].regions);
    const question: Question = {
        cloud,
        regions: known.filter((region) => request.regions?.includes(region) ?? true),
        types: new Set(machineTypes(cloud).map(({ type }) => type)),
    };
    const url = request.urls?.[cloud];
    switch (cloud) {
        case "aws":
            return awsParts(question, downloads, request.cache, url);
        case "azure":
            return azureParts(question, downloads, url);
        case "gcp":
            if (request.googleKey === undefined) {
                throw new UsageError(
                    "Google Cloud's prices need an API key with the Cloud Billing API: set GOOGLE_API_KEY, or leave the cloud out with --cloud",
                );
            }
            return gcpParts(question, request.googleKey, downloads, url);
    }
}

/** Figures of a part, from an earlier run of the same day if it got that far. */
async function kept(part: Part, cache: string, today: string): Promise<Found> {
    const file = path.join(cache, `${part.name.replace(/\W+/g, "-")}.${today}.json`);
    const known = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const end = known.indexOf("\n");
    if (end > 0 && known.slice(0, end) === hashOf(known.slice(end + 1))) {
        return JSON.parse(known.slice(end + 1)) as Found;
    }
    const found = await part.fetch();
    const text = JSON.stringify(found);
    write(file, `${hashOf(text)}\n${text}`);
    return found;
}

function hashOf(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

function pricesOf(cloud: PricedCloud, source: Source, found: Found): Prices {
    const types = new Set([...Object.keys(found.onDemand), ...Object.keys(found.spot)]);
    const machines = [...types].map((type) => [
        type,
        { onDemand: found.onDemand[type] ?? {}, spot: found.spot[type] ?? {} },
    ]);
    const internet = Object.entries(found.internet).map(([region, steps]) => [region, tiersOf(steps)]);
    return {
        cloud,
        source,
        machines: Object.fromEntries(machines) as Prices["machines"],
        storage: found.storage,
        fixed: found.fixed,
        interRegion: found.interRegion,
        internet: Object.fromEntries(internet) as Prices["internet"],
        managed: managedFactors(found),
    };
}

/** What an endpoint's machine costs over the virtual machine: the mean over a family's types and regions. */
function managedFactors({ managed, onDemand }: Found): Record<string, number> {
    const factors = new Map<string, number[]>();
    for (const [type, byRegion] of Object.entries(managed)) {
        const [family] = type.split(".");
        for (const [region, micros] of Object.entries(byRegion)) {
            const machine = onDemand[type]?.[region];
            if (machine !== undefined) {
                factors.set(family, [...(factors.get(family) ?? []), micros / machine]);
            }
        }
    }
    const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;
    return Object.fromEntries([...factors].map(([family, of]) => [family, Number(mean(of).toFixed(4))]));
}

function countOf(found: Found): number {
    const tables = [found.onDemand, found.spot, found.storage, found.fixed, found.interRegion] as const;
    const inTables = tables
        .flatMap((table) => Object.values(table))
        .reduce((sum, figures) => sum + Object.keys(figures).length, 0);
    return inTables + Object.keys(found.internet).length;
}

function checkRegions({ clouds, regions = [], base }: RefreshRequest): void {
    const known = new Set(
        PRICED_CLOUDS.filter((cloud) => clouds.includes(cloud)).flatMap((cloud) =>
            Object.keys(base.clouds[cloud].regions),
        ),
    );
    const unknown = regions.filter((region) => !known.has(region));
    if (unknown.length > 0) {
        throw new UsageError(`--region ${unknown.join(", ")}: no region of ${clouds.join(", ")}`);
    }
}

/** Written beside and moved, so that a crash never leaves half a file. */
function write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    fs.writeFileSync(temporary, text);
    fs.renameSync(temporary, file);
}
