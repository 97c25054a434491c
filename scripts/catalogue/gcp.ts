import type { CloudData, Figures, MachineData, Source, TierData } from "../../placement/catalogue/data";
import { continentOf, type Continent } from "../../placement/geography";
import { cloudStorage } from "./azure";
import { carbon } from "./carbon";
import { inMicros, micros, type Input } from "./input";
import { machineTypes } from "../../placement/machineTypes";

export const gcpSources: readonly Source[] = [
    {
        id: "gcp-list",
        kind: "list",
        date: "2026-07-30",
        title: "Google Cloud list prices, Cyclenerd's google-cloud-pricing-cost-calculator (Apache-2.0)",
    },
    {
        id: "gcp-gpu",
        kind: "derived",
        date: "2026-07-30",
        title: "list price of the host and the GPU's own price (T4: 2025-04) for each GPU",
    },
    {
        id: "gcp-chip",
        kind: "derived",
        date: "2026-07-30",
        title: "price of a chip in the regions where it is known (2025), times the ratio of n2-standard-8 between the regions",
    },
    {
        id: "gcp-fixed",
        kind: "list",
        date: "2026-07-30",
        title: "Cloud NAT and persistent disks of the same list; GKE and forwarding rules of infracost's golden files (Apache-2.0)",
    },
    {
        id: "gcp-managed",
        kind: "assumed",
        date: "2026-04",
        title: "Vertex AI over Compute Engine: 1.20 from one published pair of A100 prices",
    },
    {
        id: "gcp-transfer",
        kind: "list",
        date: "2026-05-06",
        title: "Google Cloud transfer within North America and within Europe",
    },
    {
        id: "gcp-transfer-far",
        kind: "stale",
        date: "2022-05",
        title: "Google Cloud transfer within and between other continents, Skyplane (Apache-2.0)",
    },
    {
        id: "gcp-carbon",
        kind: "list",
        date: "2024",
        title: carbon.title,
    },
];

/** Dollars an hour of a GPU that is billed beside its host (2025-04). */
const GPU = { T4: { onDemand: 0.35, spot: 0.14 } } as const;

/**
 * Dollars an hour of a TPU chip in one region: v6e in us-central1 (2025); v5e there is known from secondary pages
 * alone.
 */
const CHIP = {
    "tpu-v6e": { onDemand: 2.7, spot: 0.573 },
    "tpu-v5e": { onDemand: 1.2, spot: undefined },
} as const;

/** Name in the list of accelerators by region, which has zones of TPU and GPU types. */
const LISTED_AS: Readonly<Record<string, string>> = {
    T4: "nvidia-tesla-t4",
    "tpu-v5e": "ct5lp",
    "tpu-v6e": "ct6e",
};

/** Dollars a GiB between regions of two continents. */
function interRegionRate(from: Continent, fromRegion: string, to: Continent, toRegion: string): number {
    const remote = (continent: Continent, region: string): boolean =>
        continent === "oceania" || region === "asia-southeast2";
    if (from === to && (from === "northAmerica" || from === "europe")) {
        return 0.02;
    }
    if (from === to) {
        return from === "asia" && !remote(from, fromRegion) && !remote(to, toRegion) ? 0.05 : 0.08;
    }
    return remote(from, fromRegion) || remote(to, toRegion) ? 0.15 : 0.08;
}

type Prices = Readonly<Record<string, { readonly onDemand: number; readonly spot: number }>>;

export function gcpData(input: Input): CloudData {
    const offered = new Map<string, Record<string, { onDemand: number; spot: number }>>();
    for (const row of input.csv("gcp/instances.csv").filter((each) => each.Offered === "1")) {
        offered.set(row.MachineType, {
            ...offered.get(row.MachineType),
            [row.Region]: { onDemand: Number(row.OnDemandUsdPerHour), spot: Number(row.SpotUsdPerHour) },
        });
    }
    const sold = acceleratorRegions(input);
    const machines = machineTypes("gcp").map(({ type, accelerator: accelerated }) => {
        const prices = offered.get(type) ?? {};
        if (accelerated?.name === "T4") {
            return [type, withGpu(prices, accelerated.machine.count, sold("T4"))] as const;
        }
        if (accelerated?.name === "tpu-v5e" || accelerated?.name === "tpu-v6e") {
            const { name, machine } = accelerated;
            return [
                type,
                ofChips(name, machine.count, sold(name), offered.get("n2-standard-8") ?? {}),
            ] as const;
        }
        return [type, listed(prices)] as const;
    });
    const regions = input.regions("gcp", carbon.of(input, "gcp"));
    const continents = new Map(
        Object.entries(regions).map(([region, [country]]) => [region, continentOf(country) ?? "asia"]),
    );
    const bucket = cloudStorage(input);
    const inClass = (name: string): CloudData["storage"]["standard"] => [
        [
            "gcp-list",
            inMicros(
                Object.fromEntries(Object.keys(regions).map((region) => [region, bucket(name, region)])),
            ),
        ],
    ];
    return {
        regions,
        machines: Object.fromEntries(
            machines.filter(([, { onDemand }]) => onDemand.some(([, by]) => Object.keys(by).length > 0)),
        ),
        storage: {
            standard: inClass("standard"),
            infrequent: inClass("nearline"),
            archive: inClass("archiv"),
        },
        fixed: fixed(input),
        managed: [["gcp-managed", { "*": 1.2 }]],
        interRegion: interRegion(continents),
        internet: [["gcp-list", internet(input)]],
    };
}

