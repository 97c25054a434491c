import assert from "node:assert/strict";
import type { PlanDocument } from "../../cli/plan/document";
import { planned } from "./support";

describe("a program that uses another stack's cluster, with a place left open", function () {
    this.timeout(120_000);
    let plan: PlanDocument;
    before(async () => {
        plan = await planned("sharing");
    });

    it("is planned offline, with its stack reference, secret and invoke told as assumptions", () => {
        assert.deepEqual(plan.errors, []);
        assert.deepEqual(plan.assumptions.map(({ kind }) => kind).sort(), [
            "config",
            "invoke",
            "stackReference",
        ]);
    });

    it("puts the store beside the cluster, which stays where its stack has it", () => {
        assert.deepEqual(
            plan.placement?.placed.map(({ component, site, given }) => [component, site, given]),
            [
                ["GpuCluster/serving", "aws/eu-central-1", true],
                ["ModelStore/weights", "aws/eu-central-1", false],
            ],
        );
        assert.deepEqual(plan.pins?.unpinned, ["ModelStore/weights"]);
    });

    it("makes a pool of the shared cluster and pays for that, and for no second control plane", () => {
        const cluster = plan.components.find(({ name }) => name === "serving");
        assert.deepEqual(cluster?.resources.map(({ type }) => type).sort(), [
            "aws:ec2/launchTemplate:LaunchTemplate",
            "aws:eks/nodeGroup:NodeGroup",
        ]);
        const [placed] = plan.placement?.placed ?? [];
        assert.ok((placed?.parts.compute ?? 0) > 0);
        assert.equal(placed?.parts.fixed, 0);
    });

    it("shows no secret", () => {
        assert.doesNotMatch(JSON.stringify(plan), /AAABAKcW2yXv8fJm/);
    });
});
