import assert from "node:assert/strict";
import * as fc from "fast-check";
import { adviceBreakEvens, advise, cheapest, type Advice } from "../../placement/advise/advise";
import { isImpossible, keyOf, offerAt, type Alternative } from "../../placement/advise/alternative";
import { breakEvens } from "../../placement/advise/breakEvens";
import { costAt } from "../../placement/advise/curve";
import { provisionedAt } from "../../placement/advise/provisioned";
import { serverlessAt } from "../../placement/advise/serverless";
import { WORKLOAD_DEFAULTS, workloadOf, type AdviceWorkload } from "../../placement/advise/workload";
import { shippedCatalogue } from "../../placement/catalogue/load";
import type { ServiceDemand } from "../../placement/demand";
import type { SiteId } from "../../placement/site";
import { service } from "./samples";

const CATALOGUE = shippedCatalogue();
const AWS: SiteId = { cloud: "aws", region: "us-east-1" };
const GCP: SiteId = { cloud: "gcp", region: "us-east4" };
const AZURE: SiteId = { cloud: "azure", region: "westus3" };
const SITES = [AWS, GCP, AZURE];

const CPU: AdviceWorkload = { ...WORKLOAD_DEFAULTS, requestsPerMonth: 100_000 };
const GPU: AdviceWorkload = { ...CPU, accelerators: ["L4", "T4"], modelGiB: 15 };

function alternatives(workload: AdviceWorkload, sites = SITES): Alternative[] {
    return sites
        .flatMap((site) => [
            ...provisionedAt(workload, site, CATALOGUE),
            ...serverlessAt(workload, site, CATALOGUE),
        ])
        .filter((each): each is Alternative => !isImpossible(each));
}

function reasonsOf(advice: Advice, service: string): string {
    const found = advice.options.find((option) => option.service === service);
    assert.ok(found, `no option ${service}`);
    return found.reasons.join("; ");
}

const workloads: fc.Arbitrary<AdviceWorkload> = fc
    .record({
        requestsPerMonth: fc.integer({ min: 1, max: 1e8 }),
        secondsPerRequest: fc.double({ min: 0.01, max: 100, noNaN: true }),
        concurrency: fc.integer({ min: 1, max: 64 }),
        peak: fc.double({ min: 1, max: 20, noNaN: true }),
        modelGiB: fc.double({ min: 0, max: 30, noNaN: true }),
        accelerators: fc.constantFrom([], ["L4"], ["T4"], ["L4", "T4"], ["H100"]) as fc.Arbitrary<
            AdviceWorkload["accelerators"]
        >,
        leastReplicas: fc.integer({ min: 1, max: 3 }),
        deadlineHours: fc.option(fc.integer({ min: 1, max: 720 }), { nil: undefined }),
        p95Seconds: fc.option(fc.double({ min: 1, max: 600, noNaN: true }), { nil: undefined }),
    })
    .map(({ deadlineHours, p95Seconds, ...rest }) => ({
        ...WORKLOAD_DEFAULTS,
        ...rest,
        ...(deadlineHours === undefined ? {} : { deadlineHours }),
        ...(p95Seconds === undefined ? {} : { p95Seconds }),
    }));

