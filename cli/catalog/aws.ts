/**
 * AWS's bulk price lists: one index of regions for each service, and one file a region in CSV, without an account.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Downloads } from "./download";
import { microsOf, nothing, put, type Found, type Part, type Question } from "./figures";
import { rowsOf, type Row } from "./table";

export const AWS_PRICES = "https://pricing.us-east-1.amazonaws.com";

interface RegionIndex {
    readonly regions: Readonly<Record<string, { readonly currentVersionUrl: string }>>;
}

function isIndex(given: unknown): given is RegionIndex {
    return typeof (given as Partial<RegionIndex> | null)?.regions === "object";
}

/** What a row of a service's file adds. */
type Reader = (row: Row, region: string, found: Found, types: ReadonlySet<string>) => void;

const READERS: Readonly<Record<string, Reader>> = {
    AmazonEC2: computeRow,
    AmazonS3: storageRow,
    AmazonEKS: (row, region, found) => {
        if (row("usageType").endsWith("AmazonEKS-Hours:perCluster")) {
            fixed(found, "controlPlane", region, row);
        }
    },
    AWSELB: (row, region, found) => {
        if (
            row("Product Family") === "Load Balancer-Network" &&
            row("usageType").endsWith("LoadBalancerUsage")
        ) {
            fixed(found, "loadBalancer", region, row);
        }
    },
    AWSDataTransfer: transferRow,
    AmazonSageMaker: managedRow,
};

/** One part for each service and region. */
export async function awsParts(
    { regions, types }: Question,
    downloads: Downloads,
    folder: string,
    base = AWS_PRICES,
): Promise<Part[]> {
    const parts: Part[] = [];
    for (const [service, read] of Object.entries(READERS)) {
        const index = await downloads.json(
            `${base}/offers/v1.0/aws/${service}/current/region_index.json`,
            isIndex,
        );
        for (const region of regions.filter((each) => index.regions[each] !== undefined)) {
            const url = `${base}${index.regions[region].currentVersionUrl.replace(/\.json$/, ".csv")}`;
            parts.push({
                name: `aws ${service} ${region}`,
                fetch: async () => {
                    const file = path.join(folder, `aws-${service}-${region}.csv`);
                    await downloads.file(url, file);
                    const found = nothing();
                    await rowsOf(file, (row) => read(row, region, found, types));
                    // Some are hundreds of megabytes.
                    fs.rmSync(file);
                    return found;
                },
            });
        }
    }
    return parts;
}

function computeRow(row: Row, region: string, found: Found, types: ReadonlySet<string>): void {
    if (row("TermType") !== "OnDemand") {
        return;
    }
    const usage = row("usageType");
    switch (row("Product Family")) {
        case "Compute Instance":
        case "Compute Instance (bare metal)":
            if (
                types.has(row("Instance Type")) &&
                row("Tenancy") === "Shared" &&
                row("Operating System") === "Linux" &&
                row("Pre Installed S/W") === "NA" &&
                row("CapacityStatus") === "Used" &&
                row("MarketOption") !== "CapacityBlock"
            ) {
                set(found.onDemand, row("Instance Type"), region, row);
            }
            return;
        case "NAT Gateway":
            if (usage.endsWith("NatGateway-Hours")) {
                fixed(found, "nat", region, row);
            } else if (usage.endsWith("NatGateway-Bytes")) {
                fixed(found, "natGiB", region, row);
            }
            return;
        case "Storage":
            if (usage.endsWith("EBS:VolumeUsage.gp3")) {
                fixed(found, "diskGiB", region, row);
            }
    }
}

const STORAGE = {
    "TimedStorage-ByteHrs": "standard",
    "TimedStorage-SIA-ByteHrs": "infrequent",
    "TimedStorage-GDA-ByteHrs": "archive",
} as const;

function storageRow(row: Row, region: string, found: Found): void {
    // The first step of the month: what a store of a few TiB pays.
    if (row("TermType") !== "OnDemand" || Number(row("StartingRange")) !== 0) {
        return;
    }
    for (const [usage, storageClass] of Object.entries(STORAGE)) {
        // Regions other than us-east-1 stand before the name: `EUW1-TimedStorage-ByteHrs`.
        if (row("usageType") === usage || row("usageType").endsWith(`-${usage}`)) {
            set(found.storage, storageClass, region, row);
        }
    }
}

function transferRow(row: Row, region: string, found: Found): void {
    if (row("From Region Code") !== region || row("TermType") !== "OnDemand") {
        return;
    }
    const micros = microsOf(row("PricePerUnit"));
    if (micros === undefined) {
        return;
    }
    if (row("Transfer Type") === "InterRegion Outbound" && row("To Region Code") !== "") {
        put(found.interRegion, region, row("To Region Code"), micros);
    } else if (row("Transfer Type") === "AWS Outbound" && row("To Location") === "External") {
        (found.internet[region] ??= []).push([Number(row("StartingRange")), micros]);
    }
}

/** Machines of real-time endpoints: `ml.g5.xlarge` with `-Host:` in its usage. */
function managedRow(row: Row, region: string, found: Found): void {
    const [, type] = /(?:^|-)Host:ml\.(.+)$/.exec(row("usageType")) ?? [];
    if (type !== undefined && row("TermType") === "OnDemand") {
        set(found.managed, type, region, row);
    }
}

function fixed(found: Found, key: keyof Found["fixed"], region: string, row: Row): void {
    set(found.fixed, key, region, row);
}

function set(
    table: Partial<Record<string, Record<string, number>>>,
    key: string,
    region: string,
    row: Row,
): void {
    const micros = microsOf(row("PricePerUnit"));
    if (micros !== undefined && row("Currency") === "USD") {
        put(table, key, region, micros);
    }
}
