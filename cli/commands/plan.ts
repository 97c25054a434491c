import { type Command, InvalidArgumentError, Option } from "commander";
import { CLOUDS, type CloudName } from "../../placement/site";
import { isPinned, renderPins } from "../placement/pinReport";
import { compareClouds } from "../plan/comparison";
import { renderComparison } from "../plan/comparisonText";
import { SCHEMA_VERSION, type CloudPlans, type PlanDocument } from "../plan/document";
import { plan } from "../plan/plan";
import { comparisonHint, renderErrors, renderPlan } from "../plan/render";
import { Progress } from "../program/progress";
import { cloudsComment, planComment } from "../report/markdown";

interface PlanOptions {
    readonly stack?: string;
    readonly cloud?: CloudName;
    readonly region?: string;
    readonly config: Readonly<Record<string, string>>;
    readonly values?: string;
    readonly baseline?: string;
    readonly allClouds?: boolean;
    readonly typecheck?: boolean;
    readonly verbose?: boolean;
    readonly json?: boolean;
    readonly pin?: boolean;
    readonly repin: readonly string[];
    readonly check?: boolean;
    readonly markdown?: boolean;
}

/** Options that look at another place than the stack's, about which its pins say nothing. */
const ELSEWHERE = ["allClouds", "cloud", "region"];

/** Adds `barycenter plan`. */
export function addPlan(program: Command): void {
    program
        .command("plan")
        .description("run a Pulumi program offline and show what it would make")
        .argument("[dir]", "folder of the program", ".")
        .option("-s, --stack <name>", "stack to plan (default: the only one, else dev)")
        .addOption(new Option("--cloud <name>", "cloud to try instead of the stack's").choices(CLOUDS))
        .option("--region <name>", "region to try instead of the stack's")
        .addOption(
            new Option("--all-clouds", "try every cloud, one after another").conflicts([
                "cloud",
                "region",
                "baseline",
            ]),
        )
        .addOption(
            new Option("-c, --config <key=value>", "configuration that overrides the stack's; repeatable")
                .argParser(keyValue)
                .default({}, "none"),
        )
        .option(
            "--values <file>",
            "YAML with config, stackReferences and invokes that can't be known offline",
        )
        .option("--baseline <file>", "earlier plan (--json) or state (pulumi stack export) to compare with")
        .option("--typecheck", "check the program's types too")
        .option("--verbose", "every resource on its own line; whole stack traces")
        .option("--json", "print a document for machines")
        .addOption(new Option("--markdown", "print a comment for a pull request").conflicts("json"))
        .addOption(new Option("--pin", "write the places into the stack's file").conflicts(ELSEWHERE))
        .addOption(
            new Option("--repin <name>", "make the place of a component anew, and --pin it; repeatable")
                .argParser((name: string, others: readonly string[]) => [...others, name])
                .default([], "none")
                .conflicts(ELSEWHERE),
        )
        .addOption(
            new Option("--check", "fail unless every component has a place and every pin is sound").conflicts(
                [...ELSEWHERE, "pin", "repin"],
            ),
        )
        .addHelpText(
            "after",
            "\nExit codes: 0 planned; 1 the program is invalid; 2 the command line is, or, with --check, a component is " +
                "unpinned or a pin stale or broken.",
        )
        .action(async (directory: string, options: PlanOptions) => {
            process.exitCode = options.allClouds
                ? await planAllClouds(directory, options)
                : await planOne(directory, options);
        });
}

async function planOne(directory: string, options: PlanOptions): Promise<number> {
    const document = await run(directory, options, options.cloud);
    print(document, options);
    if (!options.json && !options.markdown && document.errors.length === 0) {
        process.stdout.write(comparisonHint(document));
    }
    return exitCode(document, options);
}

function exitCode({ errors, pins }: PlanDocument, { check = false }: PlanOptions): number {
    if (errors.length > 0) {
        return check && errors.every((error) => error.pins) ? 2 : 1;
    }
    return check && pins && !isPinned(pins) ? 2 : 0;
}

async function planAllClouds(directory: string, options: PlanOptions): Promise<number> {
    const plans: Partial<Record<CloudName, PlanDocument>> = {};
    for (const cloud of CLOUDS) {
        const document = await run(directory, options, cloud);
        plans[cloud] = document;
        if (!options.json && !options.markdown) {
            process.stdout.write(`${"─".repeat(20)} ${cloud} ${"─".repeat(20)}\n\n`);
            print(document, options);
            process.stdout.write("\n");
        }
    }
    const all: CloudPlans = { schemaVersion: SCHEMA_VERSION, plans, comparison: compareClouds(plans) };
    if (options.json) {
        process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
    } else {
        process.stdout.write(options.markdown ? cloudsComment(all) : renderComparison(all.comparison));
    }
    return Object.values(plans).some((document) => document.errors.length > 0) ? 1 : 0;
}

async function run(
    directory: string,
    options: PlanOptions,
    cloud: CloudName | undefined,
): Promise<PlanDocument> {
    const progress = new Progress(
        cloud === undefined ? "running the program" : `running the program on ${cloud}`,
    );
    try {
        return await plan({
            directory,
            overrides: {
                config: options.config,
                ...(cloud === undefined ? {} : { cloud }),
                ...(options.region === undefined ? {} : { region: options.region }),
            },
            ...(options.stack === undefined ? {} : { stack: options.stack }),
            ...(options.values === undefined ? {} : { values: options.values }),
            ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
            ...(options.pin || options.repin.length > 0 ? { pin: { repin: options.repin } } : {}),
            typecheck: options.typecheck ?? false,
            wholeStack: options.verbose ?? false,
            onResource: (count) => progress.update(`${count} resources`),
            onOutput: (text) => progress.write(text),
        });
    } finally {
        progress.stop();
    }
}

function print(document: PlanDocument, options: PlanOptions): void {
    if (options.json) {
        process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    } else if (options.markdown) {
        process.stdout.write(planComment(document));
    } else if (document.errors.length > 0) {
        process.stderr.write(renderErrors(document.errors));
    } else {
        const { baseline, verbose = false } = options;
        process.stdout.write(
            renderPlan(document, { verbose, ...(baseline === undefined ? {} : { baseline }) }) +
                renderPins(document),
        );
    }
}

function keyValue(given: string, others: Readonly<Record<string, string>>): Record<string, string> {
    const split = given.indexOf("=");
    if (split < 1) {
        throw new InvalidArgumentError("It has the form key=value.");
    }
    return { ...others, [given.slice(0, split)]: given.slice(split + 1) };
}
