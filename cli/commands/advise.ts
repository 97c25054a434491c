import { type Command, Option } from "commander";
import { advise } from "../../placement/advise/advise";
import type { AdviceWorkload } from "../../placement/advise/workload";
import { chosenCatalogue } from "../../placement/catalogue/load";
import { placeOf } from "../../placement/demand";
import { renderAdvice } from "../advise/text";
import { serviceNamed, sitesFrom, workloadFrom, type WorkloadFlags } from "../advise/workload";
import { asUsage } from "../catalog/asUsage";
import { UsageError } from "../errors";
import { packageVersion } from "../package";
import { planProgram } from "../plan/plan";
import { renderErrors } from "../plan/render";
import { Progress } from "../program/progress";

interface AdviseOptions extends WorkloadFlags {
    readonly service?: string;
    readonly stack?: string;
    readonly at: readonly string[];
    readonly catalog?: string;
    readonly json?: boolean;
}

/** Adds `barycenter advise`. */
export function addAdvise(program: Command): void {
    const several = (value: string, others: readonly string[] | undefined): string[] => [
        ...(others ?? []),
        value,
    ];
    program
        .command("advise")
        .description("compare managed endpoint, Kubernetes, serverless and batch for one workload")
        .argument("[dir]", "folder of the program, for --service", ".")
        .option(
            "--service <name>",
            "service of the program whose arguments describe the workload; flags come first",
        )
        .option("-s, --stack <name>", "stack of the program")
        .option("--requests <n>", "requests a month")
        .option("--seconds <n>", "seconds that a replica is busy with one request (default: 2)")
        .option("--concurrency <n>", "requests that a replica handles at a time (default: 1)")
        .option("--peak <n>", "busiest hours over the average (default: 4)")
        .option("--payload <KiB>", "larger one of request and response (default: 64)")
        .option("--model <GiB>", "weights that a replica loads (default: 0)")
        .addOption(
            new Option(
                "--accelerator <name>",
                "acceptable accelerator, in order of preference; repeatable",
            ).argParser(several),
        )
        .option("--vcpu <n>", "of a replica (default without accelerator: 2)")
        .option("--memory <GiB>", "of a replica (default without accelerator: 4)")
        .option("--replicas <n>", "replicas that always run, where some are kept (default: 1)")
        .option(
            "--p95 <seconds>",
            "time within which 95 % of answers must come (default: any cold start is borne)",
        )
        .option(
            "--deadline <hours>",
            "time that requests may wait to be worked on together (default: callers wait)",
        )
        .option("--cluster", "a cluster is there anyway")
        .addOption(
            new Option(
                "--at <cloud/region>",
                "place to compare at; repeatable (default: the service's, else one region of each cloud)",
            )
                .argParser(several)
                .default([], "none"),
        )
        .option("--catalog <file>", "catalogue file in place of the package's own")
        .option("--json", "print a document for machines")
        .addHelpText(
            "after",
            "\nExit codes: 0 advised, 1 the program is invalid or nothing is possible, 2 the command line is wrong.",
        )
        .action(async (directory: string, options: AdviseOptions) => {
            process.exitCode = await run(directory, options);
        });
}

async function run(directory: string, options: AdviseOptions): Promise<number> {
    const catalogue = asUsage(() => chosenCatalogue(options.catalog, process.cwd()));
    const found =
        options.service === undefined
            ? undefined
            : await fromProgram(directory, options.service, options.stack);
    if (found && "errors" in found) {
        process.stderr.write(found.errors);
        return 1;
    }
    const workload = workloadFrom(options, found?.said ?? {});
    const sites = sitesFrom(options.at.length > 0 ? options.at : (found?.sites ?? []), catalogue);
    const advice = advise(workload, sites, catalogue);
    process.stdout.write(
        options.json
            ? `${JSON.stringify({ barycenter: packageVersion(), ...advice }, null, 2)}\n`
            : renderAdvice(advice),
    );
    return advice.recommendation ? 0 : 1;
}

async function fromProgram(
    directory: string,
    name: string,
    stack: string | undefined,
): Promise<
    | { readonly said: Partial<AdviceWorkload>; readonly sites: readonly string[] }
    | { readonly errors: string }
> {
    const progress = new Progress("running the program");
    try {
        const { document, demands } = await planProgram({
            directory,
            ...(stack === undefined ? {} : { stack }),
        });
        if (document.errors.length > 0) {
            return { errors: renderErrors(document.errors) };
        }
        const { service, said } = serviceNamed(name, demands);
        const site = document.placement?.placed.find(({ component }) => component === placeOf(service))?.site;
        if (site?.startsWith("kubernetes/")) {
            throw new UsageError(
                `--service ${name} is at ${site}, which no price list covers: name places with --at`,
            );
        }
        return { said, sites: site === undefined ? [] : [site] };
    } finally {
        progress.stop();
    }
}
