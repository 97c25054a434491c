/**
 * Writes docs/plan.schema.json: the form of what `barycenter plan --json` prints, from its types and their comments.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { createGenerator } from "ts-json-schema-generator";
import { SCHEMA_VERSION } from "../cli/plan/document";

const ROOT = path.resolve(__dirname, "..");

/** The file that holds the schema. */
export const PLAN_SCHEMA = path.join(ROOT, "docs", "plan.schema.json");

/** The schema of a plan, and of the plans of all clouds. Fields may be added, so unknown ones are allowed. */
export function planSchema(): object {
    const { definitions } = createGenerator({
        path: path.join(ROOT, "cli", "plan", "document.ts"),
        tsconfig: path.join(ROOT, "tsconfig.json"),
        type: "*",
        skipTypeCheck: true,
        additionalProperties: true,
    }).createSchema("*");
    return {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: `barycenter plan --json, schemaVersion ${SCHEMA_VERSION}`,
        anyOf: [{ $ref: "#/definitions/PlanDocument" }, { $ref: "#/definitions/CloudPlans" }],
        definitions,
    };
}

if (require.main === module) {
    fs.writeFileSync(PLAN_SCHEMA, `${JSON.stringify(planSchema(), null, 2)}\n`);
}
