/**
 * What catalogues get wrong: placeholders such as 700 $/h, blank and negative prices, spot that costs what on-demand
 * costs, prices in regions that do not exist, steps of a tier out of order.
 */
import { machineTypes } from "../machineTypes";
import { tierProblems } from "../tiers";
import {
    CATALOGUE_SCHEMA,
    PRICED_CLOUDS,
    type CatalogueData,
    type CloudData,
    type MachineData,
    type PricedCloud,
} from "./data";

/**
 * Bounds of a believable hourly price, in micro-dollars. A CPU: from a tenth of the cheapest spot price of a vCPU to
 * five times the dearest (2026-07 lists: 0.003 to 0.12 $/h). An accelerator: 0.02 $/h (spot T4) to 40 $/h (B200).
 */
const PER_VCPU = { least: 300, most: 600_000 };
const PER_ACCELERATOR = { least: 20_000, most: 40_000_000 };

/** Problems of a parsed catalogue; empty for a sound one. */
export function checkCatalogue(given: unknown): string[] {
    if (!isRecord(given) || given.schemaVersion !== CATALOGUE_SCHEMA) {
        return [`schemaVersion: not ${CATALOGUE_SCHEMA}`];
    }
    const data = given as unknown as CatalogueData;
    const shape = shapeProblems(data);
    return shape.length > 0
        ? shape
        : PRICED_CLOUDS.flatMap((cloud) => [
              ...sourceProblems(data, cloud),
              ...machineProblems(cloud, data.clouds[cloud]),
              ...transferProblems(cloud, data.clouds[cloud]),
              ...storageProblems(cloud, data.clouds[cloud]),
          ]);
}

/** Whether an hourly price in micro-dollars can be a machine's. */
export function believable(type: string, micros: number): boolean {
    const machine = TYPES.get(type);
    if (machine === undefined) {
        return micros > 0;
    }
    const { vcpu, accelerator } = machine;
    const count = accelerator?.machine.count ?? 0;
    const least = vcpu * PER_VCPU.least;
    const most = vcpu * PER_VCPU.most + count * PER_ACCELERATOR.most;
    return micros >= (count > 0 ? count * PER_ACCELERATOR.least : least) && micros <= most;
}

const TYPES = new Map(PRICED_CLOUDS.flatMap(machineTypes).map((machine) => [machine.type, machine]));

/** True for a type that no region sells on demand. */
export function isSpotOnly(type: string): boolean {
    return TYPES.get(type)?.accelerator?.machine.spotOnly === true;
}

function shapeProblems(data: CatalogueData): string[] {
    const problems: string[] = [];
    if (typeof data.built !== "string" || !/^\d{4}-\d\d-\d\d$/.test(data.built)) {
        problems.push("built: no date");
    }
    if (!Array.isArray(data.sources)) {
        problems.push("sources: missing");
    }
    for (const cloud of PRICED_CLOUDS) {
        const parts = [
            "regions",
            "machines",
            "storage",
            "fixed",
            "managed",
            "interRegion",
            "internet",
        ] as const;
        const missing = parts.filter(
            (part) => !isRecord(data.clouds?.[cloud]?.[part]) && !Array.isArray(data.clouds?.[cloud]?.[part]),
        );
        problems.push(...missing.map((part) => `clouds.${cloud}.${part}: missing`));
    }
    return problems;
}

function sourceProblems(data: CatalogueData, cloud: PricedCloud): string[] {
    const known = new Set(data.sources.map((source) => source.id));
    const { machines, storage, fixed, managed, interRegion, internet } = data.clouds[cloud];
    const used = [
        ...Object.values(machines).flatMap(({ onDemand, spot }) => [...onDemand, ...spot]),
        ...Object.values(storage).flat(),
        ...Object.values(fixed).flat(),
        ...managed,
        ...interRegion,
        ...internet,
    ].map(([source]) => source as string);
    return [...new Set([...used, data.carbonSource[cloud]])]
        .filter((source) => !known.has(source))
        .map((source) => `clouds.${cloud}: names the source '${source}', which is not in sources`);
}

function machineProblems(cloud: PricedCloud, { machines, regions }: CloudData): string[] {
    return Object.entries(machines).flatMap(([type, data]) =>
        (["onDemand", "spot"] as const).flatMap((purchase) =>
            data[purchase].flatMap(([, figures]) =>
                Object.entries(figures).flatMap(([region, micros]) =>
                    priceProblems(type, data, purchase, region, micros, region in regions).map(
                        (problem) => `clouds.${cloud}.machines.${type}.${purchase}.${region}: ${problem}`,
                    ),
                ),
            ),
        ),
    );
}

function priceProblems(
    type: string,
    data: MachineData,
    purchase: "onDemand" | "spot",
    region: string,
    micros: unknown,
    known: boolean,
): string[] {
    if (typeof micros !== "number" || !Number.isInteger(micros) || micros <= 0) {
        return [`${JSON.stringify(micros)} is no price in whole micro-dollars an hour`];
    }
    const problems = known ? [] : ["no such region"];
    if (!believable(type, micros)) {
        problems.push(`${micros / 1e6} $/h can't be the price of a ${type}`);
    }
    const onDemand = data.onDemand.map(([, figures]) => figures[region]).find((price) => price !== undefined);
    if (purchase === "spot" && onDemand === undefined && !isSpotOnly(type)) {
        problems.push("spot in a region that does not sell the type on demand");
    }
    // What is no price on demand is told where it stands.
    if (purchase === "spot" && typeof onDemand === "number" && onDemand > 0 && micros >= onDemand) {
        problems.push(`spot costs as much as on-demand, ${onDemand / 1e6} $/h: no spot price`);
    }
    return problems;
}

function transferProblems(cloud: PricedCloud, { regions, interRegion, internet }: CloudData): string[] {
    const covered = new Set(internet.flatMap(([, figures]) => Object.keys(figures)));
    const missing = Object.keys(regions).filter((region) => !covered.has(region) && !covered.has("*"));
    return [
        ...missing.map((region) => `clouds.${cloud}.internet.${region}: missing`),
        ...internet.flatMap(([, figures]) =>
            Object.entries(figures).flatMap(([region, tiers]) =>
                tierProblems(tiers).map((problem) => `clouds.${cloud}.internet.${region}: ${problem}`),
            ),
        ),
        ...interRegion.flatMap(([, bySource]) =>
            Object.entries(bySource).flatMap(([source, figures]) =>
                Object.entries(figures)
                    .filter(([, micros]) => !Number.isInteger(micros) || micros < 0 || micros > 1_000_000)
                    .map(
                        ([to, micros]) =>
                            `clouds.${cloud}.interRegion.${source}.${to}: ${micros} micro-dollars a GiB`,
                    ),
            ),
        ),
    ];
}

function storageProblems(cloud: PricedCloud, { storage }: CloudData): string[] {
    return Object.entries(storage).flatMap(([storageClass, sourced]) =>
        sourced.flatMap(([, figures]) =>
            Object.entries(figures)
                .filter(([, micros]) => !Number.isInteger(micros) || micros <= 0 || micros > 1_000_000)
                .map(
                    ([region, micros]) =>
                        `clouds.${cloud}.storage.${storageClass}.${region}: ${micros} micro-dollars a GiB`,
                ),
        ),
    );
}

function isRecord(given: unknown): given is Record<string, unknown> {
    return typeof given === "object" && given !== null && !Array.isArray(given);
}
