import assert from "node:assert/strict";
import { shippedCatalogue } from "../../placement/catalogue/load";
import { InfeasibleError } from "../../placement/conflicts";
import { choose } from "../../placement/decide";
import type { PlacementConstraints } from "../../placement/demand";
import { derive } from "../../placement/derive";
import { demands } from "./programs";

/** The conflict of a store at aws/eu-central-1 and a cluster that reads it, under conditions on both. */
function conflict(constraints: PlacementConstraints): readonly string[] {
    try {
        choose(derive(demands("chain", 2), { catalogue: shippedCatalogue(), constraints }));
    } catch (error) {
        assert.ok(error instanceof InfeasibleError, String(error));
        return error.conflict;
    }
    assert.fail("a place was found");
}

describe("conditions that contradict each other", function () {
    this.timeout(60_000);

    it("are named, though a component that is fixed breaks them too", () => {
        const named = conflict({ residency: ["US"], allow: ["aws/eu-central-1"] });
        assert.deepEqual(named.slice(0, 2), [
            "GpuCluster/c1: residency US",
            "GpuCluster/c1: only aws/eu-central-1",
        ]);
    });

    it("are the smallest set: what has no part in it is not named", () => {
        const named = conflict({ residency: ["US"], allow: ["aws/eu-central-1"], deny: ["gcp"] });
        assert.ok(!named.some((text) => /not gcp|maxClouds|read the stores/.test(text)), named.join("; "));
    });
});
