import type { DemandOf } from "../declaration";
import type { AdoptedModelStoreArgs, ModelStoreArgs } from "./args";

/** GiB of a store whose size nobody says. */
export const DEFAULT_STORE_GIB = 100;

export function storeDemand(args: ModelStoreArgs): DemandOf<"store"> {
    return {
        kind: "store",
        sizeGiB: args.sizeGiB ?? DEFAULT_STORE_GIB,
        growthGiB: args.growthGiBPerMonth ?? 0,
        replicas: args.replicas ?? [],
        existing: false,
        move: args.move ?? false,
        replicate: args.replicate ?? false,
    };
}

export function adoptedStoreDemand(args: AdoptedModelStoreArgs): DemandOf<"store"> {
    return {
        kind: "store",
        sizeGiB: args.sizeGiB ?? DEFAULT_STORE_GIB,
        growthGiB: args.growthGiBPerMonth ?? 0,
        replicas: [],
        existing: true,
        move: args.move ?? false,
        replicate: args.replicate ?? false,
    };
}
