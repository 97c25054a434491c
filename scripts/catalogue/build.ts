/**
 * Puts the catalogue together from a folder of price, region and network data:
 * `npx tsx scripts/catalogue/build.ts FOLDER YYYY-MM-DD`. Figures under share-alike licences are never read.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { CATALOGUE_SCHEMA, type CatalogueData } from "../../placement/catalogue/data";
import { awsData, awsSources } from "./aws";
import { azureData, azureSources } from "./azure";
import { gcpData, gcpSources } from "./gcp";
import { Input } from "./input";

const [folder, built] = process.argv.slice(2);
if (folder === undefined || built === undefined || !/^\d{4}-\d\d-\d\d$/.test(built)) {
    process.stderr.write("usage: build.ts FOLDER YYYY-MM-DD\n");
    process.exit(2);
}
const input = new Input(folder);
const data: CatalogueData = {
    schemaVersion: CATALOGUE_SCHEMA,
    built,
    sources: [...awsSources, ...azureSources, ...gcpSources],
    carbonSource: { aws: "aws-carbon", azure: "azure-carbon", gcp: "gcp-carbon" },
    clouds: { aws: awsData(input), azure: azureData(input), gcp: gcpData(input) },
};
const file = path.join(__dirname, "../../placement/catalogue/figures.json");
fs.writeFileSync(file, `${JSON.stringify(data)}\n`);
process.stdout.write(`${file}: ${fs.statSync(file).size} bytes\n`);
