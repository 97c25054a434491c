import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { ACCELERATOR_NAMES, accelerator } from "../../placement/accelerators";
import { Catalogue } from "../../placement/catalogue/catalogue";
import { checkCatalogue } from "../../placement/catalogue/check";
import { PRICED_CLOUDS, type CatalogueData, type PricedCloud } from "../../placement/catalogue/data";
import { shippedCatalogue, shippedData } from "../../placement/catalogue/load";
import { usedSources } from "../../placement/catalogue/merge";
import { overridesFrom } from "../../placement/catalogue/overrides";
import { continentOf } from "../../placement/geography";
import { allCpuMachines } from "../../placement/machines";
import { DEFAULT_REGION } from "../../placement/site";

const ROOT = path.join(__dirname, "..", "..");

/** Machine types of which no free list has a price: they can be named, and are never chosen by price. */
const WITHOUT_PRICE: Readonly<Record<PricedCloud, readonly string[]>> = {
    aws: ["trn2.3xlarge", "trn2.48xlarge"],
    azure: [],
    gcp: ["a3-ultragpu-8g", "a4-highgpu-8g"],
};

function types(cloud: PricedCloud): string[] {
    const accelerated = ACCELERATOR_NAMES.flatMap((name) => accelerator(name).machines[cloud] ?? []);
    return [...accelerated, ...allCpuMachines(cloud)].map(({ type }) => type);
}

/** A copy of the shipped data with a fault in it. */
function broken(fault: (clouds: Record<PricedCloud, any>) => void): string[] {
    const copy = structuredClone(shippedData()) as CatalogueData;
    fault(copy.clouds);
    return checkCatalogue(copy);
}

describe("the catalogue that the package carries", () => {
    it("is sound", () => {
        assert.deepEqual(checkCatalogue(shippedData()), []);
    });

    it("is under 1 MB", () => {
        assert.ok(fs.statSync(path.join(ROOT, "placement/catalogue/figures.json")).size < 1_000_000);
    });

    for (const cloud of PRICED_CLOUDS) {
        it(`prices every machine type of ${cloud} that can be chosen, but for those that no list has`, () => {
            const catalogue = shippedCatalogue();
            const sites = catalogue.sites().filter((site) => site.cloud === cloud);
            const without = types(cloud).filter((type) => !sites.some((site) => catalogue.sells(site, type)));
            assert.deepEqual([...new Set(without)].sort(), [...WITHOUT_PRICE[cloud]].sort());
        });

        it(`places every region of ${cloud} on a continent, with storage, transfer and a default region`, () => {
            const catalogue = shippedCatalogue();
            const sites = catalogue.sites().filter((site) => site.cloud === cloud);
            assert.ok(sites.some(({ region }) => region === DEFAULT_REGION[cloud]));
            for (const site of sites) {
                const region = catalogue.region(site);
                assert.ok(region && continentOf(region.country), site.region);
                assert.ok(catalogue.storage(site), `${site.region} storage`);
                assert.ok(catalogue.transfer(site, "internet"), `${site.region} internet`);
            }
        });
    }

    it("names for every figure a source with a kind and a date, and no source without figures", () => {
        const { sources } = shippedData();
        assert.deepEqual([...new Set(usedSources(shippedData()))].sort(), sources.map(({ id }) => id).sort());
        for (const { date, kind } of sources) {
            assert.match(date, /^\d{4}(-\d\d){0,2}$/);
            assert.match(kind, /^(list|derived|stale|assumed)$/);
        }
    });

    it("takes no figure from a share-alike source", () => {
        for (const { title } of shippedData().sources) {
            assert.doesNotMatch(title, /BY-SA|share-?alike|AGPL|GPL|spare ?cores|ODbL/i);
        }
        const scripts = path.join(ROOT, "scripts/catalogue");
        const text = fs
            .readdirSync(scripts)
            .map((file) => fs.readFileSync(path.join(scripts, file), "utf8"))
            .join("\n");
        assert.doesNotMatch(text, /2024-02\.csv|sparecores/i);
    });

    it("says of AWS prices outside us-east-1 that they are derived", () => {
        const catalogue = shippedCatalogue();
        for (const region of ["eu-west-1", "ap-south-1", "sa-east-1"]) {
            const price = catalogue.machine({ cloud: "aws", region }, "g4dn.xlarge", "onDemand");
            assert.equal(price?.source.kind, "derived", region);
        }
        const virginia = catalogue.machine({ cloud: "aws", region: "us-east-1" }, "g4dn.xlarge", "onDemand");
        assert.equal(virginia?.source.kind, "list");
    });

    it("is not read when the package is imported", () => {
        const script = `require("./index.ts");
            const read = Object.keys(require.cache).filter((file) => file.endsWith("figures.json"));
            process.stdout.write(JSON.stringify(read));`;
        const said = execFileSync(process.execPath, ["--require", "tsx/cjs", "-e", script], { cwd: ROOT });
        assert.equal(said.toString(), "[]");
    });
});

