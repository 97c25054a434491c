import assert from "node:assert/strict";
import type { SiteId } from "../../placement/site";
import { json, priceService, type Answer } from "./priceService";

const LONDON = { cloud: "aws", region: "eu-west-2" } as const satisfies SiteId;
const EASTUS = { cloud: "azure", region: "eastus" } as const satisfies SiteId;
const IOWA = { cloud: "gcp", region: "us-central1" } as const satisfies SiteId;

const COLUMNS = [
    "SKU",
    "TermType",
    "StartingRange",
    "PricePerUnit",
    "Currency",
    "Product Family",
    "Instance Type",
    "usageType",
    "From Region Code",
    "To Region Code",
    "To Location",
    "Transfer Type",
];

/** An AWS price file with these rows. */
function csv(rows: readonly Readonly<Record<string, string>>[]): string {
    const defaults: Readonly<Record<string, string>> = {
        SKU: "S",
        TermType: "OnDemand",
        StartingRange: "0",
        Currency: "USD",
    };
    const lines = rows.map((row) =>
        COLUMNS.map((column) => `"${row[column] ?? defaults[column] ?? ""}"`).join(","),
    );
    return ['"FormatVersion","v1.0"', COLUMNS.map((column) => `"${column}"`).join(","), ...lines, ""].join(
        "\n",
    );
}

const transfer = (row: Readonly<Record<string, string>>): Record<string, string> => ({
    "Product Family": "Data Transfer",
    "From Region Code": "eu-west-2",
    ...row,
});

/** Files of AWS's services for one region. */
const AWS: Readonly<Record<string, string>> = {
    AmazonEC2: csv([
        { "Product Family": "NAT Gateway", usageType: "EUW2-NatGateway-Hours", PricePerUnit: "0.05" },
        { "Product Family": "NAT Gateway", usageType: "EUW2-NatGateway-Bytes", PricePerUnit: "0.051" },
        { "Product Family": "Storage", usageType: "EUW2-EBS:VolumeUsage.gp3", PricePerUnit: "0.0928" },
        { "Product Family": "Storage", usageType: "EUW2-EBS:VolumeUsage.gp2", PricePerUnit: "0.116" },
    ]),
    AmazonS3: csv([
        { usageType: "EUW2-TimedStorage-ByteHrs", PricePerUnit: "0.024" },
        { usageType: "EUW2-TimedStorage-ByteHrs", StartingRange: "51200", PricePerUnit: "0.023" },
        { usageType: "EUW2-TimedStorage-SIA-ByteHrs", PricePerUnit: "0.0131" },
        { usageType: "EUW2-TimedStorage-INT-FA-ByteHrs", PricePerUnit: "0.9" },
    ]),
    AmazonEKS: csv([{ usageType: "EUW2-AmazonEKS-Hours:perCluster", PricePerUnit: "0.11" }]),
    AWSELB: csv([
        {
            "Product Family": "Load Balancer-Network",
            usageType: "EUW2-LoadBalancerUsage",
            PricePerUnit: "0.0236",
        },
        {
            "Product Family": "Load Balancer-Application",
            usageType: "EUW2-LoadBalancerUsage",
            PricePerUnit: "0.0265",
        },
    ]),
    AWSDataTransfer: csv([
        transfer({
            "Transfer Type": "AWS Outbound",
            "To Location": "External",
            StartingRange: "10240",
            PricePerUnit: "0.08",
        }),
        transfer({ "Transfer Type": "AWS Outbound", "To Location": "External", PricePerUnit: "0.1" }),
        transfer({
            "Transfer Type": "InterRegion Outbound",
            "To Region Code": "us-east-1",
            PricePerUnit: "0.021",
        }),
        transfer({
            "Transfer Type": "InterRegion Outbound",
            "From Region Code": "eu-west-1",
            "To Region Code": "us-east-1",
            PricePerUnit: "0.5",
        }),
    ]),
};

