import assert from "node:assert/strict";
import * as fc from "fast-check";
import { valueOf, type Problem } from "../../placement/solver/problem";
import { solve } from "../../placement/solver/solve";
import { highsOptimum } from "./ilp";
import { problems, type Size } from "./random";

/** Dollars that HiGHS may be off by: it works in floating point. */
const TOLERANCE = 0.01;

/** The same problems in every run: what fails here is more often the limit of an oracle in floating point. */
const SEED = 20_261_126;

/** Problems in whole GiB: HiGHS takes coefficients below 1e-9 for zero. */
function wholeProblems(size: Size): fc.Arbitrary<Problem> {
    return problems(size).map((problem) => ({
        ...problem,
        flows: problem.flows.map((flow) => ({ ...flow, gib: Math.ceil(flow.gib) })),
    }));
}

/** Both optima are valued by the one cost function; ours can't be the dearer one. */
async function assertSameOptimum(problem: Problem): Promise<void> {
    const theirs = await highsOptimum(problem);
    const [ours] = solve(problem).plans;
    const value = theirs && valueOf(problem, theirs);
    assert.equal(ours === undefined, value === undefined, "only one of them finds a plan");
    if (ours && value) {
        const difference = (value.total - ours.value.total) / 1e6;
        assert.ok(difference >= 0, `HiGHS found a plan that is ${-difference} $ cheaper`);
        assert.ok(difference < TOLERANCE, `HiGHS stopped ${difference} $ above`);
    }
}

describe("the placement solver beside HiGHS", function () {
    this.timeout(300_000);

    it("finds the same optimum with flat prices", async () => {
        const middle = wholeProblems({ sites: 20, components: 8, flows: 9, tiered: false });
        await fc.assert(fc.asyncProperty(middle, assertSameOptimum), { numRuns: 30, seed: SEED });
    });

    it("finds the same optimum with prices that fall with the volume", async () => {
        const middle = wholeProblems({ sites: 12, components: 7, flows: 9 });
        await fc.assert(fc.asyncProperty(middle, assertSameOptimum), { numRuns: 30, seed: SEED });
    });

    it("finds the same optimum on many small problems with both", async () => {
        const small = wholeProblems({ sites: 5, components: 5, flows: 7 });
        await fc.assert(fc.asyncProperty(small, assertSameOptimum), { numRuns: 150, seed: SEED });
    });
});
