/**
 * Azure's retail prices: pages of JSON, without an account.
 */
import { DownloadError, type Downloads } from "./download";
import { microsOf, nothing, put, type Found, type Part, type Question } from "./figures";

export const AZURE_PRICES = "https://prices.azure.com";

interface Item {
    readonly armRegionName: string;
    readonly armSkuName: string;
    readonly skuName: string;
    readonly productName: string;
    readonly meterName: string;
    readonly retailPrice: number;
    readonly tierMinimumUnits: number;
    readonly unitOfMeasure: string;
    readonly type: string;
}

interface Page {
    readonly Items: readonly Item[];
    readonly NextPageLink: string | null;
}

/** What a region's items of a service add. */
type Reader = (items: readonly Item[], region: string, found: Found, types: ReadonlySet<string>) => void;

const READERS: Readonly<Record<string, Reader>> = {
    "Virtual Machines": machines,
    Storage: storage,
    Bandwidth: bandwidth,
};

/** One part for each service and region. */
export function azureParts({ regions, types }: Question, downloads: Downloads, base = AZURE_PRICES): Part[] {
    return Object.entries(READERS).flatMap(([service, read]) =>
        regions.map((region) => ({
            name: `azure ${service} ${region}`,
            fetch: async () => {
                const found = nothing();
                read(await itemsOf(service, region, downloads, base), region, found, types);
                return found;
            },
        })),
    );
}

async function itemsOf(service: string, region: string, downloads: Downloads, base: string): Promise<Item[]> {
    const filter = `serviceName eq '${service}' and priceType eq 'Consumption' and armRegionName eq '${region}'`;
    let url = `${base}/api/retail/prices?api-version=2023-01-01-preview&$filter=${encodeURIComponent(filter)}`;
    const items: Item[] = [];
    const seen = new Set<string>();
    // The service answers an exhausted query with an empty text, or with null.
    while (url !== "") {
        if (seen.has(url) || new URL(url).origin !== new URL(base).origin) {
            throw new DownloadError(`${base}: its pages lead to ${url}, which is none of the next`);
        }
        seen.add(url);
        const page = await downloads.json(url, isPage);
        items.push(...page.Items);
        url = page.NextPageLink ?? "";
    }
    return items;
}

function isPage(given: unknown): given is Page {
    return Array.isArray((given as Partial<Page> | null)?.Items);
}

function machines(items: readonly Item[], region: string, found: Found, types: ReadonlySet<string>): void {
    for (const { armSkuName, skuName, productName, retailPrice, unitOfMeasure, type } of items) {
        const micros = microsOf(retailPrice);
        const counts =
            types.has(armSkuName) &&
            type === "Consumption" &&
            unitOfMeasure === "1 Hour" &&
            !/Windows|Cloud ?Services/.test(productName) &&
            !/Low Priority/.test(skuName);
        if (counts && micros !== undefined) {
            put(/ Spot$/.test(skuName) ? found.spot : found.onDemand, armSkuName, region, micros);
        }
    }
}

const METERS = {
    "Hot LRS Data Stored": "standard",
    "Cool LRS Data Stored": "infrequent",
    "Archive LRS Data Stored": "archive",
} as const;

function storage(items: readonly Item[], region: string, found: Found): void {
    for (const { productName, meterName, retailPrice, tierMinimumUnits } of items) {
        const storageClass = (METERS as Readonly<Record<string, (typeof METERS)[keyof typeof METERS]>>)[
            meterName
        ];
        const micros = microsOf(retailPrice);
        if (productName !== "General Block Blob v2" || tierMinimumUnits !== 0) {
            continue;
        }
        if (storageClass !== undefined && micros !== undefined) {
            put(found.storage, storageClass, region, micros);
        }
    }
}

/** Transfer to the internet over Microsoft's network. */
function bandwidth(items: readonly Item[], region: string, found: Found): void {
    for (const { productName, meterName, tierMinimumUnits, retailPrice } of items) {
        const micros = microsOf(retailPrice);
        const counts = productName === "Rtn Preference: MGN" && meterName === "Standard Data Transfer Out";
        if (counts && micros !== undefined) {
            (found.internet[region] ??= []).push([tierMinimumUnits, micros]);
        }
    }
}
