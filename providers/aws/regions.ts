const regions = (...names: readonly string[]): ReadonlySet<string> => new Set(names.join(" ").split(" "));

/** Regions whose offer the table below is taken from; of any other nothing is known. */
const KNOWN = regions(
    "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1",
    "ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5",
    "ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1",
    "eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1",
    "mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
);

/**
 * Regions that sell machines with accelerators, by the beginning of the machine type. Families that came later, or
 * are only sold in advance, are not in the source and so not here.
 * Source: spot prices of 2025-07 (alexei-led/spotinfo internal/spot/data/spot-advisor-data.json).
 */
const SOLD_IN: Readonly<Record<string, ReadonlySet<string>>> = {
    g4dn: regions(
        "af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1",
        "ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-south-1 eu-west-1",
        "eu-west-2 eu-west-3 me-south-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2",
    ),
    g5: regions(
        "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-2 ap-southeast-3 ca-central-1",
        "eu-central-1 eu-north-1 eu-west-1 eu-west-2 il-central-1 me-central-1 sa-east-1",
        "us-east-1 us-east-2 us-west-2",
    ),
    g6: regions(
        "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-2 ap-southeast-5 ca-central-1",
        "eu-central-1 eu-central-2 eu-north-1 eu-south-2 eu-west-2 eu-west-3 sa-east-1 us-east-1",
        "us-east-2 us-west-2",
    ),
    g6e: regions(
        "ap-northeast-1 ap-northeast-2 eu-central-1 eu-north-1 eu-south-2 us-east-1 us-east-2",
        "us-west-2",
    ),
    p4d: regions(
        "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-2 eu-central-1 eu-west-1 sa-east-1",
        "us-east-1 us-east-2 us-west-2",
    ),
    p4de: regions("ap-northeast-1 ap-southeast-1 eu-central-1 il-central-1 us-east-1 us-west-2"),
    "p5.48xlarge": regions(
        "ap-northeast-1 ap-south-1 ap-southeast-2 ca-central-1 eu-north-1 eu-west-2 sa-east-1",
        "us-east-1 us-east-2 us-west-1 us-west-2",
    ),
    p5en: regions(
        "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-3 eu-south-2 us-east-1 us-east-2",
        "us-west-1 us-west-2",
    ),
    inf2: regions(
        "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 eu-central-1 eu-north-1",
        "eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-2",
    ),
};

/** Date of what is known of the regions' offer. */
export const KNOWN_SINCE = "2025-07";

/**
 * Regions that sell a machine where this one is not known to; undefined where it sells it, or nothing is known.
 */
export function soldElsewhere(machineType: string, region: string): readonly string[] | undefined {
    const sold = SOLD_IN[machineType] ?? SOLD_IN[machineType.split(".")[0]!];
    return sold === undefined || !KNOWN.has(region) || sold.has(region) ? undefined : [...sold];
}
