import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { PlanDocument } from "../../cli/plan/document";
import { LOAD_SHARE, ROLLOUTS_PER_MONTH, SCALE_UPS_PER_MONTH } from "../../placement/assumptions";
import type { Placed, Placement } from "../../placement/explain";
import { cli } from "../cli/support";
import { at, cheapest, HOURS, NIGHTS, WEEKS, type At } from "./figures";

const EXAMPLES = path.resolve(__dirname, "../../examples");

const plans = new Map<string, Promise<Placement>>();

/** The placement of an example as the command line prints it. */
function placed(example: string): Promise<Placement> {
    const known =
        plans.get(example) ??
        cli("plan", path.join(EXAMPLES, example), "--json").then(({ code, stdout, stderr }) => {
            assert.equal(code, 0, stderr || stdout);
            const { placement } = JSON.parse(stdout) as PlanDocument;
            assert.ok(placement, "the plan places nothing");
            return placement;
        });
    plans.set(example, known);
    return known;
}

function part({ placed: all }: Placement, component: string): Placed {
    const found = all.find((each) => each.component === component);
    assert.ok(found, `${component} is not among ${all.map((each) => each.component).join(", ")}`);
    return found;
}

/** Sites by component. */
function sites({ placed: all }: Placement): Record<string, string> {
    return Object.fromEntries(all.map(({ component, site }) => [component, site]));
}

const flow = ({ flows }: Placement, text: RegExp): Placement["flows"][number] => {
    const found = flows.find((each) => text.test(each.text));
    assert.ok(found, `no flow is ${String(text)}`);
    return found;
};

/** Within a cent of what was worked out by hand: the plan rounds each line to the micro-dollar. */
function assertDollars(micros: number | undefined, expected: number, what: string): void {
    const got = (micros ?? NaN) / 1e6;
    assert.ok(Math.abs(got - expected) < 0.01, `${what}: ${got} $, by hand ${expected} $`);
}

/** What a cluster costs a month wherever it is, besides its pools: control plane, NAT, one node for the add-ons. */
function surroundings(site: At, node: string): number {
    return (site.controlPlane + site.nat + site.onDemand(node)) * HOURS;
}

/** A pool's machine hours with the disks of its nodes. */
function nodes(site: At, hourly: number, hours: number, diskGiB: number): number {
    return hours * (hourly + (diskGiB / HOURS) * site.disk);
}

/** Loads of weights a month, by the stated assumptions. */
function loads(min: number, expected: number, max: number): number {
    return Math.ceil(
        ROLLOUTS_PER_MONTH * Math.max(1, expected) + SCALE_UPS_PER_MONTH * (max - Math.max(1, min)) * 0.5,
    );
}

/** What the components that the program leaves open cost, with all that moves. */
function openCost(placement: Placement): number {
    return (
        placement.total.expected -
        placement.placed
            .filter(({ given }) => given)
            .reduce((sum, { lines }) => sum + lines.reduce((all, { micros }) => all + micros.expected, 0), 0)
    );
}

