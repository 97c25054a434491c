import * as fc from "fast-check";
import type { TierData } from "../../placement/catalogue/data";
import { valueOf, type Assignment, type Problem, type ProblemFlow } from "../../placement/solver/problem";

/** How large random problems get. */
export interface Size {
    readonly sites: number;
    readonly components: number;
    readonly flows: number;
    /** Whether prices to the internet fall with the volume. @default true */
    readonly tiered?: boolean;
}

const dollars = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most * 1_000_000 });
const perGib = fc.integer({ min: 0, max: 150_000 });

const tiers: fc.Arbitrary<TierData> = fc
    .tuple(perGib, perGib, perGib, fc.integer({ min: 1, max: 9_000 }))
    .map(([a, b, c, step]) => {
        const [first, second, third] = [a, b, c].sort((x, y) => y - x);
        return [
            [step, first],
            [step * 5, second],
            [null, third],
        ] as const;
    });
const flat: fc.Arbitrary<TierData> = perGib.map((price) => [[null, price]] as const);

/** Problems whose sites lie in two clouds; between these, and to the internet, the price falls with the volume. */
export function problems(size: Size): fc.Arbitrary<Problem> {
    return fc
        .record({
            sites: fc.integer({ min: 2, max: size.sites }),
            components: fc.integer({ min: 1, max: size.components }),
        })
        .chain(({ sites, components }) => {
            const table = fc.array(perGib, { minLength: sites * sites, maxLength: sites * sites });
            const end = fc.integer({ min: 0, max: components - 1 });
            const flow: fc.Arbitrary<ProblemFlow> = fc.record(
                {
                    from: end,
                    to: fc.oneof(
                        { weight: 4, arbitrary: end },
                        { weight: 1, arbitrary: fc.constant("internet" as const) },
                    ),
                    gib: fc.double({ min: 0, max: 20_000, noNaN: true }),
                    nat: fc.constantFrom("from" as const, "to" as const),
                },
                { requiredKeys: ["from", "to", "gib"] },
            );
            const rule = fc.tuple(
                end,
                end,
                fc.array(fc.boolean(), { minLength: sites * sites, maxLength: sites * sites }),
            );
            return fc.record({
                costs: fc.array(
                    fc.array(fc.option(dollars(5_000), { nil: undefined, freq: 6 }), {
                        minLength: sites,
                        maxLength: sites,
                    }),
                    { minLength: components, maxLength: components },
                ),
                flows: fc.array(flow, { maxLength: size.flows }),
                rules: fc.array(rule, { maxLength: 1 }),
                flat: table,
                nat: table,
                internet: fc.array(size.tiered === false ? flat : tiers, {
                    minLength: sites,
                    maxLength: sites,
                }),
                limits: fc.record(
                    { clouds: fc.integer({ min: 1, max: 2 }), sites: fc.integer({ min: 1, max: 3 }) },
                    { requiredKeys: [] },
                ),
                frontier: fc.integer({ min: 0, max: sites }),
            });
        })
        .map(({ costs, flows, rules, flat: rates, nat, internet, limits, frontier }) => {
            const sites = costs[0].length;
            const clouds = Array.from({ length: sites }, (_, site) => (site < frontier ? "aws" : "gcp"));
            return {
                clouds,
                components: costs.map((by, index) => ({ id: `c${index}`, costs: by })),
                flows: flows.filter((flow) => flow.to !== flow.from),
                rules: rules
                    .filter(([a, b]) => a !== b)
                    .map(([a, b, allowed]) => ({
                        between: [a, b] as const,
                        allows: (first: number, second: number) => allowed[first * sites + second],
                    })),
                transfer: {
                    flat: Float64Array.from(rates, (rate, at) => {
                        const [from, to] = [Math.floor(at / sites), at % sites];
                        return from === to ? 0 : clouds[from] === clouds[to] ? rate : NaN;
                    }),
                    nat: Float64Array.from(nat, (rate, at) =>
                        Math.floor(at / sites) === at % sites ? 0 : rate,
                    ),
                    internet,
                    natInternet: new Float64Array(sites).fill(45_000),
                },
                limits,
            };
        });
}

/** All plans of a problem, cheapest first. */
export function bruteForce(problem: Problem): { readonly assignment: Assignment; readonly total: number }[] {
    const sites = problem.clouds.length;
    const plans: { assignment: Assignment; total: number }[] = [];
    const extend = (assignment: readonly number[]): void => {
        if (assignment.length === problem.components.length) {
            const value = valueOf(problem, assignment);
            if (value) {
                plans.push({ assignment, total: value.total });
            }
            return;
        }
        for (let site = 0; site < sites; site++) {
            extend([...assignment, site]);
        }
    };
    extend([]);
    return plans.sort((a, b) => a.total - b.total);
}
