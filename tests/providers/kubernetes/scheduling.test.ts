import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import type { PoolInfo } from "../../../providers/cloud";
import { graceSeconds, place, type PlacementRequest } from "../../../providers/kubernetes/scheduling";
import { CPU_POOL, L4_POOL } from "./support";

const T4_POOL: PoolInfo = {
    ...L4_POOL,
    name: "t4",
    accelerator: "T4",
    nodeSelector: { "barycenter/pool": "t4" },
};
const REQUEST: PlacementRequest = {
    accelerators: ["L4"],
    resources: { cpu: "6", memory: "24Gi", accelerators: 1 },
    spotTolerant: true,
    preferSpot: false,
};

describe("placing pods on pools", () => {
    it("selects the one pool by its labels and tolerates its device's taint", () => {
        const placed = place([CPU_POOL, L4_POOL, T4_POOL], REQUEST);
        assert.deepEqual(placed.nodeSelector, { "barycenter/pool": "l4" });
        assert.equal(placed.nodeAffinity, undefined);
        assert.deepEqual(placed.tolerations, [
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
        ]);
        assert.deepEqual(placed.quantities, { cpu: "6", memory: "24Gi", "nvidia.com/gpu": "1" });
        assert.equal(placed.accelerator, "L4");
    });

    it("prefers several accelerators in the order given", () => {
        const placed = place([T4_POOL, L4_POOL], { ...REQUEST, accelerators: ["L4", "T4"] });
        const pool = (name: string) => [{ key: "barycenter/pool", operator: "In", values: [name] }];
        assert.equal(placed.nodeSelector, undefined);
        assert.deepEqual(placed.nodeAffinity, {
            requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: pool("l4") }, { matchExpressions: pool("t4") }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, preference: { matchExpressions: pool("l4") } },
                { weight: 99, preference: { matchExpressions: pool("t4") } },
            ],
        });
        assert.equal(placed.accelerator, "L4");
    });

    it("takes the second preference alone where no pool has the first", () => {
        const placed = place([T4_POOL], { ...REQUEST, accelerators: ["H100", "T4"] });
        assert.deepEqual(placed.nodeSelector, { "barycenter/pool": "t4" });
        assert.equal(placed.accelerator, "T4");
    });

    it("says which pools there are when none fits", () => {
        assert.throws(
            () => place([CPU_POOL, L4_POOL], { ...REQUEST, accelerators: ["H100"] }),
            (error: Error) =>
                error instanceof RunError &&
                /1 × H100/.test(error.message) &&
                /l4 \(1 × L4\)/.test(error.message),
        );
    });

    it("leaves out pools with fewer accelerators in a node than a replica needs", () => {
        const wide: PoolInfo = {
            ...L4_POOL,
            name: "wide",
            acceleratorsPerNode: 4,
            nodeSelector: { "barycenter/pool": "wide" },
        };
        const placed = place([L4_POOL, wide], {
            ...REQUEST,
            resources: { ...REQUEST.resources, accelerators: 4 },
        });
        assert.deepEqual(placed.nodeSelector, { "barycenter/pool": "wide" });
        assert.equal(placed.quantities["nvidia.com/gpu"], "4");
    });

    it("never asks for two kinds of device in one pod", () => {
        const neuron: PoolInfo = {
            ...L4_POOL,
            name: "inf",
            accelerator: "Inferentia2",
            nodeSelector: { "barycenter/pool": "inf" },
            resourceName: "aws.amazon.com/neuron",
            taints: [],
        };
        const placed = place([L4_POOL, neuron], { ...REQUEST, accelerators: ["L4", "Inferentia2"] });
        assert.deepEqual(placed.nodeSelector, { "barycenter/pool": "l4" });
        assert.deepEqual(Object.keys(placed.quantities), ["cpu", "memory", "nvidia.com/gpu"]);
    });

    it("uses the resource name that a pool says, as a slice of a device", () => {
        const slice: PoolInfo = { ...L4_POOL, resourceName: "nvidia.com/mig-1g.10gb", taints: [] };
        const placed = place([slice], REQUEST);
        assert.equal(placed.quantities["nvidia.com/mig-1g.10gb"], "1");
        assert.deepEqual(placed.tolerations, [
            { key: "nvidia.com/mig-1g.10gb", operator: "Exists", effect: "NoSchedule" },
        ]);
    });

    it("tolerates what a cloud and a user add to a pool, each once", () => {
        const taints = [
            { key: "nvidia.com/gpu", effect: "NoSchedule" as const },
            { key: "kubernetes.azure.com/scalesetpriority", value: "spot", effect: "NoSchedule" as const },
            { key: "team", value: "ml", effect: "NoExecute" as const },
        ];
        const placed = place(
            [
                { ...L4_POOL, taints },
                { ...L4_POOL, name: "more", taints },
            ],
            REQUEST,
        );
        assert.deepEqual(placed.tolerations, [
            { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" },
            {
                key: "kubernetes.azure.com/scalesetpriority",
                operator: "Equal",
                value: "spot",
                effect: "NoSchedule",
            },
            { key: "team", operator: "Equal", value: "ml", effect: "NoExecute" },
        ]);
    });

    it("leaves the choice to the device where a pool has no labels", () => {
        const placed = place([{ ...L4_POOL, nodeSelector: {} }], REQUEST);
        assert.equal(placed.nodeSelector, undefined);
        assert.equal(placed.nodeAffinity, undefined);
        assert.equal(placed.quantities["nvidia.com/gpu"], "1");
    });

    it("puts CPU work on the CPU pools that it fits", () => {
        const cpu = { ...REQUEST, accelerators: [], resources: { cpu: "2", memory: "4Gi", accelerators: 0 } };
        const placed = place([L4_POOL, CPU_POOL], cpu);
        assert.deepEqual(placed.nodeSelector, { "barycenter/pool": "cpu" });
        assert.deepEqual(placed.tolerations, []);
        assert.deepEqual(placed.quantities, { cpu: "2", memory: "4Gi" });
        assert.equal(placed.accelerator, "");
    });

    it("puts CPU work anywhere where no CPU pool is known", () => {
        const placed = place([L4_POOL], {
            ...REQUEST,
            accelerators: [],
            resources: { cpu: "500m", memory: "512Mi", accelerators: 0 },
        });
        assert.equal(placed.nodeSelector, undefined);
        assert.equal(placed.nodeAffinity, undefined);
        assert.deepEqual(placed.tolerations, []);
    });

    it("keeps work that can't be evicted on the on-demand base", () => {
        const mixed: PoolInfo = { ...L4_POOL, spot: true, onDemandBase: 1 };
        const placed = place([mixed], { ...REQUEST, spotTolerant: false });
        assert.deepEqual(placed.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution, {
            nodeSelectorTerms: [
                {
                    matchExpressions: [
                        { key: "barycenter/pool", operator: "In", values: ["l4"] },
                        { key: "barycenter/capacity", operator: "In", values: ["on-demand"] },
                    ],
                },
            ],
        });
        assert.equal(placed.spot, false);
    });

    it("refuses work that can't be evicted where there is only spot", () => {
        assert.throws(
            () => place([{ ...L4_POOL, spot: true }], { ...REQUEST, spotTolerant: false }),
            (error: Error) => error instanceof RunError && /spot nodes only/.test(error.message),
        );
    });

    it("prefers spot nodes for work that is retried", () => {
        const placed = place([{ ...L4_POOL, spot: true, onDemandBase: 1 }], { ...REQUEST, preferSpot: true });
        assert.deepEqual(placed.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution, [
            {
                weight: 50,
                preference: {
                    matchExpressions: [{ key: "barycenter/capacity", operator: "In", values: ["spot"] }],
                },
            },
        ]);
    });

    it("counts the replicas that the pools have room for", () => {
        const wide: PoolInfo = { ...L4_POOL, acceleratorsPerNode: 4, vcpu: 48, memoryGiB: 192, max: 3 };
        assert.equal(place([wide], REQUEST).capacity, 12);
    });

    it("gives pods on spot no longer than the node has", () => {
        assert.equal(graceSeconds(70, true, "gcp"), 25);
        assert.equal(graceSeconds(70, true, "azure"), 25);
        assert.equal(graceSeconds(70, true, "aws"), 70);
        assert.equal(graceSeconds(300, true, "aws"), 110);
        assert.equal(graceSeconds(300, false, "gcp"), 300);
    });
});