describe("advice on the architecture of a workload", function () {
    this.timeout(60_000);

    it("never lets an alternative's cost fall with the load", () => {
        fc.assert(
            fc.property(
                workloads,
                fc.integer({ min: 0, max: 1e9 }),
                fc.integer({ min: 0, max: 1e9 }),
                (workload, a, b) => {
                    for (const each of alternatives(workload)) {
                        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((load) =>
                            costAt(each.curve, load),
                        );
                        assert.ok(low <= high * (1 + 1e-12), `${keyOf(each)}: ${low} > ${high}`);
                    }
                },
            ),
            { numRuns: 150 },
        );
    });

    it("finds every load at which the answer changes that a scan of every load finds", () => {
        fc.assert(
            fc.property(workloads, (workload) => {
                const most = 5_000;
                const possible = alternatives(workload);
                const at = (load: number) => cheapest(possible, workload, load);
                const scanned: number[] = [];
                for (let load = 2, before = at(1); load <= most; load++) {
                    const now = at(load);
                    if (now !== before) {
                        scanned.push(load);
                    }
                    before = now;
                }
                const found = adviceBreakEvens(possible, workload, most);
                assert.deepEqual(
                    found.map(({ requestsPerMonth }) => requestsPerMonth),
                    scanned,
                );
            }),
            { numRuns: 40 },
        );
    });

    it("recommends what is cheapest on each side of a break-even", () => {
        for (const workload of [CPU, GPU, { ...GPU, deadlineHours: 24 }]) {
            const possible = alternatives(workload);
            const found = adviceBreakEvens(possible, workload);
            assert.ok(found.length > 0);
            for (const { requestsPerMonth, from, to } of found) {
                for (const [load, name] of [
                    [requestsPerMonth - 1, from],
                    [requestsPerMonth, to],
                ] as const) {
                    const costs = possible.map((each) => offerAt(each, workload, load) ?? Infinity);
                    const chosen = possible.find((each) => keyOf(each) === name);
                    assert.ok(chosen);
                    assert.equal(offerAt(chosen, workload, load), Math.min(...costs));
                }
            }
        }
    });

    it("finds changes that lie between two loads of the grid", () => {
        const answer = (load: number) => (load < 777 ? "a" : load < 999_983 ? "b" : "c");
        assert.deepEqual(breakEvens(answer, { least: 1, most: 1e9 }), [
            { requestsPerMonth: 777, from: "a", to: "b" },
            { requestsPerMonth: 999_983, from: "b", to: "c" },
        ]);
    });

    it("prefers serverless at a small load, and instances at a large one", () => {
        const of = (requestsPerMonth: number) =>
            advise({ ...CPU, requestsPerMonth }, [AWS], CATALOGUE).recommendation?.architecture;
        assert.equal(of(1_000), "serverless");
        assert.equal(of(5_000_000), "managed");
        assert.equal(of(5_000_000_000), "kubernetes");
    });

    it("counts a cluster that is there anyway as free", () => {
        const advice = advise({ ...GPU, clusterExists: true }, [AWS], CATALOGUE);
        const zero = advice.options.find(({ service }) => service === "EKS, scaled to zero");
        assert.equal(zero?.cost?.min, 0);
        assert.equal(advice.recommendation?.architecture, "kubernetes");
    });

    it("says why a service can't run a workload", () => {
        const big = advise(
            { ...CPU, memoryGiB: 12, secondsPerRequest: 1000, payloadKiB: 8 * 1024 },
            [AWS],
            CATALOGUE,
        );
        assert.equal(
            reasonsOf(big, "Lambda"),
            "a request takes 1000 s, and it gives 900 at most; a payload of 8192 KiB, and it takes 6144 at most; " +
                "12 GiB of memory, and it has 10 at most",
        );
        assert.match(reasonsOf(advise(GPU, [AWS], CATALOGUE), "Lambda"), /^no accelerator/);
        assert.equal(
            reasonsOf(advise(GPU, [{ cloud: "gcp", region: "us-west1" }], CATALOGUE), "Cloud Run with GPU"),
            "sold in us-central1, us-east4, europe-west1, europe-west4, asia-southeast1 only",
        );
        assert.match(reasonsOf(advise(CPU, [AWS], CATALOGUE), "EKS jobs"), /no deadline is given/);
    });

    it("leaves out what keeps too many requests waiting for a cold start, at the loads where it does", () => {
        const workload = { ...GPU, requestsPerMonth: 10, p95Seconds: 5 };
        const advice = advise(workload, [GCP], CATALOGUE);
        assert.match(reasonsOf(advice, "Cloud Run with GPU"), /would wait for a cold start of 50 s$/);
        const busy = advise({ ...workload, requestsPerMonth: 1_000_000 }, [GCP], CATALOGUE);
        assert.equal(reasonsOf(busy, "Cloud Run with GPU"), "");
    });

    it("recommends nothing where nothing is possible", () => {
        const advice = advise({ ...GPU, secondsPerRequest: 10, p95Seconds: 5 }, SITES, CATALOGUE);
        assert.equal(advice.recommendation, undefined);
        assert.deepEqual(advice.breakEvens, []);
    });

    it("gives a range from a month without requests to one at the busiest hours' load", () => {
        const [first] = advise(CPU, [GCP], CATALOGUE).options.filter(
            ({ service }) => service === "Cloud Run",
        );
        // 100,000 requests of 2 s on 2 vCPU at $0.000024 and 4 GiB at $0.0000025, and $0.04 for the requests.
        assert.deepEqual(first.cost, { min: 0, expected: 11_640_000, max: 46_560_000 });
        assert.equal(first.per1000, 116_400);
    });

    it("does not depend on the name of a service", () => {
        const named = (name: string): ServiceDemand =>
            service({
                id: `InferenceService/${name}`,
                runOn: "managed",
                replicas: { min: 1, max: 4 },
                traffic: { requestsPerMonth: 50_000, secondsPerRequest: { L4: 3 } },
            });
        assert.deepEqual(workloadOf(named("a")), workloadOf(named("b")));
        assert.equal(workloadOf(named("a")).secondsPerRequest, 3);
    });
});
