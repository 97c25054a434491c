import assert from "node:assert/strict";
import { shippedCatalogue } from "../../placement/catalogue/load";
import type { TransferPrice } from "../../placement/catalogue/catalogue";
import { dollars } from "../../placement/money";
import { formatSite, type SiteId } from "../../placement/site";
import { tieredCost } from "../../placement/tiers";

const catalogue = shippedCatalogue();
const VIRGINIA: SiteId = { cloud: "aws", region: "us-east-1" };

function cost(price: TransferPrice, gib: number): number {
    switch (price.kind) {
        case "free":
            return 0;
        case "flat":
            return Math.round(price.price.micros * gib);
        case "tiered":
            return tieredCost(price.price.tiers, gib);
    }
}

/** Steps of a price, and what lies around and far beyond them. */
function volumes(price: TransferPrice): number[] {
    const steps = price.kind === "tiered" ? price.price.tiers.flatMap(([upTo]) => upTo ?? []) : [];
    const around = steps.flatMap((step) => [step - 1, step - 0.001, step, step + 0.001, step + 1]);
    return [0, 0.001, 1, 100, ...around, 1e6, 1e7].sort((a, b) => a - b);
}

describe("what a month of transfer costs", () => {
    // What SkyPilot's steps make of these is off by hundreds of dollars; the list price of 2026-07 is this.
    for (const [gib, expected] of [
        [51_200, 4403.2],
        [60_000, 5019.2],
        [100_000, 7819.2],
    ] as const) {
        it(`is $${expected} for ${gib} GiB from AWS to the internet`, () => {
            const price = catalogue.transfer(VIRGINIA, "internet");
            assert.ok(price);
            assert.equal(dollars(cost(price, gib)), expected);
        });
    }

    it("never falls with the volume, and never jumps, between any two places of the catalogue", () => {
        const sites = catalogue.sites();
        let pairs = 0;
        for (const from of sites) {
            for (const to of [...sites, "internet" as const]) {
                const price = catalogue.transfer(from, to);
                if (price === undefined) {
                    continue;
                }
                pairs++;
                const name = `${formatSite(from)} → ${to === "internet" ? to : formatSite(to)}`;
                let [before, paid] = [0, 0];
                for (const gib of volumes(price)) {
                    const next = cost(price, gib);
                    // No GiB costs more than a dollar anywhere; what is rounded is a micro-dollar.
                    assert.ok(
                        next >= paid && next - paid <= 1e6 * (gib - before) + 1,
                        `${name} at ${gib} GiB`,
                    );
                    [before, paid] = [gib, next];
                }
            }
        }
        assert.ok(pairs > sites.length ** 2 * 0.9, `only ${pairs} pairs have a price`);
    });

    it("is nothing within a place", () => {
        for (const site of catalogue.sites()) {
            assert.deepEqual(catalogue.transfer(site, site), { kind: "free" });
        }
    });
});