const aws: Answer = ({ url = "" }, response) => {
    const [, service = ""] = /aws\/(\w+)\/current/.exec(url) ?? /files\/(\w+)\//.exec(url) ?? [];
    if (url.endsWith("region_index.json")) {
        const regions =
            service in AWS ? { "eu-west-2": { currentVersionUrl: `/files/${service}/index.json` } } : {};
        json(response, { regions });
    } else {
        response.end(AWS[service]);
    }
};

describe("a refreshed catalogue", () => {
    const prices = priceService();

    it("has AWS's storage, control plane, load balancer, NAT, disks and transfer from their own files", async () => {
        prices.answer = aws;
        await prices.refresh("aws", "eu-west-2");
        const catalogue = prices.read();
        const fixed = (["controlPlane", "loadBalancer", "nat", "natGiB", "diskGiB"] as const).map(
            (key) => catalogue.fixed(LONDON, key)?.micros,
        );
        assert.deepEqual(fixed, [110_000, 23_600, 50_000, 51_000, 92_800]);
        assert.equal(catalogue.storage(LONDON)?.micros, 24_000);
        const internet = catalogue.transfer(LONDON, "internet");
        assert.ok(internet?.kind === "tiered");
        assert.deepEqual(internet.price.tiers, [
            [10_240, 100_000],
            [null, 80_000],
        ]);
        const virginia = catalogue.transfer(LONDON, { cloud: "aws", region: "us-east-1" });
        assert.ok(virginia?.kind === "flat");
        assert.equal(virginia.price.micros, 21_000);
    });

    it("keeps the price of a transfer that the list does not name", async () => {
        prices.answer = aws;
        await prices.refresh("aws", "eu-west-2");
        const tokyo = prices.read().transfer(LONDON, { cloud: "aws", region: "ap-northeast-1" });
        assert.ok(tokyo?.kind === "flat");
        assert.ok(tokyo.price.micros > 0);
        assert.notEqual(tokyo.price.source.date, "2026-11-26");
    });

    it("has Azure's storage and steps of transfer, without what is free for an account", async () => {
        const item = { armRegionName: "eastus", type: "Consumption", unitOfMeasure: "1 GB", armSkuName: "" };
        const blob = { ...item, productName: "General Block Blob v2", skuName: "Hot LRS" };
        const out = {
            ...item,
            productName: "Rtn Preference: MGN",
            skuName: "Standard",
            meterName: "Standard Data Transfer Out",
        };
        prices.answer = ({ url = "" }, response) => {
            const text = decodeURIComponent(url);
            const items = text.includes("'Storage'")
                ? [
                      { ...blob, meterName: "Hot LRS Data Stored", tierMinimumUnits: 0, retailPrice: 0.0184 },
                      {
                          ...blob,
                          meterName: "Hot LRS Data Stored",
                          tierMinimumUnits: 51_200,
                          retailPrice: 0.01,
                      },
                      {
                          ...blob,
                          meterName: "Hot LRS Write Operations",
                          tierMinimumUnits: 0,
                          retailPrice: 0.05,
                      },
                  ]
                : text.includes("'Bandwidth'")
                  ? [
                        { ...out, tierMinimumUnits: 10_340, retailPrice: 0.083 },
                        { ...out, tierMinimumUnits: 0, retailPrice: 0 },
                        { ...out, tierMinimumUnits: 100, retailPrice: 0.087 },
                    ]
                  : [];
            json(response, { Items: items, NextPageLink: null });
        };
        await prices.refresh("azure", "eastus");
        assert.equal(prices.read().storage(EASTUS)?.micros, 18_400);
        const internet = prices.read().transfer(EASTUS, "internet");
        assert.ok(internet?.kind === "tiered");
        assert.deepEqual(
            internet.price.tiers.map(([, micros]) => micros),
            [87_000, 83_000],
        );
    });

    it("has Google's spot machines and storage, beyond what is free", async () => {
        const sku = (description: string, usageType: string, unit: string, nanos: readonly number[]) => ({
            description,
            category: { resourceFamily: "", resourceGroup: "", usageType },
            serviceRegions: ["us-central1"],
            pricingInfo: [
                {
                    pricingExpression: {
                        usageUnit: unit,
                        tieredRates: nanos.map((each, index) => ({
                            startUsageAmount: index * 5,
                            unitPrice: { units: "0", nanos: each },
                        })),
                    },
                },
            ],
        });
        prices.answer = ({ url = "" }, response) =>
            json(response, {
                skus: url.includes("6F81-5844-456A")
                    ? [
                          sku("N2 Instance Core running in Iowa", "OnDemand", "h", [31_611_000]),
                          sku("N2 Instance Ram running in Iowa", "OnDemand", "GiBy.h", [4_237_000]),
                          sku(
                              "Spot Preemptible N2 Instance Core running in Iowa",
                              "Preemptible",
                              "h",
                              [7_000_000],
                          ),
                          sku(
                              "Spot Preemptible N2 Instance Ram running in Iowa",
                              "Preemptible",
                              "GiBy.h",
                              [1_000_000],
                          ),
                          sku("N2 Custom Instance Core running in Iowa", "OnDemand", "h", [99_000_000]),
                      ]
                    : [
                          sku("Standard Storage Iowa", "OnDemand", "GiBy.mo", [0, 21_000_000]),
                          sku(
                              "Standard Storage Iowa/Oregon Dual-region",
                              "OnDemand",
                              "GiBy.mo",
                              [44_000_000],
                          ),
                      ],
            });
        await prices.refresh("gcp", "us-central1");
        const machine = (purchase: "onDemand" | "spot") =>
            prices.read().machine(IOWA, "n2-standard-4", purchase)?.micros;
        assert.equal(machine("onDemand"), 4 * 31_611 + 16 * 4_237);
        assert.equal(machine("spot"), 4 * 7_000 + 16 * 1_000);
        assert.equal(prices.read().storage(IOWA)?.micros, 21_000);
    });

    it("does not ask again for what an earlier run of the day has read before it was cut off", async () => {
        let broken = true;
        prices.answer = (request, response, base, nth) => {
            if (broken && request.url?.startsWith("/files/AWSELB")) {
                response.writeHead(503).end();
            } else {
                aws(request, response, base, nth);
            }
        };
        await assert.rejects(prices.refresh("aws", "eu-west-2"), /503/);
        prices.asked = [];
        broken = false;
        await prices.refresh("aws", "eu-west-2");
        const files = prices.asked.flatMap(({ url = "" }) => /files\/(\w+)/.exec(url)?.[1] ?? []);
        assert.deepEqual(files, ["AWSELB", "AWSDataTransfer"]);
        assert.equal(prices.read().fixed(LONDON, "controlPlane")?.micros, 110_000);
    });

    it("refuses a placeholder and keeps the figure that there was", async () => {
        prices.answer = ({ url = "" }, response) => {
            const item = {
                armRegionName: "eastus",
                armSkuName: "Standard_D4s_v5",
                skuName: "D4s v5",
                productName: "Virtual Machines Dsv5 Series",
                meterName: "D4s v5",
                unitOfMeasure: "1 Hour",
                type: "Consumption",
                tierMinimumUnits: 0,
            };
            const vms = decodeURIComponent(url).includes("Virtual Machines");
            json(response, { Items: vms ? [{ ...item, retailPrice: 700 }] : [], NextPageLink: null });
        };
        const { refused } = await prices.refresh("azure", "eastus");
        assert.ok(
            refused.some((text) => /Standard_D4s_v5.*700/.test(text)),
            refused.join("\n"),
        );
        const price = prices.read().machine(EASTUS, "Standard_D4s_v5", "onDemand");
        assert.ok((price?.micros ?? Infinity) < 1_000_000);
    });
});
