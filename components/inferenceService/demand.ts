import type { TierDefaults } from "../../providers/tier";
import type { DemandOf } from "../declaration";
import { shareOf } from "../workloadDemand";
import type { InferenceServiceArgs } from "./args";

export function serviceDemand(args: InferenceServiceArgs, defaults: TierDefaults): DemandOf<"service"> {
    const weights = args.model?.sizeGiB ?? 0;
    const min =
        args.scaling?.min ?? Math.min(defaults.minReplicas, args.scaling?.max ?? defaults.minReplicas);
    const metric = args.scaling?.metric ?? (args.accelerator === undefined ? "cpu" : "queueDepth");
    const perReplica = metric === "queueDepth" || metric === "concurrency" ? (args.scaling?.target ?? 8) : 8;
    return {
        kind: "service",
        runOn: args.runOn === "managed" ? "managed" : args.runOn.placementId,
        share: shareOf(
            args.accelerator,
            args.acceleratorsPerReplica,
            args.resources,
            Math.max(4, Math.ceil(weights * 1.5) + 2),
        ),
        replicas: { min, max: args.scaling?.max ?? Math.max(defaults.maxReplicas, min) },
        concurrency: perReplica,
        ...(args.model ? { model: { store: args.model.store.placementId, sizeGiB: weights } } : {}),
        ...(args.traffic ? { traffic: args.traffic } : {}),
        exposed: args.runOn !== "managed" && (args.expose ?? "private") !== "private",
        internet: args.expose === "internet",
    };
}
