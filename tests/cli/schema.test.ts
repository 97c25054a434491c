import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import Ajv from "ajv";
import { compareClouds } from "../../cli/plan/comparison";
import { SCHEMA_VERSION, type CloudPlans, type PlanDocument } from "../../cli/plan/document";
import { plan } from "../../cli/plan/plan";
import { PLAN_SCHEMA, planSchema } from "../../scripts/planSchema";
import { planned } from "./support";

const QUICKSTART = path.resolve(__dirname, "../../examples/quickstart");

/** What the schema has against a document, which is taken as JSON first: a field that is undefined is absent. */
function faults(definition: "PlanDocument" | "CloudPlans", document: object): string[] {
    const ajv = new Ajv({ allErrors: true, strict: false });
    ajv.addSchema(JSON.parse(fs.readFileSync(PLAN_SCHEMA, "utf8")) as object, "plan");
    void ajv.validate(`plan#/definitions/${definition}`, JSON.parse(JSON.stringify(document)));
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe("the schema of a plan", function () {
    this.timeout(120_000);
    let quickstart: PlanDocument;
    before(async () => {
        quickstart = await plan({ directory: QUICKSTART, stack: "aws" });
    });

    it("is the one that the types say (else: npm run schema)", () => {
        assert.deepEqual(JSON.parse(fs.readFileSync(PLAN_SCHEMA, "utf8")), planSchema());
    });

    it("takes the quickstart's plan, with its placement", () => {
        assert.ok(quickstart.placement);
        assert.deepEqual(faults("PlanDocument", quickstart), []);
    });

    it("takes a plan of an unplaced program, and one of an invalid program", async () => {
        assert.deepEqual(faults("PlanDocument", await planned("placed")), []);
        assert.deepEqual(faults("PlanDocument", await planned("mistakes")), []);
    });

    it("takes the plans of several clouds", () => {
        const plans = { aws: quickstart };
        const all: CloudPlans = { schemaVersion: SCHEMA_VERSION, plans, comparison: compareClouds(plans) };
        assert.deepEqual(faults("CloudPlans", all), []);
    });

    it("refuses a plan that lacks a field, or has one of another type", () => {
        assert.ok(quickstart.placement);
        const { total, ...without } = quickstart.placement;
        assert.ok(total.expected > 0);
        assert.match(faults("PlanDocument", { ...quickstart, placement: without }).join(), /'total'/);
        const renamed = { ...quickstart, placement: { ...quickstart.placement, holds: "yes" } };
        assert.match(faults("PlanDocument", renamed).join(), /holds must be boolean/);
    });
});
