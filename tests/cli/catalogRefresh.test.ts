import assert from "node:assert/strict";
import * as fs from "node:fs";
import { shippedCatalogue } from "../../placement/catalogue/load";
import { json, priceService, type Answer } from "./priceService";

const ITEM = { armRegionName: "eastus", unitOfMeasure: "1 Hour", type: "Consumption", tierMinimumUnits: 0 };
const T4 = {
    ...ITEM,
    armSkuName: "Standard_NC4as_T4_v3",
    productName: "NCasT4 v3 Series",
    meterName: "NC4as T4 v3",
};
const CSV = [
    '"FormatVersion","v1.0"',
    '"OfferCode","AmazonEC2"',
    '"SKU","TermType","StartingRange","PricePerUnit","Currency","Product Family","Instance Type","Tenancy","Operating System","usageType","CapacityStatus","Pre Installed S/W","MarketOption"',
    '"A","OnDemand","0","0.9100000000","USD","Compute Instance","g6.xlarge","Shared","Linux","BoxUsage:g6.xlarge","Used","NA","OnDemand"',
    '"B","OnDemand","0","1.5000000000","USD","Compute Instance","g6.xlarge","Shared","Windows","BoxUsage:g6.xlarge","Used","NA","OnDemand"',
    '"C","Reserved","0","0.1000000000","USD","Compute Instance","g6.xlarge","Shared","Linux","BoxUsage:g6.xlarge","Used","NA","OnDemand"',
    "",
].join("\n");

describe("barycenter catalog refresh", () => {
    const prices = priceService();

    const azure: Answer = ({ url = "" }, response, at) => {
        const vms = decodeURIComponent(url).includes("Virtual Machines");
        const second = url.includes("$skip=1");
        json(response, {
            Items: !vms
                ? []
                : second
                  ? [{ ...T4, skuName: "NC4as T4 v3 Spot", retailPrice: 0.11 }]
                  : [
                        { ...T4, skuName: "NC4as T4 v3", retailPrice: 0.6 },
                        { ...T4, skuName: "NC4as T4 v3 Low Priority", retailPrice: 0.1 },
                    ],
            NextPageLink: vms && !second ? `${at}${url}&$skip=1` : null,
        });
    };

    it("follows Azure's pages to list and spot prices, and keeps the figures that the list lacks", async () => {
        prices.answer = azure;
        await prices.refresh("azure", "eastus");
        const site = { cloud: "azure", region: "eastus" } as const;
        const price = prices.read().machine(site, "Standard_NC4as_T4_v3", "onDemand");
        assert.deepEqual(
            [price?.micros, price?.source.kind, price?.source.date],
            [600_000, "list", "2026-11-26"],
        );
        assert.equal(prices.read().machine(site, "Standard_NC4as_T4_v3", "spot")?.micros, 110_000);
        assert.deepEqual(prices.read().storage(site), shippedCatalogue().storage(site));
    });

    it("asks again where a service says 429, 500 or sends a broken page", async () => {
        prices.answer = (request, response, at, nth) => {
            if (nth === 1) {
                response.writeHead(429, { "Retry-After": "0" }).end();
            } else if (nth === 2) {
                response.writeHead(500).end();
            } else if (nth === 3) {
                response.end('{"Items": [');
            } else {
                azure(request, response, at, nth);
            }
        };
        await prices.refresh("azure", "eastus", 4);
        assert.ok(fs.existsSync(prices.out));
    });

    it("leaves the file that there is when a service stays broken", async () => {
        fs.writeFileSync(prices.out, "before");
        prices.answer = (_, response) => void response.writeHead(503).end();
        await assert.rejects(prices.refresh("azure", "eastus"), /503.*tried 3 times/);
        assert.equal(fs.readFileSync(prices.out, "utf8"), "before");
    });

    it("adds Google's cores, memory and accelerators from all pages, with the key in a header alone", async () => {
        const sku = (description: string, usageType: string, nanos: number) => ({
            description,
            category: { resourceFamily: "Compute", resourceGroup: "", usageType },
            serviceRegions: ["us-central1"],
            pricingInfo: [
                {
                    pricingExpression: {
                        usageUnit: "h",
                        tieredRates: [{ startUsageAmount: 0, unitPrice: { units: "0", nanos } }],
                    },
                },
            ],
        });
        prices.answer = ({ url = "", headers }, response) => {
            assert.equal(headers["x-goog-api-key"], "secret");
            const pages = url.includes("pageToken=two")
                ? {
                      skus: [sku("Nvidia L4 GPU running in Americas", "OnDemand", 500_000_000)],
                      nextPageToken: "",
                  }
                : {
                      skus: [
                          sku("G2 Instance Core running in Americas", "OnDemand", 20_000_000),
                          sku("G2 Instance Ram running in Americas", "OnDemand", 3_000_000),
                      ],
                      nextPageToken: "two",
                  };
            json(response, url.includes("6F81-5844-456A") ? pages : { skus: [] });
        };
        await prices.refresh("gcp", "us-central1");
        const price = prices
            .read()
            .machine({ cloud: "gcp", region: "us-central1" }, "g2-standard-4", "onDemand");
        assert.equal(price?.micros, 4 * 20_000 + 16 * 3_000 + 500_000);
        assert.ok(prices.asked.every(({ url }) => !url?.includes("secret")));
    });

    it("goes on with an AWS file where its connection was cut, and reads Linux on demand alone", async () => {
        let cut = false;
        prices.answer = ({ url = "", headers }, response) => {
            if (url.endsWith("region_index.json")) {
                const regions = url.includes("AmazonEC2")
                    ? { "eu-west-2": { currentVersionUrl: "/ec2/eu-west-2/index.json" } }
                    : {};
                json(response, { regions });
            } else if (!cut) {
                cut = true;
                response.writeHead(200, { "Content-Length": CSV.length, ETag: '"v1"' });
                response.write(CSV.slice(0, 100), () => setTimeout(() => response.destroy(), 50));
            } else {
                const from = Number(/bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
                assert.equal(headers["if-range"], '"v1"');
                response.writeHead(206, {
                    ETag: '"v1"',
                    "Content-Range": `bytes ${from}-${CSV.length - 1}/${CSV.length}`,
                });
                response.end(CSV.slice(from));
            }
        };
        await prices.refresh("aws", "eu-west-2");
        const price = prices.read().machine({ cloud: "aws", region: "eu-west-2" }, "g6.xlarge", "onDemand");
        assert.equal(price?.micros, 910_000);
        assert.equal(prices.asked[prices.asked.length - 1].headers.range, "bytes=100-");
    });
});