describe("a fault in a catalogue", () => {
    const faults: [string, (clouds: Record<PricedCloud, any>) => void, RegExp][] = [
        [
            "a placeholder of 700 $/h",
            ({ gcp }) => (gcp.machines["ct6e-standard-1t"].onDemand[0][1]["us-central1"] = 700_000_000),
            /^clouds\.gcp\.machines\.ct6e-standard-1t\.onDemand\.us-central1: 700 \$\/h can't be/,
        ],
        [
            "a blank price",
            ({ aws }) => (aws.machines["g6.xlarge"].onDemand[0][1]["us-east-1"] = null),
            /^clouds\.aws\.machines\.g6\.xlarge\.onDemand\.us-east-1: null is no price/,
        ],
        [
            "a price of 0",
            ({ aws }) => (aws.machines["g6.xlarge"].onDemand[0][1]["us-east-1"] = 0),
            /^clouds\.aws\.machines\.g6\.xlarge\.onDemand\.us-east-1: 0 is no price/,
        ],
        [
            "spot that costs what on-demand costs",
            ({ aws }) => {
                const { onDemand, spot } = aws.machines["g6.xlarge"];
                spot[0][1]["us-east-1"] = onDemand[0][1]["us-east-1"];
            },
            /^clouds\.aws\.machines\.g6\.xlarge\.spot\.us-east-1: spot costs as much as on-demand/,
        ],
        [
            "spot that costs more than on-demand",
            ({ aws }) => {
                const { onDemand, spot } = aws.machines["g6.xlarge"];
                spot[0][1]["us-east-1"] = onDemand[0][1]["us-east-1"] + 1;
            },
            /^clouds\.aws\.machines\.g6\.xlarge\.spot\.us-east-1: spot costs as much as on-demand/,
        ],
        [
            "a spot price in a region that lacks the type",
            ({ aws }) =>
                aws.machines["p6-b200.48xlarge"].spot.push(["aws-spot-advisor", { "eu-west-3": 30e6 }]),
            /^clouds\.aws\.machines\.p6-b200\.48xlarge\.spot\.eu-west-3: spot in a region that does not sell/,
        ],
        [
            "a region that does not exist",
            ({ azure }) => (azure.machines.Standard_NC4as_T4_v3.onDemand[0][1].atlantis = 526_000),
            /^clouds\.azure\.machines\.Standard_NC4as_T4_v3\.onDemand\.atlantis: no such region/,
        ],
        [
            "a tier that costs more than the one before it",
            ({ aws }) => {
                const tiers = aws.internet[0][1]["us-east-1"].map((step: number[]) => [...step]);
                tiers[1][1] = tiers[0][1] + 1;
                aws.internet[0][1]["us-east-1"] = tiers;
            },
            /^clouds\.aws\.internet\.us-east-1: step 2 costs more than the one before it/,
        ],
        [
            "tiers out of order",
            ({ aws }) =>
                (aws.internet[0][1]["us-east-1"] = [
                    [10, 9],
                    [5, 8],
                    [null, 7],
                ]),
            /^clouds\.aws\.internet\.us-east-1: step 2 ends at 5 GiB, not after 10/,
        ],
        [
            "a region without a way out",
            ({ gcp }) => delete gcp.internet[0][1]["us-east1"],
            /^clouds\.gcp\.internet\.us-east1: missing/,
        ],
        [
            "a figure of no source",
            ({ gcp }) => (gcp.managed[0][0] = "hearsay"),
            /^clouds\.gcp: names the source 'hearsay'/,
        ],
    ];
    for (const [name, fault, message] of faults) {
        it(`is found: ${name}`, () => {
            const problems = broken(fault);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.match(problems[0], message);
        });
    }
});

