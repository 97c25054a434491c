import assert from "node:assert/strict";
import { shippedCatalogue } from "../../placement/catalogue/load";
import { choose } from "../../placement/decide";
import { derive } from "../../placement/derive";
import { price } from "../../placement/explain";
import { costOf, type Surroundings } from "../../placement/pricing/added";
import { cluster, job, pool, service, store } from "./samples";

const AT = "aws/us-east-1";
const SITE = { cloud: "aws", region: "us-east-1" } as const;
const OTHER = { cloud: "gcp", region: "us-east4" } as const;

const STORE = store({ id: "ModelStore/weights", at: AT, sizeGiB: 400 });

const CLUSTER = cluster({
    id: "GpuCluster/serving",
    at: AT,
    pools: [pool({ name: "chat", diskGiB: 0 })],
    existing: false,
});

const SERVICE = service({
    id: "InferenceService/chat",
    runOn: CLUSTER.id,
    replicas: { min: 1, max: 5 },
});

const JOB = job({
    id: "BatchJob/nightly",
    runOn: CLUSTER.id,
    runsPerMonth: 30,
    spot: false,
    reads: [{ store: STORE.id, gibPerRun: 10, sizeGiB: 400, sized: false }],
});

const around: Surroundings = { catalogue: shippedCatalogue(), cluster: CLUSTER, siteOf: () => SITE };

/** An hour of an L4 in us-east-1, list price of 2026-07-20. */
const L4_HOUR = 804_800;

describe("the cost of a component", () => {
    it("of a store is that of its data", () => {
        assert.equal(costOf(STORE, SITE, around)?.expected, 400 * 23_000);
    });

    it("of a store with copies is that of all of them", () => {
        const copied = { ...STORE, replicas: ["us-west-2"] };
        assert.ok((costOf(copied, SITE, around)?.expected ?? 0) > 1.9 * 400 * 23_000);
    });

    it("of a cluster is that of its control plane while nothing runs on it", () => {
        const cost = costOf(CLUSTER, SITE, around);
        assert.equal(cost?.expected, 100_000 * 730);
        assert.equal(cost?.max, 100_000 * 730 + 8 * 730 * L4_HOUR);
    });

    it("of a service is what its replicas add to the cluster", () => {
        const cost = costOf(SERVICE, SITE, around);
        assert.equal(cost?.min, 730 * L4_HOUR);
        assert.equal(cost?.expected, 2 * 730 * L4_HOUR);
        assert.equal(cost?.max, 5 * 730 * L4_HOUR);
    });

    it("of a job is that of its hours, and of the data that it reads from elsewhere", () => {
        assert.equal(costOf(JOB, SITE, around)?.expected, 60 * L4_HOUR);
        const apart = costOf(JOB, SITE, { ...around, siteOf: (id) => (id === STORE.id ? OTHER : SITE) });
        assert.equal((apart?.expected ?? 0) - 60 * L4_HOUR, 300 * 120_000);
    });

    it("is not known at a cluster of the user's own", () => {
        assert.equal(costOf(STORE, { cloud: "kubernetes", region: "edge" }, around), undefined);
    });

    it("adds up to that of the whole program", () => {
        const demands = [STORE, CLUSTER, SERVICE];
        const derived = derive(demands, { catalogue: shippedCatalogue(), sites: [AT] });
        const { total } = price(derived, choose(derived));
        const parts = demands.map((demand) => costOf(demand, SITE, around)?.expected ?? 0);
        assert.equal(
            parts.reduce((sum, part) => sum + part, 0),
            total.expected,
        );
    });
});
