import assert from "node:assert/strict";
import * as fc from "fast-check";
import { valueOf, type Problem } from "../../placement/solver/problem";
import { solve } from "../../placement/solver/solve";
import { bruteForce, problems } from "./random";

const optimum = (problem: Problem): number => solve(problem).plans[0]?.value.total ?? Infinity;

/** Components in another order, with the flows and rules that speak of them. */
function permuted(problem: Problem, order: readonly number[]): Problem {
    const place = (component: number): number => order.indexOf(component);
    return {
        ...problem,
        components: order.map((component) => problem.components[component]),
        flows: problem.flows.map((flow) => ({
            ...flow,
            from: place(flow.from),
            to: flow.to === "internet" ? flow.to : place(flow.to),
        })),
        rules: problem.rules.map((rule) => ({
            ...rule,
            between: [place(rule.between[0]), place(rule.between[1])] as const,
        })),
    };
}

describe("the placement solver", () => {
    const small = problems({ sites: 4, components: 5, flows: 7 });

    it("finds what brute force finds", () => {
        fc.assert(
            fc.property(small, (problem) => {
                assert.equal(optimum(problem), bruteForce(problem)[0]?.total ?? Infinity);
            }),
            { numRuns: 400 },
        );
    });

    it("finds the costs of the cheapest five plans, in their order", () => {
        fc.assert(
            fc.property(small, (problem) => {
                const found = solve(problem, { count: 5 }).plans.map(({ value }) => value.total);
                assert.deepEqual(
                    found,
                    bruteForce(problem)
                        .slice(0, 5)
                        .map(({ total }) => total),
                );
            }),
            { numRuns: 200 },
        );
    });

    it("returns plans that are worth what it says", () => {
        fc.assert(
            fc.property(small, (problem) => {
                for (const { assignment, value } of solve(problem, { count: 3 }).plans) {
                    assert.deepEqual(valueOf(problem, assignment), value);
                }
            }),
        );
    });

    it("finds no lower optimum when a site is taken from a component", () => {
        fc.assert(
            fc.property(small, fc.nat(), fc.nat(), (problem, component, site) => {
                const at = component % problem.components.length;
                const components = problem.components.map((each, index) =>
                    index === at
                        ? {
                              ...each,
                              costs: each.costs.map((cost, where) =>
                                  where === site % problem.clouds.length ? undefined : cost,
                              ),
                          }
                        : each,
                );
                assert.ok(optimum({ ...problem, components }) >= optimum(problem));
            }),
        );
    });

    it("finds no higher optimum when a flow is removed", () => {
        fc.assert(
            fc.property(small, fc.nat(), (problem, flow) => {
                fc.pre(problem.flows.length > 0);
                const flows = problem.flows.filter((_, index) => index !== flow % problem.flows.length);
                assert.ok(optimum({ ...problem, flows }) <= optimum(problem));
            }),
        );
    });

    it("finds no lower optimum under tighter limits", () => {
        fc.assert(
            fc.property(small, (problem) => {
                assert.ok(optimum({ ...problem, limits: { clouds: 1, sites: 1 } }) >= optimum(problem));
                assert.ok(optimum({ ...problem, limits: {} }) <= optimum(problem));
            }),
        );
    });

    it("finds the same optimum when components are declared in another order", () => {
        fc.assert(
            fc.property(small, fc.integer(), (problem, seed) => {
                const order = [...problem.components.keys()].sort(
                    (a, b) => (((a + 1) * seed) % 7) - (((b + 1) * seed) % 7) || b - a,
                );
                assert.equal(optimum(permuted(problem, order)), optimum(problem));
            }),
        );
    });

    it("gives the same plan ten times", () => {
        fc.assert(
            fc.property(small, (problem) => {
                const plans = Array.from({ length: 10 }, () => JSON.stringify(solve(problem, { count: 3 })));
                assert.equal(new Set(plans).size, 1);
            }),
            { numRuns: 20 },
        );
    });

    it("ends with the reason when the optimum is not proven within the steps", () => {
        const [problem] = fc
            .sample(problems({ sites: 4, components: 5, flows: 7 }), { numRuns: 50, seed: 7 })
            .filter((each) => solve(each).steps > 3);
        assert.throws(() => solve(problem, { maxSteps: 2 }), /not proven within 2 steps/);
    });
});
