import assert from "node:assert/strict";
import { overridesFrom } from "../../placement/catalogue/overrides";
import { shippedCatalogue } from "../../placement/catalogue/load";
import type { ClusterDemand, Demand, JobDemand, PoolDemand, ServiceDemand } from "../../placement/demand";
import { derive } from "../../placement/derive";
import { flowsOf } from "../../placement/flows";
import { clusterOffer } from "../../placement/pricing/cluster";
import { isRefusal, type Line, type Offer, type Refusal } from "../../placement/pricing/lines";
import { storeOffer } from "../../placement/pricing/store";
import type { CloudName } from "../../placement/site";
import { cluster, job, pool, service, store } from "./samples";

const HOURS = 730;
const catalogue = shippedCatalogue();
const site = { cloud: "aws", region: "us-east-1" } as const;

function linesOf(offer: Offer | Refusal): readonly Line[] {
    assert.ok(!isRefusal(offer), isRefusal(offer) ? offer.text : "");
    return offer.lines;
}

/** Hours that lines like this pay for. */
function hours(lines: readonly Line[], text: RegExp, which: "min" | "expected" | "max" = "expected"): number {
    return lines
        .filter((line) => line.unit === "h" && text.test(line.text))
        .reduce((sum, { quantity }) => sum + quantity[which], 0);
}

describe("what a pool costs", () => {
    const priced = (
        given: Partial<PoolDemand>,
        ...workloads: (ServiceDemand | JobDemand)[]
    ): readonly Line[] =>
        linesOf(clusterOffer(cluster({ pools: [pool(given)] }), workloads, site, catalogue));

    it("is that of a whole node for a service that takes half of it", () => {
        const lines = priced(
            { accelerators: ["A100-80GB"], acceleratorsPerNode: 8 },
            service({ share: { accelerators: ["A100-80GB"], count: 4, vcpu: 0, memoryGiB: 0 } }),
        );
        assert.equal(hours(lines, /pool gpu/), HOURS);
        assert.equal(hours(lines, /pool gpu/, "min"), HOURS);
    });

    it("is that of one node for two services that fit on it together", () => {
        const half = { accelerators: ["A100-80GB"], count: 4, vcpu: 0, memoryGiB: 0 } as const;
        const lines = priced(
            { accelerators: ["A100-80GB"], acceleratorsPerNode: 8 },
            service({ share: half }),
            service({ id: "InferenceService/t", share: half }),
        );
        assert.equal(hours(lines, /pool gpu/), HOURS);
    });

    it("counts no half of a pod: of pods that take 60 % of a node, each takes a node", () => {
        const lines = priced(
            { accelerators: [], acceleratorsPerNode: 0, vcpu: 16, memoryGiB: 64 },
            job({ completions: 5, share: { accelerators: [], count: 0, vcpu: 10, memoryGiB: 1 } }),
        );
        assert.equal(hours(lines, /pool gpu/), 5 * 2 * 10);
    });

    it("is that of the nodes of each wave of a job", () => {
        const lines = priced(
            { accelerators: [], acceleratorsPerNode: 0, vcpu: 16, memoryGiB: 64 },
            job({
                completions: 10,
                parallelism: 4,
                share: { accelerators: [], count: 0, vcpu: 4, memoryGiB: 1 },
            }),
        );
        // Four pods a node: two full waves of one node, and one of two pods.
        assert.equal(hours(lines, /pool gpu/), 3 * 2 * 10);
    });

    it("splits a job by the nodes that it has at a time, not by the hours of the month", () => {
        const lines = priced({ onDemandBase: 1 }, job({ completions: 8 }));
        assert.equal(hours(lines, /on demand/), (8 * 2 * 10) / 8);
        assert.equal(hours(lines, /spot/), (8 * 2 * 10 * 7) / 8);
    });

    it("is all spot for a job where a service keeps the on-demand nodes busy", () => {
        const lines = priced({ onDemandBase: 1 }, service(), job({ completions: 4 }));
        assert.equal(hours(lines, /on demand/), HOURS);
        assert.equal(hours(lines, /spot/), 4 * 2 * 10);
    });

    it("is on demand for a job that refuses spot", () => {
        const lines = priced(
            { onDemandBase: 2 },
            service({ replicas: { min: 2, max: 2 } }),
            job({ spot: false }),
        );
        assert.equal(hours(lines, /spot/), 0);
        assert.equal(hours(lines, /on demand/), 2 * HOURS + 20);
    });

    it("is never more than that of all its nodes", () => {
        const lines = priced(
            { max: 2 },
            service({ replicas: { min: 1, max: 1 } }),
            job({ completions: 5000 }),
        );
        assert.equal(hours(lines, /pool gpu/), 2 * HOURS);
    });

    it("leaves out what is reserved, once for all pools", () => {
        const reserved = catalogue.with(
            overridesFrom({ reservations: [{ at: "aws/us-east-1", type: "g6.xlarge", count: 3 }] }),
        );
        const pools = [pool({ name: "a", min: 2, max: 5 }), pool({ name: "b", min: 2, max: 5 })];
        const lines = linesOf(clusterOffer(cluster({ pools }), [], site, reserved));
        assert.equal(hours(lines, /pool a/), 0);
        assert.equal(hours(lines, /pool a/, "max"), 2 * HOURS);
        assert.equal(hours(lines, /pool b/), HOURS);
    });
});