describe("what a team pays instead of the list price", () => {
    const LISTED = shippedCatalogue();
    const VIRGINIA = { cloud: "aws", region: "us-east-1" } as const;
    const IRELAND = { cloud: "aws", region: "eu-west-1" } as const;
    const EASTUS = { cloud: "azure", region: "eastus" } as const;
    const micros = (catalogue: Catalogue, site: typeof VIRGINIA | typeof IRELAND, type: string) =>
        catalogue.machine(site, type, "onDemand")?.micros;

    it("takes a discount off the machines of its family alone, and off no spot price", () => {
        const catalogue = LISTED.with(overridesFrom({ discounts: [{ family: "g6.", share: 0.2 }] }));
        assert.equal(micros(catalogue, VIRGINIA, "g6.xlarge"), 804_800 * 0.8);
        assert.equal(micros(catalogue, VIRGINIA, "g6e.xlarge"), micros(LISTED, VIRGINIA, "g6e.xlarge"));
        assert.deepEqual(
            catalogue.machine(VIRGINIA, "g6.xlarge", "spot"),
            LISTED.machine(VIRGINIA, "g6.xlarge", "spot"),
        );
    });

    it("lets the last discount that fits count, at its place alone", () => {
        const discounts = [{ share: 0.1 }, { at: "aws/eu-west-1", family: "g5", share: 0.5 }];
        const catalogue = LISTED.with(overridesFrom({ discounts }));
        const [there, here] = [micros(LISTED, IRELAND, "g5.xlarge"), micros(LISTED, VIRGINIA, "g5.xlarge")];
        assert.ok(there && here);
        assert.equal(micros(catalogue, IRELAND, "g5.xlarge"), Math.round(there * 0.5));
        assert.equal(micros(catalogue, VIRGINIA, "g5.xlarge"), Math.round(here * 0.9));
    });

    it("takes an agreed transfer price for its pair and direction alone", () => {
        const transferPrices = [{ from: "aws/us-east-1", to: "azure", dollarsPerGiB: 0.01 }];
        const catalogue = LISTED.with(overridesFrom({ transferPrices }));
        const agreed = catalogue.transfer(VIRGINIA, EASTUS);
        assert.equal(agreed?.kind === "flat" && agreed.price.micros, 10_000);
        assert.deepEqual(catalogue.transfer(EASTUS, VIRGINIA), LISTED.transfer(EASTUS, VIRGINIA));
        assert.deepEqual(catalogue.transfer(VIRGINIA, "internet"), LISTED.transfer(VIRGINIA, "internet"));
        assert.deepEqual(catalogue.transfer(VIRGINIA, VIRGINIA), { kind: "free" });
    });

    it("counts the hours of all reservations of a type at a place, up to what they hold", () => {
        const reservations = [
            { at: "aws/us-east-1", type: "g6.xlarge", count: 2 },
            { at: "aws", type: "g6.xlarge", count: 1 },
        ];
        const catalogue = LISTED.with(overridesFrom({ reservations }));
        assert.equal(catalogue.reservedHours(VIRGINIA, "g6.xlarge"), 3 * 730);
        assert.equal(catalogue.reservedHours(IRELAND, "g6.xlarge"), 730);
        assert.equal(catalogue.reservedHours(VIRGINIA, "g6.2xlarge"), 0);
        assert.equal(catalogue.reservedHours(EASTUS, "g6.xlarge"), 0);
    });
});
