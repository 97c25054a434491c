/**
 * Google Cloud's Billing catalogue: pages of SKUs, with an API key. A machine's price is that of its cores, memory and
 * accelerators together.
 */
import type { AcceleratorName } from "../../placement/accelerators";
import { machineTypes, type MachineType } from "../../placement/machineTypes";
import { DownloadError, type Downloads } from "./download";
import { nothing, put, type Found, type Part, type Question } from "./figures";

export const GCP_PRICES = "https://cloudbilling.googleapis.com";

const COMPUTE = "6F81-5844-456A";
const STORAGE = "95FF-2EF5-5EA1";

interface Sku {
    readonly description: string;
    readonly category: {
        readonly resourceFamily: string;
        readonly resourceGroup: string;
        readonly usageType: string;
    };
    readonly serviceRegions: readonly string[];
    readonly pricingInfo: readonly {
        readonly pricingExpression: {
            readonly usageUnit: string;
            readonly tieredRates: readonly {
                readonly startUsageAmount: number;
                readonly unitPrice: { readonly units?: string; readonly nanos?: number };
            }[];
        };
    }[];
}

interface Page {
    readonly skus: readonly Sku[];
    readonly nextPageToken?: string;
}

/** Both services list all regions together. */
export function gcpParts(question: Question, key: string, downloads: Downloads, base = GCP_PRICES): Part[] {
    const part = (name: string, service: string, read: typeof compute): Part => ({
        name: `gcp ${name}`,
        fetch: async () => {
            const found = nothing();
            await read(skusOf(service, key, downloads, base), question, found);
            return found;
        },
    });
    return [part("Compute Engine", COMPUTE, compute), part("Cloud Storage", STORAGE, storage)];
}

async function* skusOf(
    service: string,
    key: string,
    downloads: Downloads,
    base: string,
): AsyncGenerator<Sku> {
    let token = "";
    const seen = new Set<string>();
    do {
        const query = new URLSearchParams({ currencyCode: "USD", pageSize: "5000" });
        if (token !== "") {
            query.set("pageToken", token);
        }
        const url = `${base}/v1/services/${service}/skus?${query.toString()}`;
        if (seen.has(token)) {
            throw new DownloadError(`${url}: its pages go round in a circle`);
        }
        seen.add(token);
        // In a header, so that no message and no proxy's log holds the key.
        const page = await downloads.json(url, isPage, { "X-Goog-Api-Key": key });
        yield* page.skus;
        token = page.nextPageToken ?? "";
    } while (token !== "");
}

function isPage(given: unknown): given is Page {
    return Array.isArray((given as Partial<Page> | null)?.skus);
}

/** Micro-dollars (a fraction) of one unit, beyond what is free. */
function rateOf({ pricingInfo }: Sku): number | undefined {
    const rates = pricingInfo[0]?.pricingExpression.tieredRates ?? [];
    const { unitPrice } = rates[rates.length - 1] ?? {};
    const micros = Number(unitPrice?.units ?? 0) * 1e6 + (unitPrice?.nanos ?? 0) / 1e3;
    return micros > 0 ? micros : undefined;
}

/** How the SKUs of a family of machines begin, by the beginning of its types; the longest that fits counts. */
const FAMILIES: Readonly<Record<string, string>> = {
    "n1-standard": "N1 Predefined Instance",
    "n2-": "N2 Instance",
    "g2-": "G2 Instance",
    "a2-": "A2 Instance",
    "a3-highgpu": "A3 Instance",
    "a3-ultragpu": "A3Ultra Instance",
};

/** What the SKUs of accelerators say before the place. */
const ACCELERATOR_SKUS: readonly (readonly [AcceleratorName, RegExp])[] = [
    ["T4", /^Nvidia Tesla T4 GPU$/],
    ["L4", /^Nvidia L4 GPU$/],
    ["A100-40GB", /^Nvidia Tesla A100 GPU$/],
    ["A100-80GB", /^Nvidia Tesla A100 80GB GPU$/],
    ["H100", /^Nvidia H100 80GB GPU$/],
    ["H200", /^Nvidia H200 141GB GPU$/],
    ["B200", /^Nvidia B200 \(1 gpu slice\)$/],
    ["tpu-v5e", /^TpuV5e$/],
    ["tpu-v6e", /^TpuV6e$/],
];

