import assert from "node:assert/strict";
import { cpuMachineFor } from "../../placement/machines";

describe("a general-purpose machine", () => {
    it("is the smallest that has what is asked, and none where none has", () => {
        assert.equal(cpuMachineFor("azure", { vcpu: 3, memoryGiB: 16 }, "eastus")?.type, "Standard_D4s_v5");
        assert.equal(cpuMachineFor("aws", { vcpu: 2, memoryGiB: 16 }, "us-east-1")?.type, "r7i.large");
        assert.equal(cpuMachineFor("gcp", { vcpu: 500, memoryGiB: 1 }, "us-central1"), undefined);
    });

    it("of a managed endpoint on Azure is of a family that Azure Machine Learning takes", () => {
        for (const [memoryGiB, type] of [
            [8, "Standard_F4s_v2"],
            [16, "Standard_D4as_v4"],
            [32, "Standard_E4s_v3"],
        ] as const) {
            assert.equal(
                cpuMachineFor("azure", { vcpu: 4, memoryGiB }, "eastus", "managedEndpoint")?.type,
                type,
            );
        }
        const need = { vcpu: 4, memoryGiB: 16 };
        assert.equal(
            cpuMachineFor("gcp", need, "us-central1", "managedEndpoint"),
            cpuMachineFor("gcp", need, "us-central1"),
        );
    });
});
