import * as fs from "node:fs";
import * as path from "node:path";
import { Option, type Command } from "commander";
import { PRICED_CLOUDS, type CatalogueData, type PricedCloud } from "../../placement/catalogue/data";
import { asUsage } from "../catalog/asUsage";
import { UsageError } from "../errors";

/** Where `refresh` writes, and what a project's configuration would name. */
const DEFAULT_FILE = path.join(".barycenter", "catalogue.json");

interface RefreshOptions {
    readonly out: string;
    readonly cloud?: readonly PricedCloud[];
    readonly region?: readonly string[];
    readonly fresh?: boolean;
}

interface ShowOptions {
    readonly file?: string;
    readonly skypilot?: string;
    readonly machine?: readonly string[];
    readonly region?: readonly string[];
    readonly json?: boolean;
}

const CONFIGURE = (file: string): string => `To plan with it, say in Pulumi.<stack>.yaml:
    config:
      barycenter:placement:
        catalog: ${file}`;

/** Adds `barycenter catalog`. */
export function addCatalog(program: Command): void {
    const catalog = program.command("catalog").description("prices that placement goes by: show, refresh");
    catalog
        .command("refresh")
        .description("read the providers' public price lists into a catalogue file")
        .option("--out <file>", "file to write, or to bring up to date", DEFAULT_FILE)
        .addOption(new Option("--cloud <cloud...>", "clouds to read (default: all)").choices(PRICED_CLOUDS))
        .option("--region <region...>", "regions to read (default: all)")
        .option("--fresh", "forget what an interrupted run has downloaded, and the file that there is")
        .addHelpText(
            "after",
            `
AWS and Azure need no account. Google Cloud needs an API key for the Cloud Billing API in GOOGLE_API_KEY.
What was downloaded is kept beside the file until it is written: an interrupted run goes on where it was.
BARYCENTER_AWS_PRICES, BARYCENTER_AZURE_PRICES and BARYCENTER_GOOGLE_PRICES name mirrors of the three services.
Figures that the lists lack keep their own source and date.`,
        )
        .action(async (options: RefreshOptions) => refreshCommand(options));
    catalog
        .command("show")
        .description("sources and dates of the figures, or prices of machines")
        .option("--file <file>", "a catalogue file (default: the package's own)")
        .option("--skypilot <folder>", "a folder of SkyPilot catalogue files")
        .option("--machine <type...>", "prices of these machine types")
        .option("--region <region...>", "prices in these regions, as eu-west-1 or aws/eu-west-1")
        .option("--json", "print a document for machines")
        .action((options: ShowOptions) => showCommand(options));
}

async function refreshCommand({ out, cloud, region, fresh }: RefreshOptions): Promise<void> {
    const { refresh } = require("../catalog/refresh") as typeof import("../catalog/refresh");
    const key = process.env.GOOGLE_API_KEY;
    const clouds = cloud ?? PRICED_CLOUDS.filter((each) => each !== "gcp" || key !== undefined);
    const cache = `${out}.download`;
    if (fresh) {
        fs.rmSync(cache, { recursive: true, force: true });
    }
    if (cloud === undefined && key === undefined) {
        say("Google Cloud's prices stay as they are: GOOGLE_API_KEY is not set");
    }
    let bytes = 0;
    const { AWS, AZURE, GOOGLE } = {
        AWS: process.env.BARYCENTER_AWS_PRICES,
        AZURE: process.env.BARYCENTER_AZURE_PRICES,
        GOOGLE: process.env.BARYCENTER_GOOGLE_PRICES,
    };
    const { taken, refused } = await refresh({
        clouds,
        ...(region ? { regions: region } : {}),
        base: baseOf(out, fresh === true),
        out,
        cache,
        today: new Date().toISOString().slice(0, 10),
        ...(key === undefined ? {} : { googleKey: key }),
        urls: {
            ...(AWS ? { aws: AWS } : {}),
            ...(AZURE ? { azure: AZURE } : {}),
            ...(GOOGLE ? { gcp: GOOGLE } : {}),
        },
        download: { onBytes: (more) => (bytes += more) },
        onPart: (name, nth, of) => say(`[${nth}/${of}] ${name} (${Math.round(bytes / 1e6)} MB so far)`),
    });
    for (const each of refused) {
        say(`left out: ${each}`);
    }
    const counts = Object.entries(taken).map(([each, figures]) => `${figures} of ${each}`);
    process.stdout.write(`${out}: figures taken: ${counts.join(", ")}\n\n${CONFIGURE(out)}\n`);
}

/** A file that is there already keeps the clouds and regions that are not asked for. */
function baseOf(out: string, fresh: boolean): CatalogueData {
    const { readData, shippedData } =
        require("../../placement/catalogue/load") as typeof import("../../placement/catalogue/load");
    return !fresh && fs.existsSync(out) ? asUsage(() => readData(out)) : shippedData();
}

function showCommand({ file, skypilot, machine, region, json }: ShowOptions): void {
    if (file !== undefined && skypilot !== undefined) {
        throw new UsageError("--file and --skypilot name two catalogues: give one");
    }
    const { chosenData } =
        require("../../placement/catalogue/load") as typeof import("../../placement/catalogue/load");
    const { Catalogue } =
        require("../../placement/catalogue/catalogue") as typeof import("../../placement/catalogue/catalogue");
    const { renderSummary, summarise } = require("../catalog/show") as typeof import("../catalog/show");
    const data = asUsage(() => chosenData(skypilot === undefined ? file : { skypilot }, process.cwd()));
    const catalogue = new Catalogue(data);
    const clouds = Object.values(data.clouds);
    known(
        "--machine",
        machine,
        clouds.flatMap(({ machines }) => Object.keys(machines)),
    );
    known(
        "--region",
        region,
        catalogue.sites().flatMap((site) => [site.region, `${site.cloud}/${site.region}`]),
    );
    const summary = summarise(data, catalogue, {
        ...(machine ? { machines: machine } : {}),
        ...(region ? { regions: region } : {}),
    });
    process.stdout.write(json ? `${JSON.stringify(summary, null, 2)}\n` : renderSummary(summary));
}

function known(option: string, given: readonly string[] = [], names: readonly string[]): void {
    const { closest } = require("fastest-levenshtein") as typeof import("fastest-levenshtein");
    for (const each of given.filter((name) => !names.includes(name))) {
        throw new UsageError(
            `${option} ${each}: the catalogue has none; did you mean ${closest(each, names)}?`,
        );
    }
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}