/** Accelerators whose SKU holds their part of the host: TPU chips, and B200 in slices (skypilot 0.14.1, fetch_gcp.py). */
const WITH_HOST: readonly AcceleratorName[] = ["B200", "tpu-v5e", "tpu-v6e"];

type Rates = Map<string, { onDemand?: number; spot?: number }>;

async function compute(skus: AsyncIterable<Sku>, { regions, types }: Question, found: Found): Promise<void> {
    const rates: Rates = new Map();
    for await (const sku of skus) {
        const rate = rateOf(sku);
        const { what, spot } = readDescription(sku.description);
        // Some spot SKUs have the usage type of on-demand ones.
        const purchase = spot || sku.category.usageType === "Preemptible" ? "spot" : "onDemand";
        if (rate === undefined || !/^(OnDemand|Preemptible)$/.test(sku.category.usageType)) {
            continue;
        }
        for (const region of sku.serviceRegions.filter((each) => regions.includes(each))) {
            const part = partOf(what);
            if (part !== undefined) {
                const key = `${part} ${region}`;
                rates.set(key, { [purchase]: rate, ...rates.get(key) });
            }
            if (what === "Balanced PD Capacity") {
                put(found.fixed, "diskGiB", region, Math.round(rate));
            }
        }
    }
    for (const machine of machineTypes("gcp").filter(({ type }) => types.has(type))) {
        for (const region of regions) {
            for (const purchase of ["onDemand", "spot"] as const) {
                const price = priceOf(machine, region, purchase, rates);
                if (price !== undefined) {
                    put(found[purchase], machine.type, region, price);
                }
            }
        }
    }
}

/** `Nvidia L4 GPU attached to Spot Preemptible VMs running in Virginia`: what it is, without how and where. */
function readDescription(description: string): { readonly what: string; readonly spot: boolean } {
    const what = description
        .replace(/^(Spot )?Preemptible /, "")
        .replace(/ attached to (Spot )?Preemptible VMs/, "")
        .replace(/ (running )?in .*$/, "");
    return { what, spot: /preemptible/i.test(description) };
}

/** What a SKU is a part of: `N2 Instance Core`, `T4`. Reservations and sole tenants have SKUs of their own. */
function partOf(what: string): string | undefined {
    return /^\w+( Predefined)? Instance (Core|Ram)$/.test(what)
        ? what
        : ACCELERATOR_SKUS.find(([, pattern]) => pattern.test(what))?.[0];
}

function priceOf(
    { type, vcpu, memoryGiB, accelerator }: MachineType,
    region: string,
    purchase: "onDemand" | "spot",
    rates: Rates,
): number | undefined {
    const family = Object.entries(FAMILIES)
        .filter(([beginning]) => type.startsWith(beginning))
        .sort(([a], [b]) => b.length - a.length)[0]?.[1];
    const rate = (part: string): number => rates.get(`${part} ${region}`)?.[purchase] ?? NaN;
    if (accelerator && WITH_HOST.includes(accelerator.name)) {
        return micros(accelerator.machine.count * rate(accelerator.name));
    }
    return micros(
        vcpu * rate(`${family} Core`) +
            memoryGiB * rate(`${family} Ram`) +
            (accelerator ? accelerator.machine.count * rate(accelerator.name) : 0),
    );
}

function micros(amount: number): number | undefined {
    return Number.isNaN(amount) ? undefined : Math.round(amount);
}

const CLASSES = { Standard: "standard", Nearline: "infrequent", Archive: "archive" } as const;

async function storage(skus: AsyncIterable<Sku>, { regions }: Question, found: Found): Promise<void> {
    for await (const sku of skus) {
        const [, name] =
            /^(Standard|Nearline|Archive) Storage (?!.*(Dual|Multi|Early))/.exec(sku.description) ?? [];
        const [region, ...others] = sku.serviceRegions;
        const rate = rateOf(sku);
        const monthly = sku.pricingInfo[0]?.pricingExpression.usageUnit === "GiBy.mo";
        if (
            name === undefined ||
            rate === undefined ||
            !monthly ||
            others.length > 0 ||
            !regions.includes(region)
        ) {
            continue;
        }
        put(found.storage, CLASSES[name as keyof typeof CLASSES], region, Math.round(rate));
    }
}
