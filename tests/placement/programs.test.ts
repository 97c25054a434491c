import assert from "node:assert/strict";
import * as fc from "fast-check";
import { shippedCatalogue } from "../../placement/catalogue/load";
import { choose } from "../../placement/decide";
import type { Demand, PlacementConstraints } from "../../placement/demand";
import { derive, type Derived, type PlacementSettings } from "../../placement/derive";
import { InfeasibleError } from "../../placement/conflicts";
import { explain, type Placement } from "../../placement/explain";
import { solve } from "../../placement/solver/solve";
import { problemOf } from "../../placement/derive";
import { demands, SHAPES } from "./programs";

const CATALOGUE = shippedCatalogue();
const SITES = [
    "aws/eu-central-1",
    "aws/eu-west-1",
    "aws/us-east-1",
    "aws/ap-south-1",
    "gcp/europe-west4",
    "gcp/us-central1",
    "azure/westeurope",
    "azure/eastus",
];
const SETTINGS: PlacementSettings = { catalogue: CATALOGUE, sites: SITES };

const programs = fc
    .record({
        shape: fc.constantFrom(...SHAPES),
        count: fc.integer({ min: 2, max: 7 }),
        seed: fc.integer({ min: 1, max: 1_000_000 }),
    })
    .map(({ shape, count, seed }) => demands(shape, count, seed));

/** Conditions that one component may get. */
const conditions: fc.Arbitrary<PlacementConstraints> = fc.constantFrom<PlacementConstraints>(
    { residency: ["EU"] },
    { residency: ["US"] },
    { allow: ["gcp"] },
    { deny: ["aws/us-east-1"] },
    { deny: ["azure", "gcp/us-central1"] },
    { latency: { to: "DE", ms: 40 } },
);

/** Micro-dollars of the cheapest plan, or infinity where there is none. */
function optimum(derived: Derived): number {
    return solve(problemOf(derived)).plans[0]?.value.total ?? Infinity;
}

const optimumOf = (given: readonly Demand[], settings = SETTINGS): number => optimum(derive(given, settings));

function explained(given: readonly Demand[]): Placement | "none" {
    const derived = derive(given, SETTINGS);
    try {
        return explain(derived, choose(derived));
    } catch (error) {
        if (error instanceof InfeasibleError) {
            return "none";
        }
        throw error;
    }
}

/** The demands with other names, of which the components' ids are made. */
function renamed(given: readonly Demand[], name: (id: string) => string): Demand[] {
    const ids = given.map(({ id }) => id);
    const text = JSON.stringify(given, (_, value: unknown) =>
        typeof value === "string" && ids.includes(value) ? name(value) : value,
    );
    return JSON.parse(text) as Demand[];
}

const RUNS = { numRuns: 25 };

describe("the placement of a program", function () {
    this.timeout(120_000);

    it("never costs less when a component gets a condition", () => {
        fc.assert(
            fc.property(programs, fc.nat(), conditions, (given, which, constraints) => {
                const at = which % given.length;
                const more = given.map((demand, index) =>
                    index === at ? ({ ...demand, constraints } as Demand) : demand,
                );
                assert.ok(optimumOf(more) >= optimumOf(given));
            }),
            RUNS,
        );
    });

    it("never costs less with fewer sites, clouds or regions to choose from", () => {
        fc.assert(
            fc.property(programs, fc.nat(), (given, which) => {
                // The first site is where the data is.
                const fewer = SITES.filter((_, index) => index !== 1 + (which % (SITES.length - 1)));
                assert.ok(optimumOf(given, { ...SETTINGS, sites: fewer }) >= optimumOf(given));
                assert.ok(optimumOf(given, { ...SETTINGS, maxClouds: 1 }) >= optimumOf(given));
                assert.ok(optimumOf(given, { ...SETTINGS, maxRegions: 1 }) >= optimumOf(given));
            }),
            RUNS,
        );
    });

    it("never costs more when a job reads and writes nothing", () => {
        fc.assert(
            fc.property(programs, fc.nat(), (given, which) => {
                const jobs = given.filter(({ kind }) => kind === "job");
                fc.pre(jobs.length > 0);
                const quiet = jobs[which % jobs.length];
                const less = given.map((demand) =>
                    demand === quiet ? ({ ...demand, reads: [], writes: [] } as Demand) : demand,
                );
                assert.ok(optimumOf(less) <= optimumOf(given));
            }),
            RUNS,
        );
    });

    it("is the same under other names", () => {
        fc.assert(
            fc.property(programs, (given) => {
                const before = explained(given);
                // Names keep their order, which decides between plans that cost the same.
                const after = explained(renamed(given, (id) => `${id.split("/")[0]}/x-${id.split("/")[1]}`));
                assert.equal(after === "none", before === "none");
                if (after !== "none" && before !== "none") {
                    assert.deepEqual(
                        after.placed.map(({ site, parts }) => [site, parts]),
                        before.placed.map(({ site, parts }) => [site, parts]),
                    );
                    assert.deepEqual(after.total, before.total);
                }
            }),
            RUNS,
        );
    });

    it("is the same, reasons included, in whatever order components are declared", () => {
        fc.assert(
            fc.property(programs, fc.integer({ min: 1, max: 6 }), (given, turn) => {
                const turned = [...given.slice(turn % given.length), ...given.slice(0, turn % given.length)];
                assert.equal(JSON.stringify(explained(turned)), JSON.stringify(explained(given)));
                assert.equal(
                    JSON.stringify(explained([...given].reverse())),
                    JSON.stringify(explained(given)),
                );
            }),
            RUNS,
        );
    });

    it("is the same text ten times", () => {
        fc.assert(
            fc.property(programs, (given) => {
                const texts = Array.from({ length: 10 }, () => JSON.stringify(explained(given)));
                assert.equal(new Set(texts).size, 1);
            }),
            { numRuns: 5 },
        );
    });
});