describe("an example of placement", function () {
    this.timeout(180_000);

    it("is tested here", () => {
        const folders = fs.readdirSync(EXAMPLES).filter((name) => name.startsWith("placement-"));
        assert.deepEqual(folders.sort(), [
            "placement-data-gravity",
            "placement-far-users",
            "placement-residency",
            "placement-roaming-batch",
            "placement-scarce-accelerator",
            "placement-two-clouds",
        ]);
        for (const folder of folders) {
            assert.ok(
                fs.existsSync(path.join(EXAMPLES, folder, "README.md")),
                `${folder} argues for no site`,
            );
        }
    });

    describe("with 40 TiB in one region and a small GPU service", () => {
        const hours = (1 + LOAD_SHARE) * HOURS + 4 * NIGHTS;
        const costAt = (name: string, machine: string, node: string): number => {
            const site = at(name);
            return (
                nodes(site, site.onDemand(machine), hours, 200) + surroundings(site, node) + 50 * site.storage
            );
        };

        it("puts all of it where the data is", async () => {
            assert.deepEqual(sites(await placed("placement-data-gravity")), {
                "GpuCluster/search": "aws/eu-central-1",
                "ModelStore/corpus": "aws/eu-central-1",
                "ModelStore/models": "aws/eu-central-1",
            });
        });

        it("costs what the figures say, and nothing for transfer", async () => {
            const placement = await placed("placement-data-gravity");
            assertDollars(
                openCost(placement),
                costAt("aws/eu-central-1", "g6.xlarge", "m7i.xlarge"),
                "open cost",
            );
            assert.equal(flow(placement, /^corpus/).micros, 0);
        });

        it("has a runner-up that is cheaper but for the transfer of the data", async () => {
            const placement = await placed("placement-data-gravity");
            const { runnerUp } = part(placement, "GpuCluster/search");
            assert.equal(runnerUp?.site, "aws/us-east-1");
            const here = at("aws/eu-central-1");
            const moved = 500 * NIGHTS * (here.to("us-east-1") + at("aws/us-east-1").natGiB);
            const saved =
                costAt("aws/eu-central-1", "g6.xlarge", "m7i.xlarge") -
                costAt("aws/us-east-1", "g6.xlarge", "m7i.xlarge");
            assert.ok(saved > 0);
            assertDollars(runnerUp?.extra, moved - saved, "the runner-up's extra cost");
        });

        it("says at which volume the data would lose", async () => {
            const placement = await placed("placement-data-gravity");
            const flip = part(placement, "GpuCluster/search").flips.find(({ flow: text }) =>
                text.startsWith("corpus"),
            );
            assert.equal(flip?.direction, "below");
            assert.ok(flip.gib > 0 && flip.gib < 500 * NIGHTS, `${flip.gib} GiB`);
        });

        it("is the same choice whichever way the prices err", async () => {
            assert.equal((await placed("placement-data-gravity")).holds, true);
        });
    });

    describe("with H100s that are not sold where the data is", () => {
        const volume = WEEKS * (2048 + 20);

        it("leaves the data and goes where the accelerator is cheapest with the transfer", async () => {
            assert.deepEqual(sites(await placed("placement-scarce-accelerator")), {
                "GpuCluster/training": "aws/us-east-1",
                "ModelStore/recordings": "aws/eu-west-1",
            });
            assert.ok(Number.isNaN(at("aws/eu-west-1").onDemand("p5.4xlarge")), "Ireland sells it now");
        });

        it("costs what the figures say", async () => {
            const here = at("aws/us-east-1");
            const read = WEEKS * 2048 * (at("aws/eu-west-1").to("us-east-1") + here.natGiB);
            const written = WEEKS * 20 * (here.to("eu-west-1") + here.natGiB);
            const machines = nodes(here, here.onDemand("p5.4xlarge"), WEEKS * 48, 200);
            assertDollars(
                openCost(await placed("placement-scarce-accelerator")),
                machines + surroundings(here, "m7i.xlarge") + read + written,
                "open cost",
            );
        });

        it("does not go to London, which is near but not cheap, since distance has no price on AWS", async () => {
            const [london, virginia] = ["eu-west-2", "us-east-1"].map((region) => at(`aws/${region}`));
            const data = at("aws/eu-west-1");
            assert.equal(data.to("eu-west-2"), data.to("us-east-1"));
            assert.ok(london.onDemand("p5.4xlarge") > virginia.onDemand("p5.4xlarge"));
            const { excluded, runnerUp } = part(
                await placed("placement-scarce-accelerator"),
                "GpuCluster/training",
            );
            assert.ok(Object.keys(excluded).some((reason) => reason.includes("H100 is not sold there")));
            assert.equal(runnerUp?.site, "aws/us-east-2");
        });

        it("does not go to the other cloud, whose machine costs little more, but not the way there", async () => {
            const azure = at("azure/eastus").onDemand("Standard_NC40ads_H100_v5");
            assert.ok(azure / at("aws/us-east-1").onDemand("p5.4xlarge") < 1.05);
            assert.ok(volume * (at("aws/eu-west-1").out - at("aws/eu-west-1").to("us-east-1")) > 500);
        });
    });

    describe("with data that must stay in the European Union", () => {
        const hours = (2 + LOAD_SHARE * 4) * HOURS;
        const costAt = (name: string): number => {
            const site = at(name);
            return (
                nodes(site, site.onDemand("g2-standard-4"), hours, 200) +
                surroundings(site, "n2-standard-4") +
                (4096 + 6 * 200) * site.storage
            );
        };

        it("takes the cheapest site inside", async () => {
            const placement = await placed("placement-residency");
            assert.deepEqual(sites(placement), {
                "GpuCluster/serving": "gcp/europe-west4",
                "ModelStore/records": "gcp/europe-west4",
            });
            assertDollars(openCost(placement), costAt("gcp/europe-west4"), "open cost");
        });

        it("names the residency as what binds, where the stack would be, and what that would save", async () => {
            const placement = await placed("placement-residency");
            for (const component of ["GpuCluster/serving", "ModelStore/records"]) {
                const [binding, ...others] = part(placement, component).binding;
                assert.equal(binding?.condition, "residency EU");
                assert.equal(binding.site, "gcp/us-central1");
                assertDollars(
                    binding.saves,
                    costAt("gcp/europe-west4") - costAt("gcp/us-central1"),
                    "saved without residency",
                );
                assert.deepEqual(others, []);
            }
        });

        it("has the next site inside as its runner-up", async () => {
            const { runnerUp } = part(await placed("placement-residency"), "GpuCluster/serving");
            assert.equal(runnerUp?.site, "gcp/europe-west1");
        });
    });

    describe("with users on another continent", () => {
        const requests = 3_000_000;
        const answersGiB = (requests * 400) / 1024 ** 2;
        const weightsGiB = 12 * loads(1, 1, 8);

        it("goes where the users are", async () => {
            const placement = await placed("placement-far-users");
            assert.equal(part(placement, "GpuCluster/drawing").site, "gcp/asia-northeast1");
            assert.equal(part(placement, "ModelStore/weights").site, "aws/us-east-1");
        });

        it("costs what the figures say, with the weights' way over the ocean and the answers' way out", async () => {
            const here = at("gcp/asia-northeast1");
            // 3,000,000 requests of 4 s, 8 at a time, keep 0.57 of a replica busy: the one that is always there.
            assert.ok((requests * 4) / 8 < HOURS * 3600);
            const placement = await placed("placement-far-users");
            assertDollars(
                openCost(placement),
                nodes(here, here.onDemand("g2-standard-4"), HOURS, 200) +
                    surroundings(here, "n2-standard-4") +
                    here.loadBalancer * HOURS +
                    weightsGiB * (at("aws/us-east-1").out + here.natGiB) +
                    answersGiB * here.out,
                "open cost",
            );
        });

        it("names the latency as what binds", async () => {
            const [binding, ...others] = part(
                await placed("placement-far-users"),
                "GpuCluster/drawing",
            ).binding;
            assert.equal(binding?.condition, "at most 30 ms to JP");
            assert.equal(binding.site, "aws/us-east-1");
            assert.ok(binding.saves > 0);
            assert.deepEqual(others, []);
        });

        it("has the cloud of the weights as its runner-up, whose machine costs more than the transfer saves", async () => {
            const { runnerUp } = part(await placed("placement-far-users"), "GpuCluster/drawing");
            assert.equal(runnerUp?.site, "aws/ap-northeast-1");
        });
    });

    describe("with a nightly batch on spot that may run anywhere", () => {
        const hours = NIGHTS * 8 * 6;
        const costAt = (name: string): number => {
            const site = at(name);
            const [machine, node] = name.startsWith("aws")
                ? ["g6.xlarge", "m7i.xlarge"]
                : ["g2-standard-4", "n2-standard-4"];
            return (
                nodes(site, site.spot(machine), hours, 200) + surroundings(site, node) + 500 * site.storage
            );
        };
        const sellers = cheapest("spot", { aws: "g6.xlarge", gcp: "g2-standard-4" });

        it("takes the site where spot and the cluster together are cheapest", async () => {
            const placement = await placed("placement-roaming-batch");
            const byHand = sellers
                .filter((site) => !Number.isNaN(costAt(site)))
                .sort((a, b) => costAt(a) - costAt(b));
            assert.equal(byHand[0], "aws/ap-south-1");
            assert.deepEqual(sites(placement), {
                "GpuCluster/farm": "aws/ap-south-1",
                "ModelStore/frames": "aws/ap-south-1",
            });
            assertDollars(openCost(placement), costAt("aws/ap-south-1"), "open cost");
            const { runnerUp } = part(placement, "GpuCluster/farm");
            assert.equal(runnerUp?.site, byHand[1]);
            assertDollars(runnerUp?.extra, costAt(byHand[1] ?? "") - costAt("aws/ap-south-1"), "extra cost");
        });

        it("does not take the cheapest spot price, where the cluster costs more than that saves", async () => {
            assert.equal(sellers[0], "aws/sa-east-1");
            const { lines } = part(await placed("placement-roaming-batch"), "GpuCluster/farm");
            const around = lines.filter(({ text }) => /control plane|NAT gateway|add-ons/.test(text));
            assert.equal(around.length, 3);
            assertDollars(
                around.reduce((sum, { micros }) => sum + micros.expected, 0),
                surroundings(at("aws/ap-south-1"), "m7i.xlarge"),
                "the cluster around the pool",
            );
        });

        it("says that the price of spot is not a list price, and that its error could tip the choice", async () => {
            const placement = await placed("placement-roaming-batch");
            const spot = part(placement, "GpuCluster/farm").lines.find(({ text }) => text.includes("spot"));
            assert.equal(spot?.price.source.kind, "derived");
            assert.equal(placement.holds, false);
        });
    });

    describe("with a pipeline of three stages over buckets in two clouds", () => {
        it("does the first two stages next to the larger bucket and sends only the result to the other", async () => {
            assert.deepEqual(sites(await placed("placement-two-clouds")), {
                "GpuCluster/preparing": "aws/us-east-1",
                "GpuCluster/training": "aws/us-east-1",
                "ModelStore/logs": "aws/us-east-1",
                "ModelStore/product": "gcp/europe-west4",
                "ModelStore/samples": "aws/us-east-1",
            });
        });

        it("costs what the figures say, with one flow that leaves the cloud", async () => {
            const placement = await placed("placement-two-clouds");
            const here = at("aws/us-east-1");
            const preparing = nodes(here, here.onDemand("m7i.4xlarge"), NIGHTS * 8 * 2, 100);
            const training = nodes(here, here.onDemand("p4de.24xlarge"), WEEKS * (40 + 1), 200);
            assertDollars(
                openCost(placement),
                preparing +
                    training +
                    2 * surroundings(here, "m7i.xlarge") +
                    2048 * here.storage +
                    WEEKS * 40 * (here.out + here.natGiB),
                "open cost",
            );
            assert.deepEqual(
                placement.flows.filter(({ micros }) => micros > 0).map(({ text }) => text.split(":")[0]),
                ["publish → product"],
            );
        });

        it("would pay more than it saves for the other way round", async () => {
            const placement = await placed("placement-two-clouds");
            const raw = flow(placement, /^logs → prepare/).gib;
            assert.ok(raw * at("aws/us-east-1").to("us-west-2") > 500);
            assert.ok((part(placement, "GpuCluster/preparing").runnerUp?.extra ?? 0) / 1e6 > 500);
        });
    });
});
