/**
 * Made-up programs: stores, clusters and the jobs that join them, on the shipped
 * catalogue with all regions of three clouds. The same number gives the same program.
 */
import { shippedCatalogue } from "../../placement/catalogue/load";
import type { ClusterDemand, Demand, JobDemand, StoreDemand } from "../../placement/demand";
import { derive, problemOf, type PlacementSettings } from "../../placement/derive";
import { formatSite } from "../../placement/site";
import type { Problem } from "../../placement/solver/problem";

/** How the components hang together. `knot`: each exchanges data with each. */
export const SHAPES = ["chain", "tree", "dag", "knot"] as const;
export type Shape = (typeof SHAPES)[number];

/** Whole numbers that look random, from a seed: xorshift. */
function numbers(seed: number): (below: number) => number {
    let state = seed * 2_654_435_761 || 1;
    return (below) => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 0) % below;
    };
}

/** Stores and clusters in turns; a job on a cluster reads or writes each store that it is joined with. */
export function demands(shape: Shape, count: number, seed = 1): Demand[] {
    const next = numbers(seed + count);
    const isStore = (index: number): boolean => index % 2 === 0;
    const id = (index: number): string => `${isStore(index) ? "ModelStore" : "GpuCluster"}/c${index}`;
    const placeables = Array.from({ length: count }, (_, index): StoreDemand | ClusterDemand =>
        isStore(index)
            ? {
                  id: id(index),
                  kind: "store",
                  constraints: {},
                  sizeGiB: 100 + next(20_000),
                  growthGiB: 0,
                  replicas: [],
                  existing: false,
                  move: false,
                  replicate: false,
              }
            : {
                  id: id(index),
                  kind: "cluster",
                  constraints: {},
                  pools: [
                      {
                          name: "work",
                          accelerators: next(2) === 0 ? ["L4"] : [],
                          acceleratorsPerNode: 1,
                          vcpu: 4,
                          memoryGiB: 16,
                          min: 0,
                          max: 1 + next(20),
                          diskGiB: 100,
                      },
                  ],
                  existing: false,
                  nat: true,
              },
    );
    const joined = edges(shape, count, next).filter(([a, b]) => isStore(a) !== isStore(b));
    const jobs = joined.map(([a, b], index): JobDemand => {
        const [store, cluster] = isStore(a) ? [a, b] : [b, a];
        const pool = (placeables[cluster] as ClusterDemand).pools[0];
        const flow = { store: id(store), gibPerRun: 1 + next(400), sizeGiB: 1, sized: true };
        return {
            id: `BatchJob/j${index}`,
            kind: "job",
            constraints: {},
            runOn: id(cluster),
            share: {
                accelerators: pool?.accelerators ?? [],
                count: pool?.accelerators.length ?? 0,
                vcpu: 2,
                memoryGiB: 8,
            },
            completions: 1 + next(4),
            runsPerMonth: 30,
            hoursPerRun: 1 + next(8),
            spot: false,
            reads: a === store ? [flow] : [],
            writes: a === store ? [] : [flow],
        };
    });
    // The first store exists, as the data of most programs does.
    const [first, ...others] = placeables;
    return [...(first ? [{ ...first, at: "aws/eu-central-1" }] : []), ...others, ...jobs];
}

function edges(shape: Shape, count: number, next: (below: number) => number): [number, number][] {
    const indices = Array.from({ length: count }, (_, index) => index);
    if (shape === "knot") {
        return indices.flatMap((a) => indices.slice(0, a).map((b): [number, number] => [b, a]));
    }
    const parent = (index: number): number => {
        const choices = indices.slice(0, index).filter((other) => other % 2 !== index % 2);
        return shape === "chain" ? index - 1 : (choices[next(choices.length)] ?? 0);
    };
    const tree = indices.slice(1).map((index): [number, number] => [parent(index), index]);
    const extra = shape === "dag" ? Math.ceil(count / 5) : 0;
    return [
        ...tree,
        ...Array.from({ length: extra }, (): [number, number] => {
            const later = 1 + next(count - 1);
            return [parent(later), later];
        }),
    ];
}

export interface Limits {
    readonly maxClouds: number;
    readonly maxRegions: number;
}

/** Any place may be combined with any other. */
export const NO_LIMITS: Limits = { maxClouds: 3, maxRegions: 1000 };

/** The bare problem of a program. @param sites the first so many sites of the catalogue, evenly spread; all by default */
export function problem(made: readonly Demand[], limits: Limits = NO_LIMITS, sites?: number): Problem {
    const catalogue = shippedCatalogue();
    const all = catalogue.sites().map(formatSite);
    const some =
        sites === undefined
            ? undefined
            : all.filter(
                  (site, index) =>
                      index % Math.floor(all.length / sites) === 0 || site === "aws/eu-central-1",
              );
    const settings: PlacementSettings = {
        catalogue,
        ...(some ? { sites: some.slice(0, sites) } : {}),
        ...limits,
    };
    return problemOf(derive(made, settings));
}