describe("what a cluster costs", () => {
    const created = (
        given: Partial<ClusterDemand>,
        cloud: Exclude<CloudName, "kubernetes">,
    ): readonly Line[] => {
        const region = { aws: "us-east-1", gcp: "us-central1", azure: "eastus" }[cloud];
        const demand = cluster({ pools: [], existing: false, nat: true, ...given });
        return linesOf(clusterOffer(demand, [], { cloud, region }, catalogue));
    };

    it("holds the control plane, which is free on Azure alone where it has no service level", () => {
        const free = (["aws", "gcp", "azure"] as const).map((cloud) =>
            hours(created({ freeControlPlane: true }, cloud), /control plane/),
        );
        assert.deepEqual(free, [HOURS, HOURS, 0]);
        assert.equal(hours(created({}, "azure"), /control plane/), HOURS);
    });

    it("holds a NAT gateway for each zone on AWS, and one elsewhere", () => {
        const gateways = (["aws", "gcp", "azure"] as const).map((cloud) =>
            hours(created({ zonalNats: 3 }, cloud), /NAT/),
        );
        assert.deepEqual(gateways, [3 * HOURS, HOURS, HOURS]);
    });

    it("holds a CPU workload on the add-ons' nodes where no pool is for it, not on an accelerator's", () => {
        const system = { vcpu: 4, memoryGiB: 16, min: 1, max: 3 };
        const small = job({ share: { accelerators: [], count: 0, vcpu: 2, memoryGiB: 4 } });
        const lines = linesOf(clusterOffer(cluster({ system }), [small], site, catalogue));
        assert.equal(hours(lines, /pool gpu/), 0);
        assert.equal(hours(lines, /add-ons/), HOURS + 20);
    });
});

describe("what a store costs", () => {
    it("holds each copy once, and refuses the site of a copy for the store itself", () => {
        const lines = linesOf(storeOffer(store({ replicas: ["us-west-2"] }), site, catalogue));
        assert.deepEqual(
            lines.map(({ text, quantity }) => [text, quantity.expected]),
            [
                ["objects", 100],
                ["objects, copy in us-west-2", 100],
            ],
        );
        assert.ok(isRefusal(storeOffer(store({ replicas: ["us-east-1"] }), site, catalogue)));
    });

    it("refuses a cloud that has no region of a copy's name", () => {
        assert.ok(isRefusal(storeOffer(store({ replicas: ["europe-west4"] }), site, catalogue)));
    });

    it("moves to each copy what jobs write, once, also where it takes the place of something", () => {
        const demands: Demand[] = [
            store({ replicas: ["us-west-2"], growthGiB: 5 }),
            cluster(),
            job({ writes: [{ store: "ModelStore/s", gibPerRun: 30, sizeGiB: 100, sized: false }] }),
        ];
        const { offers, sites, placeables } = derive(demands, { catalogue, sites: ["aws/us-east-1"] });
        assert.equal(sites.length, 1);
        const at = placeables.findIndex(({ kind }) => kind === "store");
        const moved = linesOf(offers[at]?.[0] as Offer).filter((line) => line.part === "transfer");
        assert.deepEqual(
            moved.map(({ quantity, micros }) => [quantity.expected, micros.expected]),
            [[300, 300 * 20_000]],
        );
    });
});

describe("what a service loads", () => {
    const MODEL = { store: "ModelStore/s", sizeGiB: 16 };

    it("is as many weights as its program says, and nothing is assumed of them", () => {
        const traffic = { requestsPerMonth: 1, weightLoadsPerMonth: 7 };
        const { flows, assumptions } = flowsOf([cluster(), service({ model: MODEL, traffic })]);
        assert.deepEqual(
            flows.map(({ from, gib }) => [from, gib]),
            [["ModelStore/s", 7 * 16]],
        );
        assert.ok(!assumptions.some(({ argument }) => argument === "traffic.weightLoadsPerMonth"));
    });

    it("is assumed from its replicas where the program says nothing, and told with the argument", () => {
        const { flows, assumptions } = flowsOf([cluster(), service({ model: MODEL })]);
        assert.ok((flows[0]?.gib ?? 0) >= 4 * 16);
        assert.ok(assumptions.some(({ argument }) => argument === "traffic.weightLoadsPerMonth"));
    });
});

describe("what a service sends", () => {
    const sent = (given: Partial<ServiceDemand>): number =>
        derive(
            [cluster(), service({ traffic: { requestsPerMonth: 1024 * 1024, responseKiB: 1 }, ...given })],
            {
                catalogue,
            },
        )
            .flows.filter(({ to }) => to === "users")
            .reduce((sum, { gib }) => sum + gib, 0);

    it("leaves the cloud when the internet reaches it, or when its users are named", () => {
        assert.equal(sent({ internet: true, exposed: true }), 1);
        assert.equal(sent({ traffic: { requestsPerMonth: 1024 * 1024, responseKiB: 1, users: "DE" } }), 1);
    });

    it("stays in the network when only the network reaches it", () => {
        assert.equal(sent({ exposed: true }), 0);
    });
});
