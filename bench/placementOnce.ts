/**
 * One search in a process of its own, for its peak memory: `placementOnce.ts tree 20` prints a line of JSON.
 */
import { performance } from "node:perf_hooks";
import { SearchLimitError } from "../placement/solver/search";
import { solve } from "../placement/solver/solve";
import { demands, problem, type Shape } from "../tests/placement/programs";

/** What one search took. */
export interface Search {
    readonly milliseconds: number;
    /** Peak of the resident set, with the catalogue and everything else in the process. */
    readonly mebibytes: number;
    readonly sites: number;
    readonly flows: number;
    /** The proven optimum and its steps, or why there is none. */
    readonly end: string;
}

/** Searches that end this soon are repeated, for the least of their times. */
const SHORT = 2_000;
const ROUNDS = 3;

function search(shape: Shape, count: number): Search {
    const made = problem(demands(shape, count));
    let milliseconds = Infinity;
    let end = "";
    for (let round = 0; round <= ROUNDS; round++) {
        const begin = performance.now();
        try {
            const { plans, steps } = solve(made);
            end = `${steps} steps, $${((plans[0]?.value.total ?? NaN) / 1e6).toFixed(2)}`;
        } catch (error) {
            if (!(error instanceof SearchLimitError)) {
                throw error;
            }
            end = error.message.split(".")[0];
        }
        milliseconds = Math.min(milliseconds, performance.now() - begin);
        if (milliseconds > SHORT) {
            break;
        }
    }
    return {
        milliseconds,
        mebibytes: process.resourceUsage().maxRSS / 1024,
        sites: made.clouds.length,
        flows: made.flows.length,
        end,
    };
}

const [shape, count] = process.argv.slice(2);
console.log(JSON.stringify(search(shape as Shape, Number(count))));
