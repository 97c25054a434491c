import assert from "node:assert/strict";
import { shippedCatalogue } from "../../placement/catalogue/load";
import { choose } from "../../placement/decide";
import type { ClusterDemand, JobDemand, ServiceDemand, StoreDemand } from "../../placement/demand";
import { derive } from "../../placement/derive";
import { price } from "../../placement/explain";
import { costOf, type Surroundings } from "../../placement/pricing/added";

const AT = "aws/us-east-1";
const SITE = { cloud: "aws", region: "us-east-1" } as const;
const OTHER = { cloud: "gcp", region: "us-east4" } as const;

const STORE: StoreDemand = {
    id: "ModelStore/weights",
    kind: "store",
    at: AT,
    constraints: {},
    sizeGiB: 400,
    growthGiB: 0,
    replicas: [],
    existing: false,
    move: false,
    replicate: false,
};

const CLUSTER: ClusterDemand = {
    id: "GpuCluster/serving",
    kind: "cluster",
    at: AT,
    constraints: {},
    pools: [
        {
            name: "chat",
            accelerators: ["L4"],
            acceleratorsPerNode: 1,
            vcpu: 0,
            memoryGiB: 0,
            min: 0,
            max: 8,
            diskGiB: 0,
        },
    ],
    existing: false,
    nat: false,
};

const SERVICE: ServiceDemand = {
    id: "InferenceService/chat",
    kind: "service",
    constraints: {},
    runOn: CLUSTER.id,
    share: { accelerators: ["L4"], count: 1, vcpu: 0, memoryGiB: 0 },
    replicas: { min: 1, max: 5 },
    concurrency: 8,
    exposed: false,
};

const JOB: JobDemand = {
    id: "BatchJob/nightly",
    kind: "job",
    constraints: {},
    runOn: CLUSTER.id,
    share: { accelerators: ["L4"], count: 1, vcpu: 0, memoryGiB: 0 },
    completions: 1,
    runsPerMonth: 30,
    hoursPerRun: 2,
    spot: false,
    reads: [{ store: STORE.id, gibPerRun: 10, sizeGiB: 400, sized: false }],
    writes: [],
};

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