function listed(prices: Prices): MachineData {
    const column = (which: "onDemand" | "spot"): Figures =>
        inMicros(Object.fromEntries(Object.entries(prices).map(([region, price]) => [region, price[which]])));
    return { onDemand: [["gcp-list", column("onDemand")]], spot: [["gcp-list", column("spot")]] };
}

function withGpu(host: Prices, count: number, regions: ReadonlySet<string>): MachineData {
    const column = (which: "onDemand" | "spot"): Figures =>
        inMicros(
            Object.fromEntries(
                Object.entries(host)
                    .filter(([region]) => regions.has(region))
                    .map(([region, price]) => [region, price[which] + count * GPU.T4[which]]),
            ),
        );
    return { onDemand: [["gcp-gpu", column("onDemand")]], spot: [["gcp-gpu", column("spot")]] };
}

function ofChips(
    name: keyof typeof CHIP,
    count: number,
    regions: ReadonlySet<string>,
    reference: Prices,
): MachineData {
    const column = (which: "onDemand" | "spot"): Figures =>
        inMicros(
            Object.fromEntries(
                [...regions].map((region) => {
                    const chip = CHIP[name][which];
                    const there = reference[region]?.onDemand;
                    const base = reference["us-central1"]?.onDemand;
                    const known = chip !== undefined && there !== undefined && base !== undefined;
                    return [region, known ? (count * chip * there) / base : undefined];
                }),
            ),
        );
    return { onDemand: [["gcp-chip", column("onDemand")]], spot: [["gcp-chip", column("spot")]] };
}

function acceleratorRegions(input: Input): (name: string) => ReadonlySet<string> {
    const rows = input.csv("gcp/acceleratortyperegion.csv", ";");
    return (name) => new Set(rows.filter((row) => row.NAME === LISTED_AS[name]).map((row) => row.ZONE));
}

function interRegion(continents: ReadonlyMap<string, Continent>): CloudData["interRegion"] {
    const near = (continent: Continent): boolean => continent === "northAmerica" || continent === "europe";
    const of = (source: string, from: Continent, which: (to: Continent) => boolean): Figures =>
        Object.fromEntries(
            [...continents]
                .filter(([region, to]) => region !== source && which(to))
                .map(([region, to]) => [region, micros(interRegionRate(from, source, to, region))]),
        );
    const listed = [...continents]
        .filter(([, from]) => near(from))
        .map(([source, from]) => [source, of(source, from, (to) => to === from)]);
    const far = [...continents].map(([source, from]) => [
        source,
        of(source, from, (to) => !(near(from) && to === from)),
    ]);
    return [
        ["gcp-transfer", Object.fromEntries(listed) as Record<string, Figures>],
        ["gcp-transfer-far", Object.fromEntries(far) as Record<string, Figures>],
    ];
}

interface Pricing {
    readonly compute: {
        readonly storage: {
            readonly balanced: { readonly cost: Readonly<Record<string, { readonly month: number }>> };
        };
        readonly network: {
            readonly nat: { readonly gateway: Readonly<Record<string, unknown>> };
            readonly traffic: {
                readonly egress: {
                    readonly internet: {
                        readonly cost: Readonly<
                            Record<
                                "0-1" | "1-10" | "10n",
                                Readonly<Record<string, { readonly month: number }>>
                            >
                        >;
                    };
                };
            };
        };
    };
}

function fixed(input: Input): CloudData["fixed"] {
    const { storage } = (input.yaml("gcp/pricing.yml") as Pricing).compute;
    const disks = Object.entries(storage.balanced.cost).map(
        ([region, { month }]) => [region, month] as const,
    );
    return {
        controlPlane: [["gcp-fixed", { "*": micros(0.1) }]],
        loadBalancer: [["gcp-fixed", { "*": micros(0.025) }]],
        nat: [["gcp-fixed", { "*": micros(0.0448) }]],
        natGiB: [["gcp-fixed", { "*": micros(0.045) }]],
        diskGiB: [["gcp-list", inMicros(Object.fromEntries(disks))]],
    };
}

/** Premium tier to the world without Australia and China. A step that the list prices above the one before it is raised. */
function internet(input: Input): Record<string, TierData> {
    const { cost } = (input.yaml("gcp/pricing.yml") as Pricing).compute.network.traffic.egress.internet;
    return Object.fromEntries(
        Object.keys(cost["0-1"]).map((region) => {
            const rest = cost["10n"][region].month;
            const second = Math.max(cost["1-10"][region].month, rest);
            const first = Math.max(cost["0-1"][region].month, second);
            return [
                region,
                [
                    [1_024, micros(first)],
                    [10_240, micros(second)],
                    [null, micros(rest)],
                ] as const,
            ];
        }),
    );
}
