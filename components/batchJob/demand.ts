import type { StoreFlow } from "../../placement/demand";
import type { DemandOf } from "../declaration";
import { Dataset } from "../modelStore/model";
import { isModelStore } from "../modelStore/modelStore";
import { shareOf } from "../workloadDemand";
import type { BatchJobArgs, StorePart } from "./args";

export function jobDemand(args: BatchJobArgs): DemandOf<"job"> {
    const parallelism = args.parallelism ?? 1;
    return {
        kind: "job",
        runOn: args.runOn.placementId,
        share: shareOf(args.accelerator, args.acceleratorsPerReplica, args.resources, 4),
        completions: args.completions ?? parallelism,
        parallelism,
        runsPerMonth: args.runsPerMonth ?? (args.schedule === undefined ? 1 : runsOf(args.schedule)),
        ...(args.hoursPerRun === undefined ? {} : { hoursPerRun: args.hoursPerRun }),
        spot: args.spot ?? true,
        reads: flowsOf(args.reads, args.readGiBPerRun),
        writes: flowsOf(args.writes, args.writeGiBPerRun),
    };
}

/** Data of one run: a number for all parts together is shared out evenly. */
function flowsOf(
    given: StorePart | readonly StorePart[] | undefined,
    gibPerRun: BatchJobArgs["readGiBPerRun"],
): StoreFlow[] {
    const parts = given === undefined ? [] : ([given].flat() as StorePart[]);
    return parts.map((part) => {
        const store = isModelStore(part) ? part : part.store;
        const name = isModelStore(part) ? part.resourceName : part.name;
        const gib =
            typeof gibPerRun === "number"
                ? gibPerRun / parts.length
                : (gibPerRun?.[name] ?? gibPerRun?.[store.resourceName]);
        return {
            store: store.placementId,
            ...(gib === undefined ? {} : { gibPerRun: gib }),
            sizeGiB: part.sizeGiB,
            sized: !isModelStore(part) && (!(part instanceof Dataset) || part.sized),
        };
    });
}

const MONTHS = 12;

/** Runs a month on average over a year, which is always the same one. */
function runsOf(schedule: string): number {
    const { CronExpressionParser } = require("cron-parser") as typeof import("cron-parser");
    const until = (endDate: string): number => {
        // The library has no name for it, which Kubernetes takes for @daily.
        const runs = CronExpressionParser.parse(schedule.replace("@midnight", "@daily"), {
            currentDate: "2025-12-31T23:59:59Z",
            endDate,
            tz: "UTC",
        });
        let count = 0;
        for (; runs.hasNext(); count++) {
            runs.next();
        }
        return count;
    };
    const firstWeek = until("2026-01-07T23:59:59Z");
    // What runs many times a day is counted by the week: a year of minutes would take long.
    return (firstWeek > 7 * 24 ? firstWeek * 52 : until("2026-12-31T23:59:59Z")) / MONTHS;
}
